import type { Row } from "./session";

/** How a CI service opens and closes its runs on a warehouse: statements, and what their answers mean. */
export interface RunDialect {
  open(service: string, run: string): string;
  close(service: string, run: string): string;
  /** The schemas that an answer to {@link open} names. */
  opened(rows: readonly Row[]): readonly string[];
  /** Asks for every lease. */
  readonly leases: string;
  /** How many runs of a service's an answer to {@link leases} has. */
  countOwn(rows: readonly Row[], service: string): number;
  /** What a run too many is refused with. */
  readonly tooMany: string;
  /** More runs than this are not opened to prove a limit. */
  readonly most: number;
  /** Statements before runs that are opened only to be counted. */
  readonly begin: readonly string[];
  /** Statements after them that take them back. */
  takeBack(service: string, runs: readonly string[]): readonly string[];
}
