/** The syntax tree of expressions and queries. */
import type { Path } from "./names";
import type { DataType, Value } from "./types";

export type BinaryOperator = "OR" | "AND" | "=" | "<>" | "<" | "<=" | ">" | ">=" | "||" | "+" | "-" | "*" | "/" | "%";
export type Pattern = "LIKE" | "ILIKE" | "RLIKE";

export type Expression =
  | { readonly type: "literal"; readonly value: Value; readonly dataType: DataType }
  /** A column, or in Snowflake Scripting a variable. */
  | { readonly type: "column"; readonly path: Path }
  /** A session variable: `$NAME`; `$1` is the first column. */
  | { readonly type: "variable"; readonly name: string }
  | {
      readonly type: "call";
      readonly name: Path;
      readonly args: readonly Expression[];
      readonly star: boolean;
      readonly distinct: boolean;
    }
  | { readonly type: "cast"; readonly operand: Expression; readonly to: DataType; readonly orNull: boolean }
  | { readonly type: "not" | "minus"; readonly operand: Expression }
  | {
      readonly type: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly type: "is"; readonly operand: Expression; readonly what: null | boolean; readonly negated: boolean }
  | {
      readonly type: "distinct";
      readonly left: Expression;
      readonly right: Expression;
      readonly negated: boolean;
    }
  | {
      readonly type: "between";
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly negated: boolean;
    }
  | {
      readonly type: "in";
      readonly operand: Expression;
      readonly options: readonly Expression[] | Query;
      readonly negated: boolean;
    }
  | {
      readonly type: "pattern";
      readonly kind: Pattern;
      readonly operand: Expression;
      readonly pattern: Expression;
      readonly escape: Expression | null;
      readonly negated: boolean;
    }
  | {
      readonly type: "case";
      readonly operand: Expression | null;
      readonly branches: readonly { readonly when: Expression; readonly result: Expression }[];
      readonly otherwise: Expression | null;
    }
  | { readonly type: "exists" | "subquery"; readonly query: Query }
  /** An element of a semi-structured value: `v:name`, `v['name']`, `v[0]`. */
  | { readonly type: "element"; readonly operand: Expression; readonly key: Expression };

export interface SelectItem {
  readonly expression: Expression;
  /** What the column is called: its alias, or the expression as written. */
  readonly name: string;
}

export interface Star {
  readonly star: true;
  readonly qualifier: Path | null;
  readonly exclude: readonly string[];
}

export interface Select {
  readonly type: "select";
  readonly distinct: boolean;
  readonly items: readonly (SelectItem | Star)[];
  readonly from: Source | null;
  readonly where: Expression | null;
  readonly groupBy: readonly Expression[] | "ALL" | null;
  readonly having: Expression | null;
  /** Snowflake Scripting: `SELECT … INTO :a, :b`. */
  readonly into: readonly string[];
}

export type SetOperator = "UNION" | "UNION ALL" | "INTERSECT" | "EXCEPT";

export type Body =
  | Select
  | { readonly type: "values"; readonly rows: readonly (readonly Expression[])[] }
  | { readonly type: "set"; readonly operator: SetOperator; readonly left: Body; readonly right: Body }
  | { readonly type: "nested"; readonly query: Query };

export interface OrderItem {
  readonly by: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface CommonTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly query: Query;
}

export interface Query {
  readonly with: readonly CommonTable[];
  readonly body: Body;
  readonly orderBy: readonly OrderItem[];
  readonly limit: number | null;
  readonly offset: number;
}

export type Join = "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS";

export type Source =
  | { readonly type: "named"; readonly path: Path; readonly alias: string | null }
  | {
      readonly type: "query";
      readonly query: Query;
      readonly alias: string | null;
      readonly columns: readonly string[];
    }
  /** `TABLE(RESULT_SCAN(…))` and other table functions. */
  | {
      readonly type: "function";
      readonly name: Path;
      readonly args: readonly Expression[];
      readonly alias: string | null;
    }
  | {
      readonly type: "join";
      readonly join: Join;
      readonly left: Source;
      readonly right: Source;
      readonly on: Expression | readonly string[] | null;
    };

export function isQuery(options: readonly Expression[] | Query): options is Query {
  return !Array.isArray(options);
}
