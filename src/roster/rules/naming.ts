/** Which names a roster may use, and why not the others. Written down for people in docs/roster.md. */

import { quote } from "../../messages/quote";
import { CI_SCHEMA, DUTY_ROLES, PROD, READ_PROD, UNBLOCK_SCHEMA } from "../../names";

/** Words of letters and digits with single underscores between them; also the `pattern` of the JSON schema. */
export const NAME_PATTERN = "^[a-z][a-z0-9]*(_[a-z0-9]+)*$";

const SYSTEM_ADMIN = "it is a system role of Snowflake";
const PSEUDO_ROLE = "SQL gives it a meaning of its own";

/** Names that no identity may have, with the reason. */
const RESERVED: ReadonlyMap<string, string> = new Map([
  [DUTY_ROLES.developer, "it is the group role of all developers"],
  [DUTY_ROLES.ci, "it is the group role and the schema of CI"],
  [DUTY_ROLES.reader, "it is the group role of all reader services"],
  [CI_SCHEMA, "it is the group role and the schema of CI"],
  [PROD, "it is the role that owns production"],
  [READ_PROD, "it is the group role that reads production"],
  [UNBLOCK_SCHEMA, "it is the schema of what production frees itself with"],
  ["pg", "PostgreSQL keeps schemas that start with `pg_` for itself"],
  ["postgres", "it is the usual name of the administrator"],
  ["public", "it means everybody"],
  ["information_schema", "it is the warehouse's own catalog"],
  ["none", PSEUDO_ROLE],
  ["user", PSEUDO_ROLE],
  ["session_user", PSEUDO_ROLE],
  ["current_user", PSEUDO_ROLE],
  ["current_role", PSEUDO_ROLE],
  ["accountadmin", SYSTEM_ADMIN],
  ["globalorgadmin", SYSTEM_ADMIN],
  ["orgadmin", SYSTEM_ADMIN],
  ["securityadmin", SYSTEM_ADMIN],
  ["sysadmin", SYSTEM_ADMIN],
  ["useradmin", SYSTEM_ADMIN],
  ["snowflake", "it is Snowflake's own database and user"],
]);

/** First parts that no identity may have, with the reason. */
const RESERVED_PREFIXES: ReadonlyMap<string, string> = new Map([
  [`${READ_PROD}_`, "the group roles that read production"],
  [`${PROD}_`, "the schemas of production"],
  [`${CI_SCHEMA}_`, "the throw-away schemas of CI"],
  ["pg_", "PostgreSQL itself"],
]);

/**
 * All reserved names and prefixes with their reasons: the table in docs/roster.md.
 *
 * @public scripts/reference/roster.mjs calls it
 */
export function reservedNames(): [name: string, reason: string][] {
  const prefixes = [...RESERVED_PREFIXES].map(([prefix, reason]): [string, string] => [
    `${prefix}…`,
    `kept for ${reason}`,
  ]);
  return [...RESERVED, ...prefixes].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Why an identity may not have this name, if so. Compared case-folded, as a warehouse may do it. */
export function refuseReserved(name: string): string | undefined {
  const folded = name.toLowerCase();
  const reason = RESERVED.get(folded);
  if (reason !== undefined) return `name ${quote(name)} is reserved: ${reason}`;
  for (const [prefix, owner] of RESERVED_PREFIXES) {
    if (folded.startsWith(prefix))
      return `name ${quote(name)} is reserved: names that start with \`${prefix}\` are kept for ${owner}`;
  }
  return undefined;
}

/** What is wrong with the letters of a name, if anything. */
export function refuseName(name: string): { message: string; help: string } | undefined {
  if (new RegExp(NAME_PATTERN).test(name)) return undefined;
  if (name === "") return { message: "a name cannot be empty", help: FORM };
  return { message: `invalid name ${quote(name)}: it ${listFaults(name)}`, help: suggestName(name) };
}

const FORM = "names have `a` to `z`, `0` to `9` and single `_` between them, and start with a letter";

function listFaults(name: string): string {
  const faults: string[] = [];
  if (/^[0-9]/.test(name)) faults.push("starts with a digit");
  if (/^_/.test(name)) faults.push("starts with `_`");
  if (/[A-Z]/.test(name)) faults.push("has upper-case letters");
  const strange = new Set(name.match(/[^A-Za-z0-9_]/gu));
  for (const character of Array.from(strange).slice(0, 3)) faults.push(`has ${describeCharacter(character)}`);
  if (/__/.test(name)) faults.push("has `_` twice in a row");
  if (/_$/.test(name)) faults.push("ends with `_`");
  const last = faults.pop();
  return faults.length > 0 ? `${faults.join(", ")} and ${last}` : `${last}`;
}

/** A letter that only looks like `a` must not look like it in the message. */
function describeCharacter(character: string): string {
  if (character === " ") return "a space";
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? quote(character) : `${quote(character)} (U+${code.toString(16).toUpperCase().padStart(4, "0")})`;
}

function suggestName(name: string): string {
  const normal = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[0-9_]+|_+$/g, "");
  // Letters of other scripts would just vanish: `раypal` in Cyrillic is not `ypal`.
  if (/[^\p{ASCII}\p{M}]/u.test(name.normalize("NFKD"))) return FORM;
  return normal === "" || refuseReserved(normal) ? FORM : `did you mean \`${normal}\`?`;
}
