import type { DatedAccess } from "../../access/dated";
import { fits } from "../../access/pattern";
import { type Filter, select } from "../../access/selection";
import { quote } from "../../messages/quote";
import { didYouMean } from "../../messages/suggest";
import { UserError } from "../../messages/userError";
import { cellsOf, renderCsv, renderMatrixMarkdown } from "../../report/matrix/matrixFormats";
import { renderMatrix } from "../../report/matrix/matrixText";
import { type Command, Option } from "../commander";
import { EXIT, type ExitCode, finish } from "../exit";
import { openRoster } from "../openRoster";

const HELP = `
Examples:
  $ one-env matrix
  $ one-env matrix --action write --schema 'prod*'      who writes production
  $ one-env matrix --who alice --format csv`;

/** `one-env matrix`: who may do what where. Touches no warehouse. */
export function define(command: Command) {
  return command
    .description("Shows who may do what where. Touches no warehouse.")
    .argument("[file]", "roster", "team.yaml")
    .addOption(
      new Option("--format <format>", "form of the table")
        .choices(["text", "markdown", "csv", "json"])
        .default("text" as const),
    )
    .option("--who <pattern>", "only these identities; `*` fits any text")
    .option("--schema <pattern>", "only these schemas; `*` fits any text")
    .addOption(new Option("--action <action>", "only where this is allowed").choices(["read", "write", "own"]))
    .addHelpText("after", HELP)
    .action((file, options) => finish(matrix(file, options)));
}

interface MatrixOptions extends Filter {
  readonly format: "text" | "markdown" | "csv" | "json";
}

function matrix(team: string, { format, ...filter }: MatrixOptions): ExitCode {
  const access = openRoster(team);
  refuseStranger("identity", filter.who, [...access.paths.identities.keys()]);
  refuseStranger("schema", filter.schema, [...access.paths.schemas.keys()]);
  process.stdout.write(`${render(access, filter, format)}\n`);
  return EXIT.fine;
}

function render({ roster, paths }: DatedAccess, filter: Filter, format: MatrixOptions["format"]): string {
  const selection = select(paths, filter);
  const cells = () => cellsOf(roster, paths, selection, filter.action === undefined);
  switch (format) {
    case "text":
      return selection.identities.length === 0 ? "nobody" : renderMatrix(paths, selection);
    case "markdown":
      return renderMatrixMarkdown(paths, selection);
    case "csv":
      return renderCsv(cells());
    case "json":
      return JSON.stringify(cells(), null, 2);
  }
}

/** A pattern that fits nothing is a typing error: an empty table would look like an answer. */
function refuseStranger(kind: string, pattern: string | undefined, names: readonly string[]): void {
  if (pattern === undefined || names.some((name) => fits(name, pattern))) return;
  const message = pattern.includes("*") ? `no ${kind} fits ${quote(pattern)}` : `unknown ${kind} ${quote(pattern)}`;
  throw new UserError(message, didYouMean(pattern, names).help);
}
