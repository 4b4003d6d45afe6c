import { decide, decideRole } from "../access/decide";
import { isCiSchema } from "../access/names";
import type { AccessPaths, Step } from "../access/paths";
import { identifier } from "../warehouse/postgresql/quote";
import type { Age } from "./postgresql/fixtures";
import type { Statement } from "./postgresql/session";
import { objectStatements, schemaStatements } from "./postgresql/statements";

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

/** A schema to prove, and what is in it. */
export interface ProvenSchema {
  readonly name: string;
  readonly ages: readonly Age[];
  /** The CI service that opened it; only for throw-away schemas. */
  readonly openedBy?: string;
}

/** Every identity × schema × verb, every identity × role, and the use of temporary tables. */
export function probesOf(paths: AccessPaths, schemas: readonly ProvenSchema[]): Map<string, Probe[]> {
  const statements = schemas.map((schema) => ({
    schema,
    tries: [...schema.ages.flatMap((age) => objectStatements(schema.name, age)), ...schemaStatements(schema.name)],
  }));
  const roles = [...paths.roles.keys(), ...paths.identities.keys()];
  return new Map(
    [...paths.identities.keys()].map((who) => [
      who,
      [
        ...statements.flatMap(({ schema, tries }) =>
          tries.map(({ action, ...statement }): Probe => {
            const { allowed, reasons } = decide(paths, who, action, schema.name);
            // The plan speaks of all CI schemas at once; each is open to the service that opened it, and to no other.
            const expected = allowed && (!isCiSchema(schema.name) || schema.openedBy === who);
            return { who, action, target: schema.name, ...statement, expected, reasons };
          }),
        ),
        ...roles.map((role) => roleProbe(paths, who, role)),
        temporaryProbe(paths, who),
      ],
    ]),
  );
}

function roleProbe(paths: AccessPaths, who: string, role: string): Probe {
  const { allowed: expected, reasons } = decideRole(paths, who, role);
  return { who, action: "set role", target: role, sql: `set local role ${identifier(role)}`, expected, reasons };
}

function temporaryProbe(paths: AccessPaths, who: string): Probe {
  const grants = paths.plan.grants.filter(({ privilege }) => privilege === "temporary");
  const reasons = grants
    .filter(({ role }) => paths.rolesOf(who).has(role))
    .map(({ role, because }) => ({ text: `\`${role}\` may use temporary tables`, because }));
  const sql = "create temporary table probe_temporary (id int)";
  return { who, action: "use temporary tables", target: "database", sql, expected: reasons.length > 0, reasons };
}
