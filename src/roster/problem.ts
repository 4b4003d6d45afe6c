import { formatPosition, type Position } from "./roster";

/** Something wrong with an input, told so that its author can mend it (style of Cedar: lower case, no final period). */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly position: Position;
  readonly message: string;
  /** Why it is so: the way through the roster that leads there. */
  readonly because?: string;
  readonly help?: string;
}

/** Bad input: exit code 2, its problems printed, never a stack. */
export class BadInput extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.name = "BadInput";
  }
}

/** `team.yaml:14:11: unknown source …`, and a `help:` line where there is help. */
export function formatProblem({ severity, position, message, because, help }: Problem): string {
  const label = severity === "warning" ? "warning: " : "";
  const lines = [`${formatPosition(position)}: ${label}${message}`];
  if (because) lines.push(`  because: ${because}`);
  if (help) lines.push(`  help: ${help}`);
  return lines.join("\n");
}
