// Fills README.md's blocks of real output; test/cli/rehearse.test.ts fails when they are stale.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const FILE = "README.md";
// The engine's name is the one thing that depends on the machine.
const env = { ...process.env, ONE_ENV_ENGINE: "stand-in" };
let page = readFileSync(FILE, "utf8");
for (const command of ["rehearse", "rehearse --warehouse snowflake", "check"]) {
  const output = execFileSync(process.execPath, ["dist/src/cli/cli.js", ...command.split(" ")], {
    env,
    encoding: "utf8",
  });
  const block = new RegExp(`(<!-- one-env ${command} -->\n\`\`\`text\n)[\\s\\S]*?(\`\`\`)`);
  page = page.replace(block, (_, before, after) => `${before}${output}${after}`);
}
writeFileSync(FILE, page);
