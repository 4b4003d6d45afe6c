/** What the shell and dbt's profile say, compared with the roster. Wrong ones open nothing, but the database does not say why. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import type { DatedAccess } from "../access/dated";
import type { Identity } from "../access/plan";
import { identityNamed } from "../load/identity";
import { quote } from "../messages/quote";
import { schemaName } from "../names";
import { contractOf } from "./contract";
import { type DoctorFinding, refusalBy } from "./finding";
import { PROFILE, targetOf } from "./profiles";
import { runPrefix } from "./run";

type Environment = Readonly<Record<string, string | undefined>>;

/** Why the roster gives a login nothing: it does not know it, or its access has ended; undefined otherwise. */
export function unknownLogin(access: DatedAccess, user: string): DoctorFinding | undefined {
  return refusalBy(() => identityNamed(access, user));
}

/** Where the right variables come from. */
export function variablesHelp({ name }: Identity): string {
  return `\`one-env env --who ${name}\` prints what to set`;
}

/** ENV, SCHEMA_PREFIX and SIDE_EFFECTS of this shell. */
export function checkVariables(identity: Identity, env: Environment): DoctorFinding[] {
  const help = variablesHelp(identity);
  const run = identity.duty === "ci" ? env.CI_RUN : undefined;
  const badRun = run ? refusalBy(() => runPrefix(run)) : undefined;
  if (badRun) return [{ ...badRun, text: `CI_RUN: ${badRun.text}` }];
  const wanted = wantedVariables(identity, env.CI_RUN);
  const wrong = wanted.filter(([name, value]) => env[name] !== undefined && env[name] !== value);
  const missing = wanted.map(([name]) => name).filter((name) => env[name] === undefined);
  return [
    ...wrong.map(([name, value]) => {
      const text = `${name} is ${quote(env[name] ?? "")}, and should be ${quote(value)}`;
      return { ok: false, text, help };
    }),
    ...(missing.length === 0 ? [] : [{ ok: true, text: `this shell does not set ${missing.join(", ")}: ${help}` }]),
  ];
}

/** @param run of CI, where the shell names one; without it a prefix of CI cannot be checked */
function wantedVariables(identity: Identity, run: string | undefined): [string, string][] {
  const contract = contractOf(identity, identity.duty === "ci" ? run || "any" : undefined);
  const prefix = identity.duty === "ci" && !run ? undefined : contract.schemaPrefix;
  return [
    ["ENV", contract.env],
    ...(prefix === undefined ? [] : [["SCHEMA_PREFIX", prefix] as [string, string]]),
    ["SIDE_EFFECTS", contract.sideEffects],
  ];
}

/** Where dbt builds: as the roster says and, where there is a profile of ours, as dbt would read it. */
export function checkTarget(identity: Identity, schemas: readonly string[], env: Environment): DoctorFinding[] {
  const target = targetOf(identity);
  // A run's schemas do not exist yet.
  if (!target || identity.duty === "ci" || !schemas.includes(target.schema)) return [];
  const custom = schemas.filter((name) => name.startsWith(schemaName(target.schema, "")));
  const more = custom.length === 0 ? "" : `, its models with a schema in ${custom.join(", ")}`;
  const fine = (name: string) => ({ ok: true, text: `dbt target ${quote(name)} builds in ${target.schema}${more}` });
  const found = findProfile(env);
  if (found === undefined) return [fine(target.name)];
  const help = `\`one-env profiles --who ${identity.name}\` prints one that is right`;
  const wrong = (text: string) => [{ ok: false, text: `${found.file}: ${text}`, help }];
  // The profile for everybody has no target of a prod service's name: those say --target.
  const name = found.outputs[found.target] ? found.target : target.name;
  const output = found.outputs[name];
  if (!output) return wrong(`dbt has no target ${quote(found.target)}`);
  if (output.schema !== target.schema)
    return wrong(`dbt target ${quote(name)} builds in ${quote(output.schema)}, not in ${quote(target.schema)}`);
  if (output.user.toLowerCase() !== identity.name)
    return wrong(`dbt target ${quote(name)} logs in as ${quote(output.user)}, not as ${quote(identity.name)}`);
  return [fine(name)];
}

interface Profile {
  readonly file: string;
  readonly target: string;
  readonly outputs: Readonly<Record<string, { readonly schema: string; readonly user: string }>>;
}

/** Our profile in the file that dbt takes: in DBT_PROFILES_DIR, else here, else in ~/.dbt. */
function findProfile(env: Environment): Profile | undefined {
  const directories = env.DBT_PROFILES_DIR ? [env.DBT_PROFILES_DIR] : [".", join(homedir(), ".dbt")];
  const file = directories.map((directory) => join(directory, "profiles.yml")).find((path) => existsSync(path));
  if (file === undefined) return undefined;
  let profile: { target?: unknown; outputs?: Record<string, { schema?: unknown; user?: unknown }> } | undefined;
  try {
    profile = (load(readFileSync(file, "utf8")) as Record<string, typeof profile> | null)?.[PROFILE];
  } catch {
    // Not YAML: dbt says so better.
  }
  if (!profile) return undefined;
  const text = (value: unknown) => resolve(String(value ?? ""), env);
  const outputs = Object.entries(profile.outputs ?? {}).map(([name, { schema, user }]) => {
    return [name, { schema: text(schema), user: text(user) }] as const;
  });
  return { file, target: text(profile.target), outputs: Object.fromEntries(outputs) };
}

/** `{{ env_var('NAME', 'default') | lower }}` as dbt would resolve it; that is all that our profiles have. */
function resolve(text: string, env: Environment): string {
  return text.replaceAll(
    /\{\{\s*env_var\(\s*['"](\w+)['"](?:\s*,\s*['"]([^'"]*)['"])?\s*\)\s*(\|\s*lower)?[^}]*\}\}/g,
    (_, name: string, fallback = "", lower?: string) => {
      const value = env[name] ?? fallback;
      return lower === undefined ? value : value.toLowerCase();
    },
  );
}
