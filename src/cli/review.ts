import { type Command, Option } from "commander";
import { RISKS } from "../access/change";
import type { ExitCode } from "./exit";

const DIFF_HELP = `
The base is a file, or anything that git resolves to a commit; a file that exists wins. In a commit without the roster
there is nobody, so everything is new. Default: HEAD, which shows what is not committed yet.

Risks, worst first: production (who writes it), restricted (who reads a restricted source), safeguard (limits and
expectations that go, schemas that nothing manages any more), ordinary (every change). --fail-on counts what gives more
or warns, with that risk or a worse one.

Examples:
  $ one-env diff                                     what is not committed yet
  $ one-env diff --base origin/main --format markdown  the comment of a pull request
  $ one-env diff --base origin/main --fail-on production`;

/** The commands that show what a roster means, without a warehouse: for those who review it. */
export function registerReview(program: Command, finish: (exitCode: ExitCode) => Promise<void>): void {
  program
    .command("diff")
    .summary("say in sentences who gains and loses what")
    .description("Says who gains and loses what against an earlier roster. Touches no warehouse.")
    .argument("[file]", "roster after the change", "team.yaml")
    .option("--base <ref or file>", "roster before the change", "HEAD")
    .addOption(
      new Option("--format <format>", "form of the report").choices(["text", "markdown", "json"]).default("text"),
    )
    .addOption(new Option("--fail-on <risk>", "exit with 1 on a change of that risk or a worse one").choices(RISKS))
    .addHelpText("after", DIFF_HELP)
    .action(async (file, options) => finish((await import("./diff.js")).runDiff(file, options)));
}
