import { chownSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../messages/userError";

/** The unprivileged user that runs the server when we are root. */
export interface OsUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root lends it somebody else: undefined when we are not root.
 *
 * No user is ever created, so none is left behind. `nobody` comes first because it owns nothing; a `postgres` of a
 * real server on this machine would hand the rehearsal that server's files.
 */
export function serverUser(): OsUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8").split("\n").map(parseUser);
  for (const name of ["nobody", "postgres", "daemon"]) {
    const user = users.find((one) => one?.name === name && one.uid > 0);
    if (user) return user;
  }
  throw new UserError(
    "PostgreSQL does not run as root and there is no user `nobody` to run it as: run as an ordinary user",
  );
}

function parseUser(line: string): OsUser | undefined {
  const [name, , uid, gid] = line.split(":");
  return name && uid && gid ? { name, uid: Number(uid), gid: Number(gid) } : undefined;
}

/** May that user enter this directory, by the permission bits of it and everything above it? */
export function mayEnter(directory: string, user: OsUser): boolean {
  const path = resolve(directory);
  return allows(path, user, 1) && (path === dirname(path) || mayEnter(dirname(path), user));
}

/** May that user create files in this directory? */
export function mayWrite(directory: string, user: OsUser): boolean {
  return mayEnter(directory, user) && allows(directory, user, 2);
}

function allows(path: string, { uid, gid }: OsUser, bit: number): boolean {
  const { mode, uid: owner, gid: group } = statSync(path);
  const shift = owner === uid ? 6 : group === gid ? 3 : 0;
  return ((mode >> shift) & bit) === bit;
}

/** Hands a directory of ours, and all in it, to the server's user. */
export function giveTo(directory: string, user: OsUser): void {
  chownSync(directory, user.uid, user.gid);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) giveTo(path, user);
    else if (entry.isFile()) chownSync(path, user.uid, user.gid);
  }
}
