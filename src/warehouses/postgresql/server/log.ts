import { readSync } from "node:fs";

/** Why a server did not start: the last lines of its log. By handle: the file may be gone with its directory. */
export function logTail(log: number): string {
  const buffer = Buffer.alloc(64 * 1024);
  const text = buffer.toString("utf8", 0, readSync(log, buffer, 0, buffer.length, 0)).trimEnd();
  return text && `\n${text.split("\n").slice(-20).join("\n")}`;
}
