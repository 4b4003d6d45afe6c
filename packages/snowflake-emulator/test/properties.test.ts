/** Random grants, revokes, transfers and definitions: the emulator agrees with a naive model, statement by statement. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Account } from "../src/catalog/account";
import type { Context } from "../src/catalog/session";
import { SnowflakeError } from "../src/errors";
import { executeText } from "../src/execute/execute";
import { type Actor, PRIVILEGES, ReferenceModel, ROLES, type Role, SCHEMAS, type Step, TABLES } from "./referenceModel";

/** An account in which every role may use the warehouse and create tables in both schemas, which belong to A. */
function makeAccount() {
  const account = new Account("ACME", "TEST", () => 0);
  const administrator = account.role("ACCOUNTADMIN");
  const user = {
    ...account.born("ADMIN", administrator),
    kind: "USER" as const,
    holds: [account.roleGrant(administrator, null)],
  };
  const session = {
    ...{
      id: 1,
      account,
      address: "127.0.0.1",
      parameters: new Map(),
      variables: new Map(),
      transaction: null,
      results: new Map(),
    },
    ...{ user: { ...user, properties: new Map(), parameters: new Map(), lastLogin: null }, elapsed: 0, limit: 1 },
  };
  const context: Context = {
    session,
    rights: "session",
    role: administrator,
    secondaryRoles: "NONE",
    database: null,
    schema: null,
    warehouse: null,
  };
  const setup = [
    "CREATE WAREHOUSE W",
    "CREATE DATABASE DB",
    ...ROLES.flatMap((role) => [
      `CREATE ROLE ${role}`,
      `GRANT ROLE ${role} TO ROLE SYSADMIN`,
      `GRANT USAGE ON DATABASE DB TO ROLE ${role}`,
      `GRANT USAGE ON WAREHOUSE W TO ROLE ${role}`,
    ]),
    ...SCHEMAS.flatMap((schema) => [
      `CREATE SCHEMA DB.${schema}`,
      `GRANT OWNERSHIP ON SCHEMA DB.${schema} TO ROLE A`,
      ...ROLES.map((role) => `GRANT USAGE, CREATE TABLE ON SCHEMA DB.${schema} TO ROLE ${role}`),
    ]),
  ];
  const succeeds = (text: string, actor: Actor): boolean => {
    try {
      executeText(text, { ...context, role: actor === "ADMIN" ? administrator : account.role(actor) }, () => undefined);
      return true;
    } catch (error) {
      if (!(error instanceof SnowflakeError) || error.code === "001003") throw error;
      return false;
    }
  };
  for (const statement of setup) expect(succeeds(statement, "ADMIN"), statement).toBe(true);
  context.warehouse = account.warehouses.get("W") ?? null;
  return succeeds;
}

function statementOf(step: Step): { text: string; by: Actor } {
  switch (step.do) {
    case "grantRole":
      return { text: `GRANT ROLE ${step.role} TO ROLE ${step.to}`, by: "ADMIN" };
    case "revokeRole":
      return { text: `REVOKE ROLE ${step.role} FROM ROLE ${step.to}`, by: "ADMIN" };
    case "grant":
      return {
        text: `GRANT ${step.privilege} ON TABLE DB.${step.table} TO ROLE ${step.to}${step.flag ? " WITH GRANT OPTION" : ""}`,
        by: step.by,
      };
    case "revoke":
      return {
        text: `REVOKE ${step.privilege} ON TABLE DB.${step.table} FROM ROLE ${step.to}${step.flag ? " CASCADE" : ""}`,
        by: step.by,
      };
    case "transfer": {
      const current = step.current ? ` ${step.current} CURRENT GRANTS` : "";
      return { text: `GRANT OWNERSHIP ON TABLE DB.${step.table} TO ROLE ${step.to}${current}`, by: step.by };
    }
    case "future":
      return {
        text: `GRANT ${step.privilege} ON FUTURE TABLES IN SCHEMA DB.${step.schema} TO ROLE ${step.to}`,
        by: "ADMIN",
      };
    case "unfuture":
      return {
        text: `REVOKE ${step.privilege} ON FUTURE TABLES IN SCHEMA DB.${step.schema} FROM ROLE ${step.to}`,
        by: "ADMIN",
      };
    case "manage":
      return { text: `ALTER SCHEMA DB.${step.schema} ${step.on ? "ENABLE" : "DISABLE"} MANAGED ACCESS`, by: "ADMIN" };
    case "create":
      return { text: `CREATE TABLE DB.${step.table} (N INT)`, by: step.by };
    case "drop":
      return { text: `DROP TABLE DB.${step.table}`, by: step.by };
    case "undrop":
      return { text: `UNDROP TABLE DB.${step.table}`, by: step.by };
  }
}

