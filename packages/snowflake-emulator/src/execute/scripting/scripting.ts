/** Running blocks of Snowflake Scripting. */
import { randomUUID } from "node:crypto";
import { type Context, type Result, rememberResult } from "../../catalog/session";
import { invalidIdentifier, SnowflakeError, unknownToEmulator } from "../../errors";
import { authorityOf } from "../../privileges/authority";
import type { Viewer } from "../../privileges/resolve";
import type { Expression } from "../../sql/expressions";
import type { Block, Declaration, Instruction, Source, SqlText } from "../../sql/scripting";
import { NUMBER, VARCHAR, type Value } from "../../sql/types";
import { emptyEnvironment } from "../query/environment";
import { evaluate, truth } from "../query/evaluate";
import { typeOf } from "../query/typing";
import { textOf } from "../query/values";
import { type Exception, Frame } from "./variables";

/** Runs a statement; given by `execute`, which runs blocks in turn. */
export type Run = (
  text: string,
  context: Context,
  lookUp: Frame["lookUp"],
) => Result & { readonly into?: readonly string[] };

/** What a block came to. */
export type Outcome =
  | { readonly ends: "normally" | "break" | "continue" }
  | { readonly ends: "return"; readonly value: Value }
  | { readonly ends: "return"; readonly result: Result };

/** An exception on its way out: raised by name, or made of the error of a statement. */
class Raised extends Error {
  constructor(
    readonly exception: Exception,
    /** `P0001` for those that were raised by name. */
    readonly sqlState: string,
    readonly code: string,
    readonly at: number,
  ) {
    super(exception.message);
  }
}

/** Runs one block and the blocks in it. */
export class Interpreter {
  constructor(
    private readonly context: Context,
    private readonly text: string,
    private readonly run: Run,
  ) {}

  /** @throws SnowflakeError of the exception that nothing handled ("Handling exceptions") */
  start(block: Block, frame: Frame): Outcome {
    try {
      return this.runBlock(block, frame);
    } catch (error) {
      if (error instanceof Raised) throw this.uncaught(error);
      throw error;
    }
  }

  private uncaught({ exception, sqlState, code, at }: Raised): SnowflakeError {
    const before = this.text.slice(0, at).split("\n");
    const place = `on line ${before.length} at position ${before.at(-1)?.length ?? 0}`;
    const message = exception.message ? ` : ${exception.message}` : "";
    return new SnowflakeError(code, sqlState, `Uncaught exception of type '${exception.name}' ${place}${message}`);
  }

  private runBlock({ declarations, body, handlers }: Block, outer: Frame): Outcome {
    const frame = new Frame(outer);
    for (const declaration of declarations) this.declare(declaration, frame);
    try {
      return this.runBody(body, frame);
    } catch (error) {
      if (!(error instanceof Raised)) throw error;
      const { exception } = error;
      const handler = handlers.find(
        ({ exceptions }) => exceptions.includes(exception.name) || exceptions.includes("OTHER"),
      );
      if (!handler) throw error;
      const inside = new Frame(frame);
      inside.declare("SQLCODE", { holds: "value", type: NUMBER, value: exception.code });
      inside.declare("SQLERRM", { holds: "value", type: VARCHAR, value: exception.message });
      inside.declare("SQLSTATE", { holds: "value", type: VARCHAR, value: error.sqlState });
      inside.declare("", { holds: "exception", exception });
      return this.runBody(handler.body, inside);
    }
  }

  private runBody(body: readonly Instruction[], frame: Frame): Outcome {
    for (const instruction of body) {
      const outcome = this.step(instruction, frame);
      if (outcome.ends !== "normally") return outcome;
    }
    return { ends: "normally" };
  }

  private step(instruction: Instruction, frame: Frame): Outcome {
    try {
      return this.follow(instruction, frame);
    } catch (error) {
      if (!(error instanceof SnowflakeError)) throw error;
      // A statement that was cancelled ends the procedure: nothing handles that.
      if (error.code === "000630") throw error;
      const name = instruction.does === "execute" ? "STATEMENT_ERROR" : "EXPRESSION_ERROR";
      throw new Raised(
        { name, code: Number(error.code), message: error.message },
        error.sqlState,
        error.code,
        instruction.at,
      );
    }
  }

  private follow(instruction: Instruction, frame: Frame): Outcome {
    switch (instruction.does) {
      case "declare":
        this.declare(instruction.declaration, frame);
        return { ends: "normally" };
      case "assign":
        this.assign(instruction.name, instruction.value, frame);
        return { ends: "normally" };
      case "if": {
        const branch = instruction.branches.find(({ when }) => this.isTrue(when, frame));
        return this.runBody(branch?.body ?? instruction.otherwise, frame);
      }
      case "while":
      case "loop":
      case "count":
      case "each":
        return this.loop(instruction, frame);
      case "return":
        return { ends: "return", value: instruction.value ? this.evaluate(instruction.value, frame) : null };
      case "returnTable":
        return { ends: "return", result: this.resultOf(instruction.of, frame) };
      case "raise":
        throw this.raised(instruction.name, instruction.at, frame);
      case "break":
      case "continue":
        return { ends: instruction.does };
      case "nothing":
        return { ends: "normally" };
      case "block":
        return this.runBlock(instruction.block, frame);
      case "execute":
        this.execute(instruction.statement, frame);
        return { ends: "normally" };
    }
  }

