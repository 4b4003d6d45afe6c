import { toTell } from "../../audit/accept";
import { writeText } from "../../os/files";
import { describeAudit } from "../../report/audit/auditJson";
import { renderAuditMarkdown } from "../../report/audit/auditMarkdown";
import { sarifOf } from "../../report/audit/auditSarif";
import { renderAudit } from "../../report/audit/auditText";
import { type Audited, verdict } from "../../report/audit/told";
import { withAuditor } from "../auditing";
import { type Command, Option } from "../commander";
import { EXIT, type ExitCode, finish } from "../exit";
import { openRoster } from "../openRoster";
import { addWarehouseOptions, helpOf, type WarehouseOptions } from "../warehouseOptions";

const HELP = `Exit code 1: something is found; \`one-env repair\` mends it. The roster's \`audit\` accepts a finding for a while, with a reason.
Logins that the stack's acceptKeeping names are no findings. docs/audit.md has every rule.`;

const EXAMPLES = ["one-env audit", "one-env audit --format sarif --out audit.sarif"];

/** `one-env audit`: where the live warehouse is not as the roster says. Changes nothing. */
export function define(command: Command) {
  const described = command
    .description(
      "Asks the live warehouse who may do what in it today, and says where that is not what the roster says.",
    )
    .argument("[file]", "roster", "team.yaml")
    .addOption(
      new Option("--format <format>", "form of the findings")
        .choices(["text", "markdown", "json", "sarif"])
        .default("text" as const),
    )
    .option("-o, --out <file>", "write them to a file, and print the verdict");
  return addWarehouseOptions(described, "audit")
    .addHelpText("after", helpOf("audit", HELP, EXAMPLES))
    .action((file, options) => finish(audit(file, options)));
}

interface AuditOptions extends WarehouseOptions {
  readonly format: "text" | "markdown" | "json" | "sarif";
  readonly out?: string;
}

async function audit(team: string, options: AuditOptions): Promise<ExitCode> {
  const { format, out } = options;
  const access = openRoster(team);
  return withAuditor("audit", access, options, async ({ rules, ask }) => {
    const judgement = await ask();
    const audited = { roster: access.roster, judgement, findings: toTell(judgement), now: access.now };
    const text = `${render(audited, rules, format)}\n`;
    if (out !== undefined) writeText(out, text);
    process.stdout.write(out === undefined ? text : `${out}: ${verdict(audited.findings)}\n`);
    return audited.findings.length === 0 ? EXIT.fine : EXIT.findings;
  });
}

function render(audited: Audited, rules: Readonly<Record<string, string>>, format: AuditOptions["format"]): string {
  switch (format) {
    case "text":
      return renderAudit(audited);
    case "markdown":
      return renderAuditMarkdown(audited);
    case "json":
      return JSON.stringify(describeAudit(audited), null, 2);
    case "sarif":
      return JSON.stringify(sarifOf(audited, rules), null, 2);
  }
}
