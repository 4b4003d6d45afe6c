import { type Command, Option } from "commander";
import { RISKS } from "../access/diff/change";
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

const EXPLAIN_HELP = `
Allowed or denied, the exit code is 0: both are answers. An unknown name is bad input.

Examples:
  $ one-env explain alice read prod_hr
  $ one-env explain alice create-table prod_stripe.charges
  $ one-env explain airflow act-as prod --format json`;

const MATRIX_HELP = `
Examples:
  $ one-env matrix
  $ one-env matrix --action write --schema 'prod*'      who writes production
  $ one-env matrix --who alice --format csv`;

const REPORT_HELP = `
Examples:
  $ one-env report --out access.html
  $ one-env rehearse --json proof.json && one-env report --out access.html --base main --rehearsal proof.json`;

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
    .action(async (file, options) => finish((await import("./commands/diff.js")).runDiff(file, options)));

  program
    .command("explain")
    .summary("say why somebody may do something, or may not")
    .description("Says whether somebody may do something, and the whole way to it with its roster lines.")
    .argument("<who>", "identity of the roster")
    .argument("<action>", "read, write, insert, create-table, drop-schema, act-as, …")
    .argument("<target>", "schema, object in one, or role for act-as")
    .option("--team <file>", "roster", "team.yaml")
    .addOption(new Option("--format <format>", "form of the answer").choices(["text", "json"]).default("text"))
    .addHelpText("after", EXPLAIN_HELP)
    .action(async (who, action, target, options) =>
      finish((await import("./commands/explain.js")).runExplain(who, action, target, options)),
    );

  program
    .command("matrix")
    .summary("show who may do what where")
    .description("Shows who may do what where. Touches no warehouse.")
    .argument("[file]", "roster", "team.yaml")
    .addOption(
      new Option("--format <format>", "form of the table").choices(["text", "markdown", "csv", "json"]).default("text"),
    )
    .option("--who <pattern>", "only these identities; `*` fits any text")
    .option("--schema <pattern>", "only these schemas; `*` fits any text")
    .addOption(new Option("--action <action>", "only where this is allowed").choices(["read", "write", "own"]))
    .addHelpText("after", MATRIX_HELP)
    .action(async (file, options) => finish((await import("./commands/matrix.js")).runMatrix(file, options)));

  program
    .command("report")
    .summary("write the matrix, the graph, changes and proof as one HTML page")
    .description("Writes one HTML page that loads nothing: matrix, graph, limits, changes and proof.")
    .argument("[file]", "roster", "team.yaml")
    .requiredOption("-o, --out <file>", "page to write")
    .option("--base <ref or file>", "show the changes against this roster")
    .option("--rehearsal <file>", "show the proof: what `one-env rehearse --json` wrote")
    .addHelpText("after", REPORT_HELP)
    .action(async (file, options) => finish((await import("./commands/report.js")).runReport(file, options)));
}
