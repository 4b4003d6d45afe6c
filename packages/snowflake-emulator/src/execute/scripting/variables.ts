/** The variables of a running block, each block's hiding those around it. */
import type { Result } from "../../catalog/session";
import { invalidIdentifier } from "../../errors";
import { type DataType, type Row, VARCHAR, type Value } from "../../sql/types";
import type { Variables } from "../query/environment";
import { castTo } from "../query/values";

export interface Exception {
  readonly name: string;
  readonly code: number;
  readonly message: string;
}

export type Variable =
  | { readonly holds: "value"; readonly type: DataType; value: Value }
  | { readonly holds: "result"; result: Result | null }
  | { readonly holds: "cursor"; readonly open: () => Result }
  | { readonly holds: "row"; readonly columns: readonly string[]; readonly row: Row }
  | { readonly holds: "exception"; readonly exception: Exception };

export class Frame {
  private readonly variables = new Map<string, Variable>();

  constructor(private readonly outer: Frame | null = null) {}

  declare(name: string, variable: Variable): void {
    this.variables.set(name, variable);
  }

  find(name: string): Variable | undefined {
    return this.variables.get(name) ?? this.outer?.find(name);
  }

  /** @throws SnowflakeError 000904 for a name that was not declared */
  assign(name: string, value: Value): void {
    const variable = this.find(name);
    if (variable?.holds !== "value") throw invalidIdentifier(name);
    variable.value = castTo(value, variable.type);
  }

  /** `NAME`, or `ROW.COLUMN` inside of a FOR. */
  readonly lookUp: Variables = (path) => {
    const [name = "", column] = path.split(/\.(.*)/s);
    const variable = this.find(name);
    if (variable?.holds === "value" && column === undefined) return { value: variable.value, type: variable.type };
    if (variable?.holds !== "row" || column === undefined) return undefined;
    const index = variable.columns.indexOf(column);
    return index < 0 ? undefined : { value: variable.row[index] ?? null, type: VARCHAR };
  };
}
