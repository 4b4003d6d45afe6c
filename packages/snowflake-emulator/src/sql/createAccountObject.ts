/** CREATE ROLE, USER, WAREHOUSE, RESOURCE MONITOR, NETWORK POLICY, DATABASE and SCHEMA. */

import { settableOf } from "../catalog/properties";
import type { Trigger } from "../catalog/securables";
import type { AccountObjectKind } from "../kinds";
import type { Cursor } from "./cursor";
import type { Path } from "./names";
import { type Properties, type PropertyValue, parseProperties } from "./properties";

/** The words between CREATE and the kind. */
export interface Modifiers {
  readonly orReplace: boolean;
  readonly transient: boolean;
  readonly temporary: boolean;
  readonly secure: boolean;
}

/** How any CREATE begins: `CREATE [OR REPLACE] … [IF NOT EXISTS] <name>`. */
export interface Creation {
  readonly path: Path;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
}

export interface CreateAccountObject extends Creation {
  readonly type: "createAccountObject";
  readonly kind: AccountObjectKind;
  readonly transient: boolean;
  readonly properties: Properties;
  readonly triggers: readonly Trigger[];
}

export interface CreateSchema extends Creation {
  readonly type: "createSchema";
  readonly transient: boolean;
  readonly managedAccess: boolean;
  /** A schema to copy with what is in it. */
  readonly clone: Path | null;
  readonly properties: Properties;
}

/** `[IF NOT EXISTS] <name>`. */
export function parseCreation(cursor: Cursor, orReplace: boolean): Creation {
  const ifNotExists = cursor.takeWord("IF NOT EXISTS");
  return { path: cursor.path(), orReplace, ifNotExists };
}

export function parseCreateAccountObject(
  cursor: Cursor,
  kind: AccountObjectKind,
  { orReplace, transient }: Modifiers,
): CreateAccountObject {
  const creation = parseCreation(cursor, orReplace);
  const monitor = kind === "RESOURCE MONITOR" ? parseMonitor(cursor) : undefined;
  if (kind === "WAREHOUSE") cursor.takeWord("WITH");
  const properties = monitor?.properties ?? parseProperties(cursor, kind, settableOf(kind));
  return { type: "createAccountObject", kind, transient, ...creation, properties, triggers: monitor?.triggers ?? [] };
}

/** `[WITH] CREDIT_QUOTA = … TRIGGERS ON 80 PERCENT DO NOTIFY …` ("CREATE RESOURCE MONITOR"); `SET` in ALTER. */
export function parseMonitor(cursor: Cursor): { properties: Properties; triggers: readonly Trigger[] | undefined } {
  const properties = new Map<string, PropertyValue>();
  let triggers: Trigger[] | undefined;
  while (!cursor.atEnd) {
    if (cursor.takeWord("WITH") || cursor.takeWord("SET")) continue;
    if (cursor.takeWord("TRIGGERS")) triggers = parseTriggers(cursor);
    else {
      const found = parseProperties(cursor, "RESOURCE MONITOR", settableOf("RESOURCE MONITOR"), ["TRIGGERS", "SET"]);
      for (const [name, value] of found) properties.set(name, value);
    }
  }
  return { properties, triggers };
}

function parseTriggers(cursor: Cursor): Trigger[] {
  const triggers: Trigger[] = [];
  while (cursor.takeWord("ON")) {
    const percent = cursor.integer();
    cursor.expectWord("PERCENT DO");
    const action = cursor.takeOneOf(["NOTIFY", "SUSPEND_IMMEDIATE", "SUSPEND"]);
    if (!action) throw cursor.unexpected();
    triggers.push({ percent, action });
  }
  return triggers;
}

export function parseCreateSchema(cursor: Cursor, { orReplace, transient }: Modifiers): CreateSchema {
  const creation = parseCreation(cursor, orReplace);
  const clone = cursor.takeWord("CLONE") ? cursor.path() : null;
  const managedAccess = cursor.takeWord("WITH MANAGED ACCESS");
  const properties = parseProperties(cursor, "SCHEMA", settableOf("SCHEMA"));
  return { type: "createSchema", transient, managedAccess, clone, ...creation, properties };
}
