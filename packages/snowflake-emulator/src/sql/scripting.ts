/** Snowflake Scripting ("Snowflake Scripting Developer Guide"): the syntax tree of a block. */
import type { Expression } from "./expressions";
import type { DataType } from "./types";

/** A value that a variable gets: an expression, or the result of a statement. */
export type Source = { readonly expression: Expression } | { readonly statement: SqlText };

/** A statement of SQL inside of a block: `text` where it is known, `expression` for EXECUTE IMMEDIATE. */
export type SqlText = { readonly text: string } | { readonly expression: Expression };

export type Declaration =
  | {
      readonly declares: "variable";
      readonly name: string;
      readonly type: DataType | null;
      readonly value: Source | null;
    }
  | { readonly declares: "resultset"; readonly name: string; readonly value: Source | null }
  | { readonly declares: "cursor"; readonly name: string; readonly of: SqlText | string }
  | { readonly declares: "exception"; readonly name: string; readonly code: number; readonly message: string };

export interface Block {
  readonly declarations: readonly Declaration[];
  readonly body: readonly Instruction[];
  readonly handlers: readonly Handler[];
}

export interface Handler {
  /** Names of exceptions, `STATEMENT_ERROR`, `EXPRESSION_ERROR`, or `OTHER`. */
  readonly exceptions: readonly string[];
  readonly body: readonly Instruction[];
}

export interface Branch {
  readonly when: Expression;
  readonly body: readonly Instruction[];
}

export type InstructionKind =
  | { readonly does: "declare"; readonly declaration: Declaration }
  | { readonly does: "assign"; readonly name: string; readonly value: Source }
  | { readonly does: "if"; readonly branches: readonly Branch[]; readonly otherwise: readonly Instruction[] }
  | { readonly does: "while"; readonly condition: Expression; readonly body: readonly Instruction[] }
  | { readonly does: "loop"; readonly body: readonly Instruction[] }
  | {
      readonly does: "count";
      readonly name: string;
      readonly from: Expression;
      readonly to: Expression;
      readonly reverse: boolean;
      readonly body: readonly Instruction[];
    }
  | { readonly does: "each"; readonly name: string; readonly of: string; readonly body: readonly Instruction[] }
  | { readonly does: "return"; readonly value: Expression | null }
  | { readonly does: "returnTable"; readonly of: SqlText | string }
  | { readonly does: "raise"; readonly name: string | null }
  | { readonly does: "break" | "continue" | "nothing" }
  | { readonly does: "block"; readonly block: Block }
  | { readonly does: "execute"; readonly statement: SqlText };

/** An instruction, and where it stands in the block's text. */
export type Instruction = InstructionKind & { readonly at: number };
