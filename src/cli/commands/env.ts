import { contractOf } from "../../environment/contract";
import { type Format, renderVariables } from "../../environment/formats";
import { identityNamed } from "../../load/identity";
import type { EnvironmentVariables } from "../../warehouses/warehouse";
import { chosenWarehouse, type WarehouseOptions } from "../chosenWarehouse";
import { EXIT, type ExitCode } from "../exit";
import { openRoster } from "../openRoster";

export interface EnvOptions extends WarehouseOptions {
  readonly who: string;
  readonly team: string;
  readonly format: Format;
  readonly run?: string;
}

/** `one-env env`: the environment variables that plug an identity in. */
export async function runEnv(options: EnvOptions): Promise<ExitCode> {
  const identity = identityNamed(openRoster(options.team), options.who);
  const run = options.run ?? (identity.duty === "ci" ? process.env.CI_RUN || undefined : undefined);
  const contract = contractOf(identity, run);
  const { warehouse, own } = chosenWarehouse("env", options);
  const found = await (await warehouse.environment()).variables(identity, contract, own);
  const text = renderVariables(shown(found, options.format), options.format);
  if (process.env.GITHUB_ACTIONS === "true") for (const secret of found.secrets) hideInLogs(secret);
  process.stdout.write(text);
  for (const warning of found.warnings) console.error(`warning: ${warning}`);
  return EXIT.fine;
}

/** On GitHub secrets come from the job's own, and a placeholder would take the place of one. */
function shown({ variables, placeholders }: EnvironmentVariables, format: Format): Readonly<Record<string, string>> {
  if (format !== "github") return variables;
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !placeholders.includes(name)));
}

/** GitHub's runner takes commands from stderr too; stdout goes into a file. A URL has the secret encoded. */
function hideInLogs(secret: string): void {
  const lines = secret.split(/\r?\n|\r/).filter((line) => line !== "");
  for (const text of new Set([...lines, encodeURIComponent(secret)]))
    console.error(`::add-mask::${text.replaceAll("%", "%25")}`);
}
