import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { UserError } from "../messages/userError";
import { readStackOutputs } from "../stack/stackOutputs";
import { type Parsed, parseConfig } from "./config";
import type { Stack, StackAdapter, Warehouse } from "./warehouse";

/** The warehouses that a stack can choose from, by name. */
export type Warehouses = Readonly<Record<string, Warehouse>>;

/**
 * The stack that is being deployed, its configuration checked.
 *
 * @param standard the warehouse of a stack that names none
 * @throws UserError that lists everything wrong, by key; where something is not there it says, from the stack's state,
 *   whether it has never been or is lost
 */
export async function readStack(warehouses: Warehouses, standard: string): Promise<Stack> {
  const adapter = await chosen(warehouses, standard).stack();
  const stack = adapter.read();
  if (stack.ok) return stack.value;
  const help = stack.isIncomplete ? await whereFrom(Object.keys(warehouses), adapter) : undefined;
  throw new UserError(stack.problems.join("\n"), help);
}

/** What was parsed. @throws UserError that lists everything wrong, by key */
export function accept<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw new UserError(parsed.problems.join("\n"));
}

function chosen(warehouses: Warehouses, standard: string): Warehouse {
  const names = Object.keys(warehouses);
  const error = `must be ${names.map((name) => `\`${name}\``).join(" or ")}`;
  const Choice = z.object({ warehouse: z.enum(names, { error }).default(standard) });
  const { warehouse } = accept(parseConfig("one-environment", Choice));
  return warehouses[warehouse] as Warehouse;
}

/** A seed that takes a lost one's place is a new password for everybody, so only a new stack is told to make one. */
async function whereFrom(providers: readonly string[], adapter: StackAdapter): Promise<string> {
  const stack = pulumi.getStack();
  const deployed = (await readStackOutputs()).filter(({ type }) => providers.includes(type.split(":")[0] ?? ""));
  if (deployed.length === 0)
    return `stack \`${stack}\` has deployed nothing yet: set it up as README.md says, "Deploy it"${adapter.whenNew}`;
  return (
    `stack \`${stack}\` is deployed, so its configuration is not new but lost here: bring Pulumi.${stack}.yaml back, from ` +
    `git or with \`pulumi config refresh\`${adapter.whenLost(deployed)} (docs/operations.md, "The stack's file")`
  );
}
