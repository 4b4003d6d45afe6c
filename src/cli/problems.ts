/** Problems as text for people, and as workflow commands of GitHub. */
import { createColors } from "picocolors";
import { notesOf, type Problem } from "../roster/problem";
import { formatPosition } from "../roster/roster";

export type Colors = Pick<ReturnType<typeof createColors>, "bold" | "red" | "yellow" | "cyan" | "green">;

/** Colours for a stream: none when it is not a terminal (picocolors alone would colour any log of a CI server). */
export function terminalColors(stream: NodeJS.WriteStream): Colors {
  return createColors(stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb");
}

/** `formatProblem` in colours; without colours the very same text. */
export function renderProblem(problem: Problem, colors: Colors): string {
  const { severity, position, message } = problem;
  const label = severity === "warning" ? `${colors.yellow("warning:")} ` : "";
  const notes = notesOf(problem).map(([name, text]) => `  ${colors.cyan(`${name}:`)} ${text}`);
  return [`${colors.bold(`${formatPosition(position)}:`)} ${label}${message}`, ...notes].join("\n");
}

/** Tells problems on stderr, apart from what a command prints. */
export function tellProblems(problems: readonly Problem[]): void {
  const colors = terminalColors(process.stderr);
  for (const problem of problems) console.error(renderProblem(problem, colors));
}

/** `::error file=team.yaml,line=9,col=5::…`: GitHub shows it next to the line in the pull request. */
export function renderAnnotation(problem: Problem): string {
  const { severity, message } = problem;
  const { file, line, col } = problem.position;
  const text = [message, ...notesOf(problem).map(([name, note]) => `${name}: ${note}`)].join("\n");
  return `::${severity} file=${escapeProperty(file)},line=${line},col=${col}::${escapeData(text)}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
