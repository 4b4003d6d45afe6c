import { existsSync, readdirSync, readFileSync } from "node:fs";
import { load } from "js-yaml";
import { quote } from "../messages/quote";
import { UserError } from "../messages/userError";
import type { OwnOptions, WarehouseCommand } from "../warehouses/options";
import { DEFAULT_WAREHOUSE, WAREHOUSE_KINDS, type WarehouseKind, warehouseOf } from "../warehouses/registry";
import type { Warehouse } from "../warehouses/warehouse";
import { nameOf, type WarehouseOptions } from "./warehouseOptions";

/**
 * The warehouse that a command's options mean, and those of them that only it has.
 *
 * @throws UserError for an option that only another warehouse has, and when nothing tells which is meant
 */
export function chosenWarehouse(
  command: WarehouseCommand,
  options: WarehouseOptions,
): { warehouse: Warehouse; own: OwnOptions } {
  const given = options as OwnOptions;
  const ofKind = (kind: WarehouseKind) =>
    (warehouseOf(kind).commands[command]?.options ?? []).map((option) => ({ ...option, name: nameOf(option) }));
  const isGiven = ({ name }: { name: string }) => given[name] !== undefined;
  const decided = WAREHOUSE_KINDS.find((kind) => ofKind(kind).some((option) => option.decides && isGiven(option)));
  const kind = options.warehouse ?? decided ?? configuredWarehouse();
  const names = ofKind(kind).map(({ name }) => name);
  const foreign = WAREHOUSE_KINDS.flatMap(ofKind).find((option) => isGiven(option) && !names.includes(option.name));
  if (foreign !== undefined) {
    const [flag] = foreign.flags.split(" ");
    throw new UserError(`${flag} means nothing to ${kind}`, "leave it out, or say --warehouse");
  }
  return { warehouse: warehouseOf(kind), own: Object.fromEntries(names.map((name) => [name, given[name]])) };
}

/** What the stack's configuration here says: of PULUMI_STACK, or of all stacks where they agree. */
function configuredWarehouse(): WarehouseKind {
  const kinds = new Set(configuredStacks().map(configuredKind));
  const [kind = DEFAULT_WAREHOUSE] = kinds;
  if (kinds.size > 1)
    throw new UserError("the stacks here have different warehouses", "say which: --warehouse, or PULUMI_STACK");
  return kind;
}

/** Logins outside the roster that may connect: those that the stack accepts, or of several all that each of them does. */
export function acceptedLogins(): string[] {
  const [first = [], ...others] = configuredStacks().map((file) => {
    const accepted = configOf(file)?.["one-environment:acceptKeeping"];
    const list: unknown = typeof accepted === "string" ? parseJson(accepted) : accepted;
    return Array.isArray(list) ? list.map(String) : [];
  });
  return first.filter((login) => others.every((list) => list.includes(login)));
}

/** Pulumi keeps a list as a list or as its JSON; whatever else it is, the deployment says. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The files of PULUMI_STACK, or of all stacks here. */
function configuredStacks(): string[] {
  // `stack`, or `organization/project/stack`.
  const stack = process.env.PULUMI_STACK?.split("/").at(-1);
  return stack ? [`Pulumi.${stack}.yaml`].filter((file) => existsSync(file)) : stackFiles();
}

function stackFiles(): string[] {
  return readdirSync(".").filter((file) => /^Pulumi\.[^.]+\.ya?ml$/.test(file) && file !== "Pulumi.example.yaml");
}

function configuredKind(file: string): WarehouseKind {
  const kind = configOf(file)?.["one-environment:warehouse"] ?? DEFAULT_WAREHOUSE;
  const known = WAREHOUSE_KINDS.find((each) => each === kind);
  if (known !== undefined) return known;
  throw new UserError(
    `${file}: unknown warehouse ${quote(String(kind))}`,
    `known are ${WAREHOUSE_KINDS.join(" and ")}`,
  );
}

function configOf(file: string): Record<string, unknown> | undefined {
  try {
    return (load(readFileSync(file, "utf8")) as { config?: Record<string, unknown> } | null | undefined)?.config;
  } catch {
    throw new UserError(`cannot read ${file}`, "say which warehouse: --warehouse");
  }
}
