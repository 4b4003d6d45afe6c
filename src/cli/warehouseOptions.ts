/** What commands have of the warehouses that there are: `--warehouse`, each one's own options, and its part of the help. */
import type { WarehouseCommand, WarehouseOption } from "../warehouses/options";
import { DEFAULT_WAREHOUSE, WAREHOUSE_KINDS, type WarehouseKind, warehouseOf } from "../warehouses/registry";
import type { Warehouse } from "../warehouses/warehouse";
import { type DefinedCommand, Option, type OptionValues, type Untyped } from "./commander";

/** What every command with a warehouse has. */
export interface WarehouseOptions {
  /** Default: the one that another option decides, else that of the stack's configuration. */
  readonly warehouse?: WarehouseKind;
}

const ALL = WAREHOUSE_KINDS.map(warehouseOf);

/** Of every warehouse the same word, in a list. */
export function wordsOf(word: (warehouse: Warehouse) => string, between: string): string {
  return ALL.map(word).join(between);
}

/** `--warehouse`, for one that the command starts. */
export function startedWarehouse() {
  return new Option(
    "--warehouse <name>",
    wordsOf(({ server }) => server, ", or "),
  )
    .choices(WAREHOUSE_KINDS)
    .default(DEFAULT_WAREHOUSE);
}

/** `--warehouse`, for one that is there already. */
function foundWarehouse() {
  const description = `default: that of the stack's configuration, else ${DEFAULT_WAREHOUSE}`;
  return new Option("--warehouse <name>", description).choices(WAREHOUSE_KINDS);
}

/** Adds `--warehouse`, and the options that only one warehouse has, each with the name of that warehouse. */
export function addWarehouseOptions<Args extends unknown[], Options extends OptionValues>(
  command: DefinedCommand<Args, Options>,
  name: WarehouseCommand,
  warehouse: ReturnType<typeof startedWarehouse | typeof foundWarehouse> = foundWarehouse(),
): DefinedCommand<Args, Options & WarehouseOptions> {
  // What they are is data of the warehouses, so that types do not know their names.
  const untyped = command as unknown as Untyped;
  untyped.addOption(warehouse);
  const described = ALL.flatMap(({ title, commands }) =>
    (commands[name]?.options ?? []).map((option) => ({ ...option, description: `${title}: ${option.description}` })),
  );
  for (const flags of new Set(described.map((option) => option.flags))) {
    const same = described.filter((option) => option.flags === flags);
    const option = new Option(flags, same.map(({ description }) => description).join("; "));
    const choices = same.flatMap((each) => each.choices ?? []);
    untyped.addOption(choices.length === 0 ? option : option.choices(choices));
  }
  return untyped as unknown as DefinedCommand<Args, Options & WarehouseOptions>;
}

/** The name of an option's value, in camel case. */
export function nameOf({ flags }: WarehouseOption): string {
  return new Option(flags).attributeName();
}

/** A command's help after its options: what goes for all warehouses, a paragraph of each, and examples. */
export function helpOf(name: WarehouseCommand, general: string, examples: readonly string[]): string {
  const paragraphs = ALL.flatMap(({ title, commands }) => {
    const help = commands[name]?.help;
    return help === undefined ? [] : [`${title}: ${help}`];
  });
  const all = [...examples, ...ALL.flatMap(({ commands }) => commands[name]?.examples ?? [])];
  const shown = ["Examples:", ...all.map((example) => `  $ ${example}`)].join("\n");
  return `\n${[...(general === "" ? [] : [general]), ...paragraphs, shown].join("\n\n")}`;
}
