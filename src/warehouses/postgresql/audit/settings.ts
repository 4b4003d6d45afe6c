/** Settings of the database and of roles that lead sessions astray. */
import type { SettingRow } from "../preflight/catalog";
import { astrayPath, DECISIVE, LIMITS } from "../preflight/sessionSettings";
import type { Scene } from "./scene";

/** Would keep production from being written. */
const READ_ONLY = new Set(["default_transaction_read_only", "transaction_read_only"]);

/** Why a setting is not one that somebody may have; undefined: they may. */
export function misleading(scene: Scene, setting: SettingRow): { text: string; isLimit: boolean } | undefined {
  const { role, inDatabase, name, value } = setting;
  if (role !== null && !scene.identities.has(role)) return undefined;
  const start = { text: `start with ${name} = ${value}`, isLimit: false };
  if (name === "search_path") {
    const text = astrayPath(value, role, scene.schemas, scene.server.trusted);
    return text === undefined ? undefined : { text, isLimit: false };
  }
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
