import type { AuditFinding } from "../../audit/finding";
import { comment, leftBecause, type RepairChoice, renderScript } from "../../report/audit/repairScript";
import { count } from "../../report/audit/told";
import type { Refused } from "../../warehouses/warehouse";
import { type Asked, withAuditor } from "../auditing";
import type { Command } from "../commander";
import { EXIT, type ExitCode, finish } from "../exit";
import { openRoster } from "../openRoster";
import { addWarehouseOptions, helpOf, type WarehouseOptions } from "../warehouseOptions";

const HELP = `With --apply the warehouse is asked again afterwards, and what is left is listed with the reason. What the roster's \`audit\`
accepts is left alone. Exit code 1: something is left, or there is something to do and --apply was not given.`;

/** `one-env repair`: a dry run that prints what mends the audit's findings, unless told to apply it. */
export function define(command: Command) {
  const described = command
    .description("Makes the live warehouse what the roster says again. A dry run prints the SQL.")
    .argument("[file]", "roster", "team.yaml")
    .option("--apply", "do it")
    .option("--destroy", "also what takes away what nothing brings back");
  return addWarehouseOptions(described, "repair")
    .addHelpText("after", helpOf("repair", HELP, ["one-env repair > repair.sql"]))
    .action((file, options) => finish(repair(file, options)));
}

interface RepairOptions extends WarehouseOptions {
  readonly apply?: boolean;
  readonly destroy?: boolean;
}

async function repair(team: string, options: RepairOptions): Promise<ExitCode> {
  const { apply = false, destroy = false } = options;
  const access = openRoster(team);
  return withAuditor("repair", access, options, async (asked) => {
    const findings = inOrderOfMending(asked, (await asked.ask()).open);
    if (findings.length === 0) {
      console.log("-- nothing to do: the warehouse is as the roster says");
      return EXIT.fine;
    }
    console.log(`${renderScript(access.roster, findings, { destroy })}\n`);
    if (apply) return mend(asked, findings, { destroy });
    const mended = findings.filter((finding) => leftBecause(finding, { destroy }) === undefined).length;
    const rest = findings.length - mended;
    const others = rest === 0 ? "" : `, ${rest} not by this`;
    console.log(`-- ${count(mended, "finding")} to mend${others}; nothing was done: add --apply to do it`);
    return EXIT.findings;
  });
}

async function mend(asked: Asked, findings: readonly AuditFinding[], choice: RepairChoice): Promise<ExitCode> {
  const mendable = findings.filter((finding) => leftBecause(finding, choice) === undefined);
  const refused = await asked.auditor.mend(mendable.flatMap(({ mend }) => mend));
  const left = inOrderOfMending(asked, (await asked.ask()).open);
  if (refused) console.log(comment(`refused, and nothing was done: ${refused.statement}: ${refused.reason}`));
  for (const finding of left) console.log(comment(`left: ${finding.what}: ${reasonOf(finding, choice, refused)}`));
  console.log(`-- ${count(findings.length, "finding")}, ${left.length} left`);
  return left.length === 0 ? EXIT.fine : EXIT.findings;
}

function reasonOf(finding: AuditFinding, choice: RepairChoice, refused: Refused | undefined): string {
  return leftBecause(finding, choice) ?? (refused ? "nothing was done" : "it shows only now: repair again");
}

function inOrderOfMending({ rules }: Asked, findings: readonly AuditFinding[]): AuditFinding[] {
  const ranks = Object.keys(rules);
  return findings.toSorted((one, other) => ranks.indexOf(one.rule) - ranks.indexOf(other.rule));
}
