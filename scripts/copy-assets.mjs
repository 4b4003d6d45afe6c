// What tsc leaves behind: the SQL files, and the executable bit of the command.
import { chmodSync, cpSync } from "node:fs";

cpSync("src", "dist/src", { recursive: true, filter: (path) => !path.endsWith(".ts") });
chmodSync("dist/src/cli/cli.js", 0o755);
