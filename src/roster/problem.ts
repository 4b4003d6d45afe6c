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

/** Whether it stops a deployment; a warning does not. */
export function isError({ severity }: Problem): boolean {
  return severity === "error";
}

/** Bad input: exit code 2, its problems printed, never a stack. */
export class BadInput extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.name = "BadInput";
  }
}

/** `team.yaml:14:11: unknown source …`, and a line each for its cause and its help. */
export function formatProblem(problem: Problem): string {
  const { severity, position, message } = problem;
  const label = severity === "warning" ? "warning: " : "";
  const notes = notesOf(problem).map(([name, text]) => `  ${name}: ${text}`);
  return [`${formatPosition(position)}: ${label}${message}`, ...notes].join("\n");
}

/** What stands below a problem's message: name and text. */
export function notesOf({ because, help }: Problem): [name: "because" | "help", text: string][] {
  return [
    ...(because ? [["because", because] as ["because", string]] : []),
    ...(help ? [["help", help] as ["help", string]] : []),
  ];
}