  private loop(
    instruction: Extract<Instruction, { does: "while" | "loop" | "count" | "each" }>,
    frame: Frame,
  ): Outcome {
    for (const inside of this.turns(instruction, frame)) {
      const outcome = this.runBody(instruction.body, inside);
      if (outcome.ends === "break") break;
      if (outcome.ends === "return") return outcome;
    }
    return { ends: "normally" };
  }

  /** A frame for each turn of a loop, with its variable. */
  private *turns(
    instruction: Extract<Instruction, { does: "while" | "loop" | "count" | "each" }>,
    frame: Frame,
  ): Iterable<Frame> {
    switch (instruction.does) {
      case "while":
        while (this.isTrue(instruction.condition, frame)) yield new Frame(frame);
        return;
      case "loop":
        for (;;) yield new Frame(frame);
      case "count": {
        const [from, to] = [
          Number(this.evaluate(instruction.from, frame)),
          Number(this.evaluate(instruction.to, frame)),
        ];
        for (let turn = 0; turn <= to - from; turn += 1) {
          const inside = new Frame(frame);
          const value = instruction.reverse ? to - turn : from + turn;
          inside.declare(instruction.name, { holds: "value", type: NUMBER, value });
          yield inside;
        }
        return;
      }
      case "each": {
        const { columns, rows } = this.resultOf(instruction.of, frame);
        const names = columns.map(({ name }) => name);
        for (const row of rows) {
          const inside = new Frame(frame);
          inside.declare(instruction.name, { holds: "row", columns: names, row });
          yield inside;
        }
      }
    }
  }

  private declare(declaration: Declaration, frame: Frame): void {
    const { name } = declaration;
    switch (declaration.declares) {
      case "exception":
        frame.declare(name, { holds: "exception", exception: declaration });
        return;
      case "cursor":
        frame.declare(name, { holds: "cursor", open: () => this.resultOf(declaration.of, frame) });
        return;
      case "resultset":
        frame.declare(name, { holds: "result", result: null });
        if (declaration.value) this.assign(name, declaration.value, frame);
        return;
      case "variable": {
        const { value } = declaration;
        const isTyped = value && "expression" in value && declaration.type === null;
        const type = isTyped ? typeOf(value.expression, this.environment(frame)) : (declaration.type ?? VARCHAR);
        frame.declare(name, { holds: "value", type, value: null });
        if (value) this.assign(name, value, frame);
      }
    }
  }

  private assign(name: string, value: Source, frame: Frame): void {
    const variable = frame.find(name);
    if (variable?.holds === "result") {
      if (!("statement" in value)) throw unknownToEmulator("a RESULTSET of anything but a statement");
      variable.result = this.execute(value.statement, frame);
      return;
    }
    const given =
      "expression" in value
        ? this.evaluate(value.expression, frame)
        : (this.execute(value.statement, frame).rows[0]?.[0] ?? null);
    frame.assign(name, given);
  }

  /** The rows of a statement, or of a RESULTSET or CURSOR of a name. */
  private resultOf(of: SqlText | string, frame: Frame): Result {
    if (typeof of !== "string") return this.execute(of, frame);
    const variable = frame.find(of);
    if (variable?.holds === "cursor") return variable.open();
    if (variable?.holds === "result" && variable.result) return variable.result;
    throw invalidIdentifier(of);
  }

  private raised(name: string | null, at: number, frame: Frame): Raised {
    const variable = frame.find(name ?? "");
    if (variable?.holds !== "exception") throw invalidIdentifier(name ?? "RAISE");
    const { exception } = variable;
    return new Raised(exception, "P0001", String(exception.code), at);
  }

  private execute(statement: SqlText, frame: Frame): Result {
    const text = "text" in statement ? statement.text : this.textIn(statement.expression, frame);
    const result = this.run(text, this.context, frame.lookUp);
    for (const [index, name] of (result.into ?? []).entries()) frame.assign(name, result.rows[0]?.[index] ?? null);
    const changed = result.columns.every(({ name }) => name.startsWith("number of"))
      ? result.rows[0]?.[0]
      : result.rows.length;
    frame.declare("SQLROWCOUNT", { holds: "value", type: NUMBER, value: changed ?? 0 });
    rememberResult(this.context.session, randomUUID(), result);
    return result;
  }

  private textIn(expression: Expression, frame: Frame): string {
    const text = this.evaluate(expression, frame);
    return text === null ? "" : textOf(text);
  }

  private environment(frame: Frame) {
    const viewer: Viewer = { context: this.context, authority: authorityOf(this.context) };
    return emptyEnvironment(viewer, frame.lookUp);
  }

  private evaluate(expression: Expression, frame: Frame): Value {
    return evaluate(expression, this.environment(frame));
  }

  private isTrue(expression: Expression, frame: Frame): boolean {
    return truth(expression, this.environment(frame)) === true;
  }
}
