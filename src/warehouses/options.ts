/** What the command line has of one warehouse: plain data, so that printing help loads nothing of it. */

/** The commands that have to do with a warehouse. */
export type WarehouseCommand =
  | "adopt"
  | "audit"
  | "ci"
  | "doctor"
  | "env"
  | "guard"
  | "local start"
  | "profiles"
  | "rehearse"
  | "repair";

/** An option that only this warehouse has; of the same flags on two warehouses, one option is made. */
export interface WarehouseOption {
  /** As commander has it: `--host <host>`. */
  readonly flags: string;
  /** Without the warehouse's name, which goes before it. */
  readonly description: string;
  readonly choices?: readonly string[];
  /** Whoever gives it means this warehouse, whatever the stack's configuration says. */
  readonly decides?: boolean;
}

/** What one command says of the warehouse. */
export interface CommandWords {
  readonly options?: readonly WarehouseOption[];
  /** A paragraph of the command's help; the warehouse's name goes before it. */
  readonly help?: string;
  /** Lines for the examples of the command's help. */
  readonly examples?: readonly string[];
}

/** The values of a warehouse's own options, by their names in camel case. */
export type OwnOptions = Readonly<Record<string, string | boolean | undefined>>;

/** The value of an option that takes one; nothing where it was left out. */
export function textOf(own: OwnOptions, name: string): string | undefined {
  const value = own[name];
  return typeof value === "string" ? value : undefined;
}
