import { chownSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The unprivileged user that runs the server when we are root. */
export interface OsUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
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
