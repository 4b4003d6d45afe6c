import * as pulumi from "@pulumi/pulumi";
import { type AccessMatrix, accessMatrix } from "./access/matrix";
import { type LoadedAccess, loadAccess } from "./load/loadAccess";
import { UserError } from "./messages/userError";
import { BadInput, formatProblem } from "./roster/problem";
import { DEFAULT_WAREHOUSE, WAREHOUSES } from "./warehouses/registry";
import { readStack } from "./warehouses/stackSettings";

/** What a deployment hands out. */
export interface Outputs {
  /** identity → password; a secret. Empty where people and services log in with keys of their own. */
  readonly credentials: pulumi.Output<Record<string, string>>;
  /** identity → schema → what it may do there. */
  readonly access: AccessMatrix;
  /** Every schema that is declared. */
  readonly schemas: readonly string[];
}

/**
 * The Pulumi program: load the roster, derive what it means, check it, declare it. Nothing is declared when anything
 * speaks against it.
 *
 * @param given the roster to deploy, whose warnings the caller has printed; default: the one that the stack's
 *   configuration names, as it is now
 */
export async function program(given?: LoadedAccess): Promise<Outputs> {
  try {
    const stack = await readStack(WAREHOUSES, DEFAULT_WAREHOUSE);
    const { roster, paths } = given ?? loadConfigured(stack.team);
    const sources = roster.sources.map(({ name }) => name).sort();
    const credentials = await stack.deploy(paths.plan, sources);
    const schemas = paths.plan.schemas.filter(({ kind }) => kind !== "throwaway").map(({ name }) => name);
    return { credentials: pulumi.secret(credentials), access: accessMatrix(paths), schemas };
  } catch (error) {
    if (error instanceof UserError || error instanceof BadInput) throw new pulumi.RunError(error.message);
    throw error;
  }
}

function loadConfigured(team: string): LoadedAccess {
  const access = loadAccess(team, new Date());
  for (const problem of access.problems) pulumi.log.warn(formatProblem(problem));
  return access;
}
