import type { WarehouseKind } from "../../environment/warehouse";
import { quote } from "../../messages/quote";
import { didYouMean } from "../../messages/suggest";
import { UserError } from "../../messages/userError";
import { type Adopter, type AdoptionChoice, ownedSchemas } from "../../warehouses/adoption";
import { warehouseKind } from "../../warehouses/chosen";
import { EXIT, type ExitCode } from "../exit";
import { openRoster } from "../openRoster";

export interface AdoptOptions extends AdoptionChoice {
  readonly team: string;
  readonly apply?: boolean;
  /** Default: that of the stack; PostgreSQL where there is a URL. */
  readonly warehouse?: WarehouseKind;
  /** PostgreSQL only; default: libpq's environment (PGHOST, PGUSER, …). */
  readonly url?: string;
}

/** `one-env adopt <owner>`: a dry run that prints SQL, unless told to apply it. */
export async function runAdopt(owner: string, { team, apply = false, ...options }: AdoptOptions): Promise<ExitCode> {
  const owned = ownedSchemas(openRoster(team).paths.plan);
  const schemas = owned.get(owner);
  if (schemas === undefined) throw noSchemas(owner, team, [...owned.keys()]);
  return withAdopter(options, async (adopter) => {
    const adoption = await adopter.find(owner, schemas);
    const { changes } = adoption;
    for (const { sql } of changes) console.log(`${sql};`);
    const refused = apply && changes.length > 0 ? await adopter.apply(owner, adoption) : [];
    const left = [...adoption.left, ...refused];
    for (const { what, reason } of left) console.log(`-- left alone: ${what.replaceAll("\n", " ")}: ${reason}`);
    const count = changes.reduce((sum, { objects }) => sum + objects, 0) - refused.length;
    console.log(summarize(owner, count, left.length, apply));
    return left.length > 0 ? EXIT.findings : EXIT.fine;
  });
}

async function withAdopter<T>(
  { warehouse, url, ...choice }: Omit<AdoptOptions, "team" | "apply">,
  work: (adopter: Adopter) => Promise<T>,
): Promise<T> {
  const kind = warehouseKind(warehouse ?? (url === undefined ? undefined : "postgresql"));
  switch (kind) {
    case "postgresql":
      return (await import("../../warehouses/postgresql/adoptCommand.js")).withPostgresqlAdopter(url, choice, work);
    case "snowflake":
      return (await import("../../warehouses/snowflake/adoptCommand.js")).withSnowflakeAdopter(choice, work);
  }
}

function noSchemas(owner: string, team: string, owners: string[]): UserError {
  return new UserError(
    `\`${owner}\` owns no schema in ${team}`,
    didYouMean(owner, owners).help ?? `owners are ${owners.map(quote).join(", ")}`,
  );
}

function summarize(owner: string, count: number, left: number, applied: boolean): string {
  if (count + left === 0) return `-- nothing to do: everything in the schemas of ${owner} is theirs`;
  const rest = left === 0 ? "" : `, ${left} left alone`;
  if (count === 0) return `-- nothing that can be changed${rest}`;
  return applied
    ? `-- ${count} changed${rest}`
    : `-- ${count} to change${rest}; nothing was done: add --apply to do it`;
}
