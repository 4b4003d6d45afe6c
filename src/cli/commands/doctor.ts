import { identityNamed } from "../../load/identity";
import { chosenWarehouse } from "../chosenWarehouse";
import type { Command } from "../commander";
import { EXIT, type ExitCode, finish } from "../exit";
import { openRoster } from "../openRoster";
import { addWarehouseOptions, helpOf, type WarehouseOptions } from "../warehouseOptions";

const HELP = "Exit code 1: something is wrong, with what to do about it. Nothing stays of what is tried.";

const EXAMPLES = [
  "one-env doctor                    as this shell's environment says",
  "one-env doctor --who alice        and be told when the login is somebody else's",
];

/** `one-env doctor`: whether one's own login does what the roster says, and what to do if not. Changes nothing. */
export function define(command: Command) {
  const described = command
    .description("Logs in with one's own credentials and tries what the roster allows, and what it does not.")
    .option("--team <file>", "roster", "team.yaml")
    .option("--who <identity>", "who the login should be");
  return addWarehouseOptions(described, "doctor")
    .addHelpText("after", helpOf("doctor", HELP, EXAMPLES))
    .action((options) => finish(doctor(options)));
}

interface DoctorOptions extends WarehouseOptions {
  readonly team: string;
  /** Default: whoever the credentials log in. */
  readonly who?: string;
}

async function doctor(options: DoctorOptions): Promise<ExitCode> {
  const { team, who } = options;
  const access = openRoster(team);
  if (who !== undefined) identityNamed(access, who);
  const { warehouse, own } = chosenWarehouse("doctor", options);
  const findings = await warehouse.diagnose(access, who, own);
  const wrong = findings.filter(({ ok }) => !ok).length;
  for (const { ok, text, help } of findings) {
    console.log(`${ok ? "ok   " : "wrong"}  ${text}`);
    if (help !== undefined) console.log(`         help: ${help}`);
  }
  console.log(wrong === 0 ? "\nall is well" : `\n${wrong} wrong`);
  return wrong === 0 ? EXIT.fine : EXIT.findings;
}
