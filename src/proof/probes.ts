import { decide, decideRole } from "../access/decide";
import type { AccessPaths, Step } from "../access/paths";
import type { Identity } from "../access/plan";
import { isCiSchema } from "../names";
import type { Representation } from "./representatives";
import type { ActionStatement, Statement } from "./statement";

/** One statement that one identity tries, and what the plan says about it. */
export interface Probe extends Statement {
  readonly who: string;
  /** `insert`, `set role`, … */
  readonly action: string;
  /** Schema, role or database. */
  readonly target: string;
  readonly expected: boolean;
  readonly reasons: readonly Step[];
}

/** Whether it was made before the program was applied, or after it. */
export type FixtureTime = "before" | "after";

/** A schema to prove, and what is in it. */
export interface ProvenSchema {
  readonly name: string;
  readonly times: readonly FixtureTime[];
  /** The CI service that opened it; only for throw-away schemas. */
  readonly openedBy?: string;
}

/** How a warehouse says what is tried on it. */
export interface ProbeDialect {
  /** What is tried in and on a schema. */
  inSchema(schema: ProvenSchema): readonly ActionStatement[];
  /** Whether an identity has a role of its own there, which others could take. */
  hasRole(identity: Identity): boolean;
  /** Becoming a role. */
  become(role: string): Statement;
  /** Whether who is in a role may also become it, and not only use what it may. */
  mayBecome(identity: Identity, role: string): boolean;
  /** What is tried on anything but schemas and roles. */
  others(paths: AccessPaths, who: string): readonly Probe[];
}

/** What one identity tries, made as it is asked for: a large team tries millions of statements. */
export interface Probes extends Iterable<Probe> {
  readonly count: number;
}

/**
 * Every identity × schema × verb, every identity × role, and what only this warehouse knows.
 *
 * @param representation who tries for others in a schema; absent: everybody tries everything
 */
export function probesOf(
  paths: AccessPaths,
  schemas: readonly ProvenSchema[],
  dialect: ProbeDialect,
  representation?: Representation,
): Map<string, Probes> {
  const tries = (who: string, schema: string) =>
    representation === undefined || representation.triesFor(who, schema) === who;
  const bySchema = schemas.map((schema) => ({ schema, statements: dialect.inSchema(schema) }));
  const personal = paths.plan.identities.filter(dialect.hasRole).map(({ name }) => name);
  const roles = [...paths.roles.keys(), ...personal];
  return new Map(
    [...paths.identities.keys()].map((who) => {
      const others = dialect.others(paths, who);
      const own = bySchema.filter(({ schema }) => tries(who, schema.name));
      return [
        who,
        {
          count: own.reduce((sum, { statements }) => sum + statements.length, roles.length + others.length),
          *[Symbol.iterator]() {
            for (const { schema, statements } of own) yield* schemaProbes(paths, who, schema, statements);
            for (const role of roles) yield roleProbe(paths, who, role, dialect);
            yield* others;
          },
        },
      ];
    }),
  );
}

function* schemaProbes(
  paths: AccessPaths,
  who: string,
  { name, openedBy }: ProvenSchema,
  statements: readonly ActionStatement[],
): Iterable<Probe> {
  for (const { action, ...statement } of statements) {
    const { allowed, reasons } = decide(paths, who, action, name);
    // The plan speaks of all CI schemas at once; each is open to the service that opened it, and to no other.
    const expected = allowed && (!isCiSchema(name) || openedBy === who);
    yield { who, action, target: name, ...statement, expected, reasons };
  }
}

function roleProbe(paths: AccessPaths, who: string, role: string, { become, mayBecome }: ProbeDialect): Probe {
  const { allowed, reasons } = decideRole(paths, who, role);
  const identity = paths.identities.get(who);
  const expected = allowed && identity !== undefined && mayBecome(identity, role);
  return { who, action: "set role", target: role, ...become(role), expected, reasons };
}
