import { execFileSync } from "node:child_process";

/** @throws Error when what `scripts/reference/<name>.mjs` generates is not what its page has */
export function checkReference(name: string): void {
  execFileSync(process.execPath, [`scripts/reference/${name}.mjs`, "--check"], { stdio: "pipe" });
}
