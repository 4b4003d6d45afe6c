import type { DatedAccess } from "../../access/dated";
import { type AccessChange, isStopped, RISKS, type Risk } from "../../access/diff/change";
import { diffAccess } from "../../access/diff/diff";
import { describeDiff } from "../../report/diff/diffJson";
import { renderDiffMarkdown } from "../../report/diff/diffMarkdown";
import { renderDiff } from "../../report/diff/diffText";
import { type Command, Option } from "../commander";
import { EXIT, type ExitCode, finish } from "../exit";
import { openBase, openRoster } from "../openRoster";

const HELP = `
The base is a file, or anything that git resolves to a commit; a file that exists wins. In a commit without the roster
there is nobody, so everything is new. Default: HEAD, which shows what is not committed yet.

Risks, worst first: production (who writes it), restricted (who reads a restricted source), safeguard (limits and
expectations that go, schemas that nothing manages any more), ordinary (every change). --fail-on counts what gives more
or warns, with that risk or a worse one.

Examples:
  $ one-env diff                                     what is not committed yet
  $ one-env diff --base origin/main --format markdown  the comment of a pull request
  $ one-env diff --base origin/main --fail-on production`;

/** `one-env diff`: who gains and loses what between two rosters. Touches no warehouse. */
export function define(command: Command) {
  return command
    .description("Says who gains and loses what against an earlier roster. Touches no warehouse.")
    .argument("[file]", "roster after the change", "team.yaml")
    .option("--base <ref or file>", "roster before the change", "HEAD")
    .addOption(
      new Option("--format <format>", "form of the report")
        .choices(["text", "markdown", "json"])
        .default("text" as const),
    )
    .addOption(new Option("--fail-on <risk>", "exit with 1 on a change of that risk or a worse one").choices(RISKS))
    .addHelpText("after", HELP)
    .action((file, options) => finish(diff(file, options)));
}

interface DiffOptions {
  readonly base: string;
  readonly format: "text" | "markdown" | "json";
  readonly failOn?: Risk;
}

function diff(team: string, { base, format, failOn }: DiffOptions): ExitCode {
  const after = openRoster(team);
  const before = openBase(base, after);
  const changes = diffAccess(before, after);
  process.stdout.write(`${render(changes, before, after, format)}\n`);
  const isRefused = failOn !== undefined && changes.some((change) => isStopped(change, failOn));
  return isRefused ? EXIT.findings : EXIT.fine;
}

function render(
  changes: readonly AccessChange[],
  before: DatedAccess,
  after: DatedAccess,
  format: DiffOptions["format"],
) {
  switch (format) {
    case "text":
      return renderDiff(changes, before, after);
    case "markdown":
      return renderDiffMarkdown(changes, before, after);
    case "json":
      return JSON.stringify(describeDiff(changes, before, after), null, 2);
  }
}