const role = fc.constantFrom(...ROLES);
const actor = fc.constantFrom<Actor>(...ROLES, "ADMIN");
const table = fc.constantFrom(...TABLES);
const privilege = fc.constantFrom(...PRIVILEGES);
const schema = fc.constantFrom(...SCHEMAS);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom("grantRole", "revokeRole"), role, to: role }),
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("grant", "revoke"),
      by: actor,
      privilege,
      table,
      to: role,
      flag: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("transfer"),
      by: actor,
      table,
      to: role,
      current: fc.constantFrom("COPY", "REVOKE", null),
    }),
  },
  fc.record({ do: fc.constantFrom("future", "unfuture"), privilege, schema, to: role }),
  fc.record({ do: fc.constant("manage"), schema, on: fc.boolean() }),
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("create", "create", "drop", "undrop"), by: role, table }) },
) as fc.Arbitrary<Step>;

const PROBES = {
  SELECT: (name: string) => `SELECT * FROM DB.${name}`,
  INSERT: (name: string) => `INSERT INTO DB.${name} VALUES (1)`,
};

/** What the emulator lets each role do, by doing it. */
function measured(succeeds: ReturnType<typeof makeAccount>) {
  return matrix((who, verb, name) => succeeds(PROBES[verb](name), who));
}

function matrix(may: (who: Role, verb: keyof typeof PROBES, name: (typeof TABLES)[number]) => boolean): string[] {
  return ROLES.flatMap((who) =>
    PRIVILEGES.flatMap((verb) => TABLES.filter((name) => may(who, verb, name)).map((name) => `${who} ${verb} ${name}`)),
  );
}

describe("random histories", () => {
  it("end in what the naive model says, step by step", () => {
    const outcomes = { done: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        const [succeeds, model] = [makeAccount(), new ReferenceModel()];
        for (const each of steps) {
          const { text, by } = statementOf(each);
          const expected = model.take(each);
          outcomes[expected ? "done" : "refused"] += 1;
          expect(`${by}: ${text}: ${succeeds(text, by)}`).toBe(`${by}: ${text}: ${expected}`);
        }
        expect(measured(succeeds)).toEqual(matrix((who, verb, name) => model.may(who, verb, name)));
      }),
      { seed: 20_261_123, numRuns: 300 },
    );
    // Both happen often: a model that refuses everything would agree with nothing here.
    expect(Math.min(outcomes.done, outcomes.refused)).toBeGreaterThan(1000);
  });

  it("and a model that errs is found out", () => {
    class Careless extends ReferenceModel {
      override take(each: Step): boolean {
        return each.do === "manage" ? true : super.take(each); // forgets that a schema is managed
      }
    }
    const run = () =>
      fc.assert(
        fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
          const [succeeds, model] = [makeAccount(), new Careless()];
          for (const each of steps) {
            const { text, by } = statementOf(each);
            expect(succeeds(text, by)).toBe(model.take(each));
          }
        }),
        { seed: 20_261_123, numRuns: 300, endOnFailure: true },
      );
    expect(run).toThrow(/Property failed/);
  });
});
