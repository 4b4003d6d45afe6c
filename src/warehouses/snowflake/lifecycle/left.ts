import { LEFT } from "../../../names";
import { unquoted } from "../preflight/authority";

/** The role that keeps what a role has left behind; no role of the program's has lower-case letters. */
export function leftRole(role: string): string {
  return `${LEFT}${role}`;
}

/** Whether a role, as SHOW tells its name, is one of those. */
export function isLeft(role: string): boolean {
  return unquoted(role).startsWith(LEFT);
}
