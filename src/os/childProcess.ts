import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { OsUser } from "./osUser";

/**
 * A command that cannot outlive us, and a directory that goes with it.
 *
 * A shell holds the reading end of a pipe and runs the command. When the pipe closes, because we closed it or because
 * we died of anything at all, kill -9 included, it ends the command and removes the directory. So there is one way to
 * clean up, and no later run has to look for leftovers. The shell leads a process group of its own, which keeps a
 * Ctrl-C in our terminal from it and lets it end everything it started.
 */
export interface TiedProcess {
  alive(): boolean;
  /** Ends the command, removes the directory, waits for both. */
  cut(): Promise<void>;
}

/**
 * `$1` the directory, `$2` the command. SIGTERM ends whatever has no handlers yet, and initdb; SIGQUIT is a
 * database server's immediate shutdown. The shell itself ignores both. A dying initdb may still add files, hence `until`. The last line ends
 * what is left of the group, the shell included.
 */
const SHELL = `
trap '' HUP INT QUIT TERM
exec 3<&0 </dev/null
{ trap - HUP TERM; exec sh -c "$2"; } 3<&- &
command=$!
{ read -r _ <&3; kill -s TERM 0; kill -s QUIT 0; sleep 8; kill -s KILL "$command"; sleep 8; kill -s KILL 0; } &
wait "$command"
until rm -rf -- "$1" 2>/dev/null; do sleep 0.05; done
kill -s KILL 0
`;

const open = new Set<{ directory: string; process: ChildProcess }>();

/** Runs a shell command that ends, together with `directory`, when we do; its output goes to the file handle `log`. */
export function runTied(
  directory: string,
  command: string,
  { env, log, user }: { env: Readonly<Record<string, string>>; log: number; user: OsUser | undefined },
): TiedProcess {
  const child = spawn("/bin/sh", ["-c", SHELL, "one-env-tied", directory, command], {
    cwd: "/",
    env,
    detached: true,
    stdio: ["pipe", log, log],
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
  });
  const entry = { directory, process: child };
  const ended = new Promise<void>((done) => {
    child.once("error", () => done());
    child.once("exit", () => done());
  }).then(() => forget(entry));
  child.stdin?.on("error", () => {});
  // A program that forgets to stop its server still ends, and the server with it.
  child.unref();
  (child.stdin as unknown as { unref?(): void } | null)?.unref?.();
  remember(entry);
  return {
    alive: () => open.has(entry),
    async cut() {
      child.ref();
      child.stdin?.destroy();
      await ended;
    },
  };
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Has our own end wait until the servers are gone; without these handlers they would end a moment after us. */
function remember(entry: { directory: string; process: ChildProcess }): void {
  if (open.size === 0) {
    process.on("exit", cutAll);
    // Ours runs first: a `once` handler that ran before it would be gone, and nobody else would seem to handle the signal.
    for (const signal of SIGNALS) process.prependListener(signal, endBy);
  }
  open.add(entry);
}

function forget(entry: { directory: string; process: ChildProcess }): void {
  open.delete(entry);
  if (open.size > 0) return;
  process.off("exit", cutAll);
  for (const signal of SIGNALS) process.off(signal, endBy);
}

/** Cleans up, then lets the signal do what it would have done without us: other handlers run, or the process ends by it. */
function endBy(signal: NodeJS.Signals): void {
  cutAll();
  process.off(signal, endBy);
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

/** Closes every pipe and waits, without the event loop, until the shells have removed their directories. */
function cutAll(): void {
  for (const { process } of open) process.stdin?.destroy();
  const deadline = Date.now() + 20_000;
  const clock = new Int32Array(new SharedArrayBuffer(4));
  while ([...open].some(({ directory }) => existsSync(directory)) && Date.now() < deadline)
    Atomics.wait(clock, 0, 0, 10);
}
