import { checkAccess } from "../../access/check";
import { readRoster } from "../../roster/load";
import type { ParsedRoster } from "../../roster/parse";
import { notesOf, type Problem } from "../../roster/problem";
import type { Roster } from "../../roster/roster";
import { EXIT, type ExitCode } from "../exit";
import { renderAnnotation, renderProblem, terminalColors } from "../problems";

export type CheckFormat = "text" | "json" | "github";

/** `one-env check`. */
export function runCheck(file: string, { format }: { format: CheckFormat }): ExitCode {
  const checked = check(file);
  process.stdout.write(`${render(file, checked, format)}\n`);
  return countErrors(checked.problems) === 0 ? EXIT.fine : EXIT.badInput;
}

/** All that can be said about a roster without a warehouse: its form, then what it means today. */
function check(file: string): ParsedRoster {
  const parsed = readRoster(file);
  if (!parsed.roster) return parsed;
  return { ...parsed, problems: [...parsed.problems, ...checkAccess(parsed.roster, new Date()).problems] };
}

function render(file: string, checked: ParsedRoster, format: CheckFormat): string {
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
function summarize(file: string, { roster, problems }: ParsedRoster): string {
  const parts = roster ? Object.entries(countEntries(roster)).map(([what, n]) => count(n, what.slice(0, -1))) : [];
  const errors = countErrors(problems);
  if (problems.length === 0) parts.push("no problems");
  if (errors > 0) parts.push(count(errors, "problem"));
  if (problems.length > errors) parts.push(count(problems.length - errors, "warning"));
  return `${file}: ${parts.join(", ")}`;
}

function describe(file: string, { roster, problems }: ParsedRoster) {
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
  return problems.filter(({ severity }) => severity === "error").length;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}
