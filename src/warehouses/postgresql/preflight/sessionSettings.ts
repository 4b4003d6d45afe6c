/** Which settings of the database and of roles lead sessions astray; preflight and audit judge by them. */
import { PROD } from "../../../names";
import { PUBLIC } from "../deploy/component";
import type { SchemaRow } from "./catalog";
import { listed } from "./finding";

/** Decide whom a session acts as, what code it loads, and whether its triggers run. */
export const DECISIVE = new Set([
  "role",
  "local_preload_libraries",
  "session_preload_libraries",
  "session_replication_role",
]);

/** The roster's to decide; the provider sees those of a role, not those of a role in a database. */
export const LIMITS = new Set(["statement_timeout", "idle_in_transaction_session_timeout"]);

/**
 * What is wrong with a search_path: schemas in which somebody else than who looks, production and administrators makes
 * things. Undefined: nothing.
 *
 * @param role whose setting it is; null: everybody's
 * @param trusted administrators
 */
export function astrayPath(
  path: string,
  role: string | null,
  schemas: ReadonlyMap<string, SchemaRow>,
  trusted: ReadonlySet<string>,
): string | undefined {
  const isOpen = (name: string) => {
    const schema = schemas.get(name);
    if (schema === undefined || name === PUBLIC) return false;
    return [schema.owner, ...schema.creators].some((maker) => maker !== PROD && maker !== role && !trusted.has(maker));
  };
  const open = namesIn(path).filter(isOpen);
  return open.length === 0 ? undefined : `find names in ${listed(open)} first, where others make things`;
}

function namesIn(path: string): string[] {
  return path
    .split(",")
    .map((part) => part.trim().replace(/^"|"$/g, ""))
    .filter((name) => name !== "" && name !== "$user");
}
