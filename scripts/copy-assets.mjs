// What tsc leaves to be done: the SQL files, the executable bit of the command, and the mark of a build that is whole.
import { chmodSync, cpSync, writeFileSync } from "node:fs";

cpSync("src", "dist/src", { recursive: true, filter: (path) => !path.endsWith(".ts") });
chmodSync("dist/src/cli/cli.js", 0o755);
writeFileSync("dist/built", "");
