import { contractOf } from "../handoff/contract";
import { type Format, renderVariables } from "../handoff/formats";
import { checkPlace, DEFAULT_PLACE, type Place, variablesOf } from "../handoff/variables";
import { EXIT, type ExitCode } from "./exit";
import { identityNamed } from "./identity";
import { loadSide } from "./side";
import { readStackPassword } from "./stackPassword";

/** Where the warehouse is; each default is PGHOST, PGPORT, PGDATABASE, PGSSLMODE, and then {@link DEFAULT_PLACE}. */
export type PlaceOptions = Partial<Place>;

export interface EnvOptions extends PlaceOptions {
  readonly who: string;
  readonly team: string;
  readonly format: Format;
  readonly run?: string;
  readonly withSecrets?: boolean;
}

/** `one-env env`: the environment variables that plug an identity in. */
export async function runEnv({ who, team, format, run, withSecrets = false, ...place }: EnvOptions): Promise<ExitCode> {
  const identity = identityNamed(loadSide(team, new Date()), who);
  const wantedRun = run ?? (identity.duty === "ci" ? process.env.CI_RUN || undefined : undefined);
  const contract = contractOf(identity, wantedRun);
  const at = placeFrom(place, process.env);
  const password = withSecrets ? await readStackPassword(who) : undefined;
  const variables = variablesOf(who, contract, at, password);
  // On GitHub the password comes from the job's secrets, and a placeholder would take its place.
  if (format === "github" && password === undefined) delete variables.PGPASSWORD;
  const text = renderVariables(variables, format);
  if (password !== undefined && process.env.GITHUB_ACTIONS === "true") hideInLogs(password);
  process.stdout.write(text);
  if (withSecrets && password === undefined)
    console.error("warning: no `pulumi` on PATH: PGPASSWORD is a placeholder, not the password");
  return EXIT.fine;
}

function placeFrom(options: PlaceOptions, env: NodeJS.ProcessEnv): Place {
  const place = {
    host: options.host || env.PGHOST || DEFAULT_PLACE.host,
    port: options.port || env.PGPORT || DEFAULT_PLACE.port,
    database: options.database || env.PGDATABASE || DEFAULT_PLACE.database,
    sslmode: options.sslmode || env.PGSSLMODE || DEFAULT_PLACE.sslmode,
  };
  checkPlace(place);
  return place;
}

/** GitHub's runner takes commands from stderr too; stdout goes into a file. DATABASE_URL has the password encoded. */
function hideInLogs(password: string): void {
  const lines = password.split(/\r?\n|\r/).filter((line) => line !== "");
  for (const secret of new Set([...lines, encodeURIComponent(password)]))
    console.error(`::add-mask::${secret.replaceAll("%", "%25")}`);
}
