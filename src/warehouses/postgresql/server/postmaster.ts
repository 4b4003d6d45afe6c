import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** The lines of `postmaster.pid`: process id, data directory, start time, port, …, status; none when there is no file. */
function pidFile(data: string): string[] {
  try {
    return readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return [];
  }
}

/** Has the server in this directory said that it takes connections? It is what pg_ctl waits for; a port could be anybody's. */
export function isReady(data: string): boolean {
  return pidFile(data)[7]?.trim() === "ready";
}

/** The server that runs in this data directory; a process id left by a crash and taken by somebody else does not count. */
export function postmasterOf(data: string): { pid: number; port: number } | undefined {
  const [pid, , , port] = pidFile(data).map(Number);
  return pid && port && worksIn(pid, data) ? { pid, port } : undefined;
}

/** Linux says where a process works (a server works in its data directory); elsewhere its command line names it. */
function worksIn(pid: number, data: string): boolean {
  if (!existsSync("/proc/self/cwd")) {
    return spawnSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" }).stdout.includes(data);
  }
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === data;
  } catch {
    return false;
  }
}
