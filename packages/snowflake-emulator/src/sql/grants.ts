/** GRANT and REVOKE, of privileges, of ownership and of roles. */

import { syntaxError, unknownToEmulator } from "../errors";
import { type ContainedKind, type Kind, PRIVILEGES, pluralOf, SCHEMA_OBJECT_KINDS } from "../kinds";
import type { Reference } from "../privileges/resolve";
import type { Cursor } from "./cursor";
import type { Path } from "./names";
import { parseReference, takeKind } from "./references";

/** `IN SCHEMA …` or `IN DATABASE …`. */
export interface ContainerReference {
  readonly kind: "SCHEMA" | "DATABASE";
  readonly path: Path;
}

/** What privileges are granted on: one object, or all that are or will be in a container. */
export type GrantTarget =
  | { readonly scope: "object"; readonly reference: Reference }
  | { readonly scope: "all" | "future"; readonly kind: ContainedKind; readonly container: ContainerReference };

export interface GrantPrivileges {
  readonly type: "grantPrivileges" | "revokePrivileges";
  /** `"ALL"`, or their names. */
  readonly privileges: "ALL" | readonly string[];
  readonly target: GrantTarget;
  readonly role: string;
  /** WITH GRANT OPTION, or GRANT OPTION FOR. */
  readonly grantOption: boolean;
  readonly cascade: boolean;
}

export interface GrantOwnership {
  readonly type: "grantOwnership";
  readonly target: GrantTarget;
  readonly role: string;
  readonly current: "COPY" | "REVOKE" | null;
}

export interface GrantRole {
  readonly type: "grantRole" | "revokeRole";
  readonly role: string;
  readonly grantee: { readonly kind: "ROLE" | "USER"; readonly name: string };
}

export type GrantStatement = GrantPrivileges | GrantOwnership | GrantRole;

export function parseGrant(cursor: Cursor): GrantStatement {
  cursor.expectWord("GRANT");
  if (cursor.isWord("ROLE")) return parseGrantRole(cursor, "grantRole", "TO");
  if (cursor.takeWord("OWNERSHIP")) return parseGrantOwnership(cursor);
  const privileges = parsePrivileges(cursor);
  const target = parseTarget(cursor);
  checkPrivileges(privileges, target);
  const role = parseRole(cursor, "TO");
  const grantOption = cursor.takeWord("WITH GRANT OPTION");
  return { type: "grantPrivileges", privileges, target, role, grantOption, cascade: false };
}

export function parseRevoke(cursor: Cursor): GrantStatement {
  cursor.expectWord("REVOKE");
  if (cursor.isWord("ROLE")) return parseGrantRole(cursor, "revokeRole", "FROM");
  const grantOption = cursor.takeWord("GRANT OPTION FOR");
  const privileges = cursor.isWord("OWNERSHIP") ? [cursor.next().text] : parsePrivileges(cursor);
  const target = parseTarget(cursor);
  if (privileges !== "ALL" && privileges.includes("OWNERSHIP")) {
    // Ownership is handed on by GRANT OWNERSHIP; only a future one can be revoked ("REVOKE <privileges>").
    if (target.scope !== "future") throw syntaxError("OWNERSHIP can be revoked from future objects only.");
  } else checkPrivileges(privileges, target);
  const role = parseRole(cursor, "FROM");
  const cascade = cursor.takeWord("CASCADE");
  cursor.takeWord("RESTRICT");
  return { type: "revokePrivileges", privileges, target, role, grantOption, cascade };
}

function parseGrantRole(cursor: Cursor, type: GrantRole["type"], word: "TO" | "FROM"): GrantRole {
  cursor.expectWord("ROLE");
  const role = cursor.name();
  cursor.expectWord(word);
  const kind = cursor.takeOneOf(["ROLE", "USER"]);
  if (!kind) throw cursor.unexpected();
  return { type, role, grantee: { kind, name: cursor.name() } };
}

function parseGrantOwnership(cursor: Cursor): GrantOwnership {
  const target = parseTarget(cursor);
  const role = parseRole(cursor, "TO");
  const current = cursor.takeOneOf(["COPY", "REVOKE"]) ?? null;
  if (current) cursor.expectWord("CURRENT GRANTS");
  return { type: "grantOwnership", target, role, current };
}

function parsePrivileges(cursor: Cursor): GrantPrivileges["privileges"] {
  if (cursor.takeWord("ALL PRIVILEGES") || cursor.takeWord("ALL")) return "ALL";
  return cursor.list(() => {
    const words: string[] = [];
    while (!cursor.isWord("ON") && !cursor.isSymbol(",")) words.push(cursor.identifier());
    if (words.length === 0) throw cursor.unexpected();
    return words.join(" ");
  });
}

/** A privilege that a kind does not take is a syntax error, as in Snowflake. */
function checkPrivileges(privileges: GrantPrivileges["privileges"], target: GrantTarget): void {
  if (privileges === "ALL") return;
  const kind: Kind = target.scope === "object" ? target.reference.kind : target.kind;
  const unknown = privileges.find((privilege) => !PRIVILEGES[kind].includes(privilege));
  if (unknown) throw unknownToEmulator(`privilege ${unknown} on objects of kind ${kind}`);
}

function parseTarget(cursor: Cursor): GrantTarget {
  cursor.expectWord("ON");
  const scope = cursor.takeWord("FUTURE") ? "future" : cursor.takeWord("ALL") ? "all" : "object";
  if (scope !== "object") return { scope, kind: parsePlural(cursor), container: parseContainer(cursor) };
  // Without a kind the name is that of a table or view.
  const kind = takeKind(cursor) ?? "TABLE";
  return { scope, reference: parseReference(cursor, kind) };
}

function parsePlural(cursor: Cursor): ContainedKind {
  const kinds: readonly ContainedKind[] = ["SCHEMA", ...SCHEMA_OBJECT_KINDS];
  const kind = kinds.find((each) => cursor.takeWord(pluralOf(each)));
  if (!kind) throw unknownToEmulator(`grants on all or future ${cursor.token?.text ?? "<EOF>"}`);
  return kind;
}

export function parseContainer(cursor: Cursor): ContainerReference {
  cursor.expectWord("IN");
  const kind = cursor.takeOneOf(["SCHEMA", "DATABASE"]);
  if (!kind) throw cursor.unexpected();
  return { kind, path: cursor.path() };
}

function parseRole(cursor: Cursor, word: "TO" | "FROM"): string {
  cursor.expectWord(word);
  for (const other of ["DATABASE ROLE", "SHARE", "USER", "APPLICATION"]) {
    if (cursor.isWord(other)) throw unknownToEmulator(`grants to or from ${other}`);
  }
  cursor.takeWord("ROLE");
  return cursor.name();
}
