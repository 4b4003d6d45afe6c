import type { AccessPaths } from "./paths";
import { fits } from "./pattern";
import { type Identity, includes, type Level, type Schema } from "./plan";

/** What part of the matrix is asked for; absent: all of it. */
export interface Filter {
  /** Name of an identity, `*` fits any text. */
  readonly who?: string;
  readonly schema?: string;
  /** Only where this is allowed. */
  readonly action?: Exclude<Level, "none">;
}

/** A part of the matrix: who may do what where. */
export interface Selection {
  readonly identities: readonly Identity[];
  readonly schemas: readonly Schema[];
  /** More than `none` only; per identity, in the order of the schemas. */
  cellsOf(identity: string): ReadonlyMap<string, Level>;
}

/** The part of the matrix that a filter asks for. Cost grows with the access there is, not with identities × schemas. */
export function select(paths: AccessPaths, { who = "*", schema = "*", action }: Filter = {}): Selection {
  const named = paths.plan.identities.filter(({ name }) => fits(name, who));
  const schemas = paths.plan.schemas.filter(({ name }) => fits(name, schema));
  const cells = new Map(named.map(({ name }) => [name, new Map<string, Level>()]));
  for (const { name } of schemas) {
    for (const [identity, { level }] of paths.accessTo(name)) {
      if (action === undefined || includes(level, action)) cells.get(identity)?.set(name, level);
    }
  }
  const has = (name: string) => (cells.get(name)?.size ?? 0) > 0;
  const used = new Set([...cells.values()].flatMap((own) => [...own.keys()]));
  return {
    identities: action === undefined ? named : named.filter(({ name }) => has(name)),
    schemas: action === undefined ? schemas : schemas.filter(({ name }) => used.has(name)),
    cellsOf: (identity) => cells.get(identity) ?? new Map(),
  };
}
