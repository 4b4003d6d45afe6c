import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { readCatalog } from "./catalog";

/** The whole database by part: each schema with all that is in it, and, under {@link OUTSIDE}, what is in none. */
export type Fingerprint = ReadonlyMap<string, string>;

/** Roles, memberships, settings, rights on the database and default rights. */
export const OUTSIDE = "<roles and rights>";

/** @param client a superuser, who sees every row */
export async function takeFingerprint(client: Client): Promise<Fingerprint> {
  const { roles, memberships, settings, database, defaultRights } = await readCatalog(client);
  const sql = readFileSync(join(__dirname, "fingerprint.sql"), "utf8");
  const { rows } = await client.query<{ schema: string; everything: unknown }>(sql);
  return new Map([
    [OUTSIDE, JSON.stringify({ roles, memberships, settings, database, defaultRights })],
    ...rows.map(({ schema, everything }) => [schema, JSON.stringify(everything)] as const),
  ]);
}

/** The parts that are not as they were, new and lost ones among them, sorted. */
export function changedParts(before: Fingerprint, after: Fingerprint): string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((part) => before.get(part) !== after.get(part))
    .sort();
}
