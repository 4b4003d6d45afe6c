import type { LoadedAccess } from "../../load/loadAccess";
import type { Outputs } from "../../program";

/** What one apply did, by logical resource (`Role alice`, `Grant read_prod_hr:table:prod_hr`), each list sorted. */
export interface Changes {
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly replaced: readonly string[];
  readonly deleted: readonly string[];
}

/** The program's outputs with the secrets open: a rehearsal's passwords are worth nothing after it. */
export interface Applied {
  readonly changes: Changes;
  readonly outputs: Omit<Outputs, "credentials"> & { readonly credentials: Record<string, string> };
}

/**
 * Applies the real Pulumi program to a throw-away database. Two engines do it: `pulumi` (the CLI with the provider's
 * plugin) and, where that is absent, the stand-in. An engine remembers what it applied, so a second apply is a change.
 */
export interface Engine {
  readonly name: "pulumi" | "stand-in";
  /**
   * Applies what a roster means.
   *
   * @throws UserError when the program refuses the configuration or the warehouse
   */
  apply(access: LoadedAccess): Promise<Applied>;
  /** Removes what the engine keeps on disk; leaves the database alone. */
  close(): Promise<void>;
}

/** Whether a step changed nothing. */
export function isUnchanged({ created, updated, replaced, deleted }: Changes): boolean {
  return created.length + updated.length + replaced.length + deleted.length === 0;
}
