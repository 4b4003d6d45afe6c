import { readFileSync } from "node:fs";
import { UserError } from "../../../messages/userError";
import type { OsUser } from "../../../os/osUser";

/**
 * The user to run PostgreSQL as when we are root, because it refuses to run as root; undefined when we are not.
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
