import { unquoted } from "../authority";

const PREFIX = "left:";

/** The role that keeps what a role has left behind; no name of a roster can have a colon, or lower-case letters here. */
export function leftRole(role: string): string {
  return `${PREFIX}${role}`;
}

/** Whether a role, as SHOW tells its name, is one of those. */
export function isLeft(role: string): boolean {
  return unquoted(role).startsWith(PREFIX);
}
