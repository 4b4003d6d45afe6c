/** What is common to the functions of Snowflake that the emulator knows. */
import type { DataType, Value } from "../../sql/types";
import type { Environment } from "../query/environment";

/** A function: its type, and its value for arguments. Most are NULL when an argument is. */
export interface ScalarFunction {
  readonly type: DataType | "first";
  readonly apply: (args: readonly Value[], env: Environment) => Value;
  readonly takesNull?: boolean;
}
