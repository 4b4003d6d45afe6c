import type { Identity } from "../access/plan";
import { quote } from "../messages/quote";
import { UserError } from "../messages/userError";
import { PROD, schemaName } from "../names";
import { runPrefix } from "./run";

/**
 * What code has to know about where it runs. It says where output goes and whether side effects happen; it protects
 * nothing: that is done by the login that the code has (docs/plug-in.md, "walls and rails").
 */
export interface Contract {
  readonly env: "prod" | "ci" | "dev";
  /** Absent: the identity writes nothing. */
  readonly schemaPrefix?: string;
  readonly sideEffects: "execute" | "log";
  /** CI only. */
  readonly run?: string;
}

/**
 * The contract of an identity. Side effects are executed by prod services and nobody else.
 *
 * @param run run of CI; needed for a CI service, refused for others
 * @throws UserError
 */
export function contractOf({ name, duty }: Identity, run: string | undefined): Contract {
  if (run !== undefined && duty !== "ci")
    throw new UserError(`${quote(name)} is no CI service and has no runs`, "leave out --run");
  switch (duty) {
    case "prod":
      return { env: "prod", schemaPrefix: PROD, sideEffects: "execute" };
    case "ci":
      if (run === undefined)
        throw new UserError(`${quote(name)} writes the schemas of a run`, "say which: --run <run>, or set CI_RUN");
      return { env: "ci", schemaPrefix: runPrefix(run), sideEffects: "log", run };
    case "developer":
      return { env: "dev", schemaPrefix: schemaName(name), sideEffects: "log" };
    case "reader":
      return { env: "dev", sideEffects: "log" };
  }
}

/** The contract as environment variables, in a fixed order. */
export function contractVariables({ env, schemaPrefix, sideEffects, run }: Contract): Record<string, string> {
  return {
    ENV: env,
    ...(schemaPrefix === undefined ? {} : { SCHEMA_PREFIX: schemaPrefix }),
    SIDE_EFFECTS: sideEffects,
    ...(run === undefined ? {} : { CI_RUN: run }),
  };
}
