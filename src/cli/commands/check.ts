import { readAccess } from "../../load/loadAccess";
import { isError, notesOf, type Problem } from "../../roster/problem";
import type { Roster } from "../../roster/roster";
import { type Command, Option } from "../commander";
import { EXIT, type ExitCode, finish } from "../exit";
import { renderAnnotation, renderProblem, terminalColors } from "../problems";

type CheckFormat = "text" | "json" | "github";

const HELP = `
Warnings alone pass: the exit code is 0 without errors, else 2.

Examples:
  $ one-env check
  $ one-env check rosters/team.yaml --format json | jq '.problems[].message'`;

/** `one-env check`. */
export function define(command: Command) {
  return command
    .description("Checks a roster and reports every problem at once. Touches no warehouse.")
    .argument("[file]", "roster to check", "team.yaml")
    .addOption(
      new Option("--format <format>", "form of the report")
        .choices(["text", "json", "github"])
        .default("text" as const),
    )
    .addHelpText("after", HELP)
    .action((file, { format }) => finish(check(file, format)));
}

function check(file: string, format: CheckFormat): ExitCode {
  const { access, problems } = readAccess(file, new Date());
  const checked = { problems, ...(access && { roster: access.roster }) };
  process.stdout.write(`${render(file, checked, format)}\n`);
  return countErrors(checked.problems) === 0 ? EXIT.fine : EXIT.badInput;
}

/** A roster if its form has no error, and all that is to be said about it. */
interface Checked {
  readonly roster?: Roster;
  readonly problems: readonly Problem[];
}

function render(file: string, checked: Checked, format: CheckFormat): string {
  switch (format) {
    case "text": {
      const colors = terminalColors(process.stdout);
      return [...checked.problems.map((problem) => renderProblem(problem, colors)), summarize(file, checked)].join(
        "\n",
      );
    }
    case "github":
      return [...checked.problems.map(renderAnnotation), summarize(file, checked)].join("\n");
    case "json":
      return JSON.stringify(describe(file, checked), null, 2);
  }
}

/** `team.yaml: 3 developers, 3 services, 4 sources, no problems`. */
function summarize(file: string, { roster, problems }: Checked): string {
  const parts = roster ? Object.entries(countEntries(roster)).map(([what, n]) => count(n, what.slice(0, -1))) : [];
  const errors = countErrors(problems);
  if (problems.length === 0) parts.push("no problems");
  if (errors > 0) parts.push(count(errors, "problem"));
  if (problems.length > errors) parts.push(count(problems.length - errors, "warning"));
  return `${file}: ${parts.join(", ")}`;
}

function describe(file: string, { roster, problems }: Checked) {
  return {
    file,
    ok: countErrors(problems) === 0,
    counts: roster ? countEntries(roster) : null,
    problems: problems.map((problem) => ({
      severity: problem.severity,
      ...problem.position,
      message: problem.message,
      ...Object.fromEntries(notesOf(problem)),
    })),
  };
}

function countEntries({ developers, services, sources }: Roster) {
  return { developers: developers.length, services: services.length, sources: sources.length };
}

function countErrors(problems: readonly Problem[]): number {
  return problems.filter(isError).length;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}
