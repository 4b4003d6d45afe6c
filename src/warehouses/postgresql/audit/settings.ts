/** Settings of the database and of roles that lead sessions astray. */
import { PROD } from "../../../names";
import { PUBLIC } from "../deploy/component";
import type { SettingRow } from "../preflight/catalog";
import { listed } from "../preflight/finding";
import type { Scene } from "./scene";

/** Decide whom a session acts as, what code it loads, and whether its triggers run. */
const DECISIVE = new Set(["role", "local_preload_libraries", "session_preload_libraries", "session_replication_role"]);
/** The roster's to decide. */
const LIMITS = new Set(["statement_timeout", "idle_in_transaction_session_timeout"]);
/** Would keep production from being written. */
const READ_ONLY = new Set(["default_transaction_read_only", "transaction_read_only"]);

/** Why a setting is not one that somebody may have; undefined: they may. */
export function misleading(scene: Scene, setting: SettingRow): { text: string; isLimit: boolean } | undefined {
  const { role, inDatabase, name, value } = setting;
  if (role !== null && !scene.identities.has(role)) return undefined;
  const start = { text: `start with ${name} = ${value}`, isLimit: false };
  if (name === "search_path") return astrayPath(scene, setting);
  if (READ_ONLY.has(name)) return isProdOrAll(scene, role) && value === "on" ? start : undefined;
  if (DECISIVE.has(name)) return isPlannedRole(scene, setting) ? undefined : start;
  // Those of a role are held against the roster one by one.
  if (LIMITS.has(name) && role !== null && inDatabase)
    return { text: `${start.text}, whatever the roster says`, isLimit: true };
  return undefined;
}

function isPlannedRole({ identities }: Scene, { role, name, inDatabase }: SettingRow): boolean {
  return name === "role" && !inDatabase && role !== null && identities.get(role)?.actsAs !== undefined;
}

function isProdOrAll({ identities }: Scene, role: string | null): boolean {
  return role === null || identities.get(role)?.duty === "prod";
}

function astrayPath(scene: Scene, { role, value }: SettingRow) {
  const open = pathOf(value).filter((schema) => isOpen(scene, schema, role));
  return open.length === 0
    ? undefined
    : { text: `find names in ${listed(open)} first, where others make things`, isLimit: false };
}

function pathOf(value: string): string[] {
  return value
    .split(",")
    .map((part) => part.trim().replace(/^"|"$/g, ""))
    .filter((name) => name !== "" && name !== "$user");
}

function isOpen({ schemas, server }: Scene, name: string, role: string | null): boolean {
  const schema = schemas.get(name);
  if (schema === undefined || name === PUBLIC) return false;
  return [schema.owner, ...schema.creators].some(
    (maker) => maker !== PROD && maker !== role && !server.trusted.has(maker),
  );
}
