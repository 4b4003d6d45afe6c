/** dbt's profiles.yml: targets that send a model to the schemas that the identity may write. */
import { dump } from "js-yaml";
import type { Identity } from "../access/plan";
import { CI_SCHEMA, PROD, schemaName } from "../names";

/** Goes into dbt_project.yml as `profile:`. */
export const PROFILE = "one_environment";

/** More threads rarely help a warehouse that everybody shares; `connections` may allow fewer. */
const MOST_THREADS = 4;

/** How dbt logs in to a warehouse: keys of a target in profiles.yml, each read from the environment. */
export interface DbtLogin {
  readonly output: Readonly<Record<string, string>>;
  /** Who logs in, in the roster's spelling. */
  readonly user: string;
}

/** dbt's way to read an environment variable; without a fallback dbt says which one is missing. */
export function variable(name: string, fallback?: string, filter?: string): string {
  const words = [name, ...(fallback === undefined ? [] : [fallback])].map((word) => `'${word}'`).join(", ");
  return `{{ env_var(${words})${filter === undefined ? "" : ` | ${filter}`} }}`;
}

/** A target of dbt: its name, and the schema that dbt puts before a model's own (`villoro` + `stripe`). */
export interface Target {
  readonly name: string;
  readonly schema: string;
  readonly threads: number;
}

/** The only target that the identity may build, so the default one; nothing for a reader, who writes nowhere. */
export function targetOf(identity: Identity): Target | undefined {
  const threads = threadsWithin(identity.limits.connections);
  switch (identity.duty) {
    case "developer":
      return { name: "dev", schema: schemaName(identity.name), threads };
    case "prod":
      return { name: PROD, schema: PROD, threads };
    case "ci":
      return { name: "ci", schema: schemaName(CI_SCHEMA, variable("CI_RUN")), threads };
    case "reader":
      return undefined;
  }
}

/** One connection stays free: for dbt's own, or for a look at what it does. */
function threadsWithin(connections = Number.POSITIVE_INFINITY): number {
  return Math.max(1, Math.min(MOST_THREADS, connections - 1));
}

/** The profile of one identity. */
export function renderProfile(target: Target, login: DbtLogin): string {
  return render([target], target.name, login);
}

/**
 * One profile for everybody, to be kept with the dbt project: developers' targets have their names, and the default
 * one is that of whoever logs in. `prod` and `ci` are chosen with `--target`.
 */
export function renderSharedProfile(identities: readonly Identity[], login: DbtLogin): string {
  const targets = new Map<string, Target>();
  for (const identity of identities) {
    const target = targetOf(identity);
    if (!target) continue;
    const name = identity.duty === "developer" ? identity.name : target.name;
    // Several services may share a target: the least of their limits holds.
    const threads = Math.min(target.threads, targets.get(name)?.threads ?? target.threads);
    targets.set(name, { ...target, name, threads });
  }
  return render([...targets.values()], login.user, login);
}

function render(targets: readonly Target[], defaultTarget: string, login: DbtLogin): string {
  const outputs = Object.fromEntries(
    targets.map(({ name, schema, threads }) => [name, { ...login.output, schema, threads }]),
  );
  return dump({ [PROFILE]: { target: defaultTarget, outputs } }, { lineWidth: -1, noRefs: true, quoteStyle: "double" });
}
