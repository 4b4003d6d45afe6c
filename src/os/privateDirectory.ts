import { closeSync, mkdtempSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTied } from "./childProcess";

/** A temporary directory that nobody else can read, and that goes when it is closed or we do. */
export interface PrivateDirectory {
  readonly path: string;
  close(): Promise<void>;
}

export function makePrivateDirectory(prefix: string): PrivateDirectory {
  const path = mkdtempSync(join(tmpdir(), prefix));
  const log = openSync("/dev/null", "w");
  const tied = runTied(path, "exec tail -f /dev/null", {
    env: { PATH: process.env.PATH ?? "/usr/bin:/bin" },
    log,
    user: undefined,
  });
  closeSync(log);
  return { path, close: tied.cut };
}
