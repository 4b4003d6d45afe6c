import { quote } from "../../messages/quote";
import { didYouMean } from "../../messages/suggest";
import { UserError } from "../../messages/userError";
import { type AdoptionChoice, ownedSchemas } from "../../warehouses/adoption";
import { chosenWarehouse } from "../chosenWarehouse";
import type { Command } from "../commander";
import { EXIT, type ExitCode, finish } from "../exit";
import { openRoster } from "../openRoster";
import { addWarehouseOptions, helpOf, type WarehouseOptions } from "../warehouseOptions";

const HELP = `For a warehouse that was there before its roster, for what an admin restored or prod moved between its schemas, and for
somebody who comes back: their schemas return with the next deployment, what is in them with this. Logs in as the deploying
admin. A line \`-- left alone\` names what stays as it is, and why; the exit code is 1 then.`;

/** `one-env adopt <owner>`: a dry run that prints SQL, unless told to apply it. */
export function define(command: Command) {
  const described = command
    .description(
      "Makes everything in the schemas of a developer, or of prod, belong to them and open to its readers alone. A dry run prints the SQL.",
    )
    .argument("<owner>", "developer, or `prod`")
    .option("--team <file>", "roster", "team.yaml")
    .option("--apply", "do it")
    .option("--keep-definer", "what runs with its owner's rights does so with the new owner's");
  return addWarehouseOptions(described, "adopt")
    .addHelpText("after", helpOf("adopt", HELP, []))
    .action((owner, options) => finish(adopt(owner, options)));
}

interface AdoptOptions extends AdoptionChoice, WarehouseOptions {
  readonly team: string;
  readonly apply?: boolean;
}

async function adopt(owner: string, options: AdoptOptions): Promise<ExitCode> {
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
