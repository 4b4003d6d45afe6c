import { quote } from "../../messages/quote";
import { didYouMean } from "../../messages/suggest";
import { UserError } from "../../messages/userError";
import { type AdoptionChoice, ownedSchemas } from "../../warehouses/adoption";
import { chosenWarehouse, type WarehouseOptions } from "../chosenWarehouse";
import { EXIT, type ExitCode } from "../exit";
import { openRoster } from "../openRoster";

export interface AdoptOptions extends AdoptionChoice, WarehouseOptions {
  readonly team: string;
  readonly apply?: boolean;
}

/** `one-env adopt <owner>`: a dry run that prints SQL, unless told to apply it. */
export async function runAdopt(owner: string, options: AdoptOptions): Promise<ExitCode> {
  const { team, apply = false, keepDefiner = false } = options;
  const owned = ownedSchemas(openRoster(team).paths.plan);
  const schemas = owned.get(owner);
  if (schemas === undefined) throw noSchemas(owner, team, [...owned.keys()]);
  const { warehouse, own } = chosenWarehouse("adopt", options);
  return warehouse.withAdopter({ keepDefiner }, own, async (adopter) => {
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
