import { readText, writeText } from "../../os/files";
import { renderPage } from "../../report/page/page";
import { readRehearsal } from "../../report/rehearsalFile";
import type { Command } from "../commander";
import { EXIT, type ExitCode, finish } from "../exit";
import { openBase, openRoster } from "../openRoster";

const HELP = `
Examples:
  $ one-env report --out access.html
  $ one-env rehearse --json proof.json && one-env report --out access.html --base main --rehearsal proof.json`;

/** `one-env report`: everything about a roster's access in one HTML file. Touches no warehouse. */
export function define(command: Command) {
  return command
    .description("Writes one HTML page that loads nothing: matrix, graph, limits, changes and proof.")
    .argument("[file]", "roster", "team.yaml")
    .requiredOption("-o, --out <file>", "page to write")
    .option("--base <ref or file>", "show the changes against this roster")
    .option("--rehearsal <file>", "show the proof: what `one-env rehearse --json` wrote")
    .addHelpText("after", HELP)
    .action((file, options) => finish(report(file, options)));
}

interface ReportOptions {
  readonly out: string;
  readonly base?: string;
  readonly rehearsal?: string;
}

async function report(file: string, { out, base, rehearsal }: ReportOptions): Promise<ExitCode> {
  const team = openRoster(file);
  const page = await renderPage({
    team,
    ...(base === undefined ? {} : { base: openBase(base, team) }),
    ...(rehearsal === undefined ? {} : { rehearsal: readRehearsal(readText(rehearsal), rehearsal) }),
  });
  writeText(out, page);
  process.stdout.write(`${out}: ${Math.ceil(page.length / 1_000).toLocaleString("en-US")} kB\n`);
  return EXIT.fine;
}
