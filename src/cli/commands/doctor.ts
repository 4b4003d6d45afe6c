import { identityNamed } from "../../load/identity";
import { chosenWarehouse, type WarehouseOptions } from "../chosenWarehouse";
import { EXIT, type ExitCode } from "../exit";
import { openRoster } from "../openRoster";

export interface DoctorOptions extends WarehouseOptions {
  readonly team: string;
  /** Default: whoever the credentials log in. */
  readonly who?: string;
}

/** `one-env doctor`: whether one's own login does what the roster says, and what to do if not. Changes nothing. */
export async function runDoctor(options: DoctorOptions): Promise<ExitCode> {
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
