import { existsSync, readdirSync, readFileSync } from "node:fs";
import { load } from "js-yaml";
import { WAREHOUSES, type WarehouseKind } from "../environment/warehouse";
import { quote } from "../messages/quote";
import { UserError } from "../messages/userError";

/**
 * Which warehouse is meant: what an option says, else what the stack's configuration here says (of PULUMI_STACK, or of
 * all stacks where they agree), else PostgreSQL.
 */
export function warehouseKind(option: WarehouseKind | undefined): WarehouseKind {
  if (option !== undefined) return option;
  // `stack`, or `organization/project/stack`.
  const stack = process.env.PULUMI_STACK?.split("/").at(-1);
  const files = stack ? [`Pulumi.${stack}.yaml`].filter((file) => existsSync(file)) : stackFiles();
  const kinds = new Set(files.map(configuredKind));
  const [kind = "postgresql"] = kinds;
  if (kinds.size > 1)
    throw new UserError("the stacks here have different warehouses", "say which: --warehouse, or PULUMI_STACK");
  return kind;
}

function stackFiles(): string[] {
  return readdirSync(".").filter((file) => /^Pulumi\.[^.]+\.ya?ml$/.test(file) && file !== "Pulumi.example.yaml");
}

function configuredKind(file: string): WarehouseKind {
  const kind = configOf(file)?.["one-environment:warehouse"] ?? "postgresql";
  const known = WAREHOUSES.find((each) => each === kind);
  if (known === undefined)
    throw new UserError(`${file}: unknown warehouse ${quote(String(kind))}`, `known are ${WAREHOUSES.join(" and ")}`);
  return known;
}

function configOf(file: string): Record<string, unknown> | undefined {
  try {
    return (load(readFileSync(file, "utf8")) as { config?: Record<string, unknown> } | null | undefined)?.config;
  } catch {
    throw new UserError(`cannot read ${file}`, "say which warehouse: --warehouse");
  }
}
