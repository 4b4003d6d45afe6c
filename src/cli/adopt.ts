import { UserError } from "../errors";
import type { WarehouseKind } from "../handoff/warehouse";
import { loadAccess } from "../loadAccess";
import { quote } from "../roster/quote";
import { didYouMean } from "../roster/suggest";
import type { Change } from "../warehouse/change";
import { EXIT, type ExitCode } from "./exit";
import { warehouseKind } from "./warehouseKind";

export interface AdoptOptions {
  readonly team: string;
  readonly apply?: boolean;
  /** Default: that of the stack; PostgreSQL where there is a URL. */
  readonly warehouse?: WarehouseKind;
  /** PostgreSQL only; default: libpq's environment (PGHOST, PGUSER, …). */
  readonly url?: string;
  /** Routines that run with their owner's rights stay so. */
  readonly keepDefiner?: boolean;
}

/** A warehouse as the deploying admin: what is not the owner's yet, and how to make it so. */
export interface Adopter {
  find(owner: string, schemas: readonly string[]): Promise<readonly Change[]>;
  apply(owner: string, changes: readonly Change[]): Promise<void>;
}

/** `one-env adopt <owner>`: a dry run that prints SQL, unless told to apply it. */
export async function runAdopt(owner: string, { team, apply = false, ...options }: AdoptOptions): Promise<ExitCode> {
  const { schemas } = loadAccess(team, new Date()).paths.plan;
  const owned = schemas.filter((schema) => schema.owner === owner).map(({ name }) => name);
  if (owned.length === 0) throw noSchemas(owner, team, [...new Set(schemas.flatMap((schema) => schema.owner ?? []))]);
  return withAdopter(options, async (adopter) => {
    const changes = await adopter.find(owner, owned);
    for (const { sql } of changes) console.log(`${sql};`);
    if (apply && changes.length > 0) await adopter.apply(owner, changes);
    const count = changes.reduce((sum, { objects }) => sum + objects, 0);
    console.log(summarize(owner, count, apply));
    return EXIT.fine;
  });
}

async function withAdopter<T>(
  { warehouse, url, ...choice }: Omit<AdoptOptions, "team" | "apply">,
  work: (adopter: Adopter) => Promise<T>,
): Promise<T> {
  const kind = warehouseKind(warehouse ?? (url === undefined ? undefined : "postgresql"));
  switch (kind) {
    case "postgresql":
      return (await import("./adoptPostgresql.js")).withPostgresqlAdopter(url, work);
    case "snowflake":
      return (await import("./adoptSnowflake.js")).withSnowflakeAdopter(choice, work);
  }
}

function noSchemas(owner: string, team: string, owners: string[]): UserError {
  return new UserError(
    `\`${owner}\` owns no schema in ${team}`,
    didYouMean(owner, owners).help ?? `owners are ${owners.map(quote).join(", ")}`,
  );
}

function summarize(owner: string, count: number, applied: boolean): string {
  if (count === 0) return `-- nothing to do: everything in the schemas of ${owner} is theirs`;
  return applied ? `-- ${count} changed` : `-- ${count} to change; nothing was done: add --apply to do it`;
}
