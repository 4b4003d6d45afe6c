import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { deriveAccess } from "../../../src/access/derive";
import { groupBy } from "../../../src/collections";
import { parseRoster } from "../../../src/roster/parse";
import { record } from "../../../src/standin/record";
import { labelOf, type Resource } from "../../../src/standin/resource";
import { declareWarehouse } from "../../../src/warehouses/postgresql/deploy/declare";
import { plannedDefaults, plannedPrivileges, privilegeKey } from "../../../src/warehouses/postgresql/deploy/planned";

const SOURCES = ["a", "b", "c", "d", "e"];
const ROSTER = `
sources: [${SOURCES.join(", ")}]
developers: [{ name: ana, expires: 2999-01-01 }, { name: ben }]
services: [{ name: jobs, duty: prod }, { name: runner, duty: ci }, { name: charts, duty: reader }]
limits: { developer: { statement_timeout: 1min, idle_in_transaction: 5s, connections: 3 } }
`;

function planOf(yaml: string) {
  const { roster } = parseRoster(yaml, "team.yaml");
  if (!roster) throw new Error("the roster of the test is bad");
  return deriveAccess(roster, new Date("2026-01-01"));
}

function declare(yaml: string, imported: readonly string[] = [], foreignRoutines: readonly string[] = []) {
  const plan = planOf(yaml);
  const settings = { database: "analytics", team: "team.yaml", passwordSeed: "0123456789abcdef" };
  const connection = {
    host: "h",
    port: 1,
    username: "admin",
    sslmode: "disable",
    superuser: false,
    connectTimeout: 1,
  } as const;
  return declareWarehouse(plan, SOURCES, settings, connection, {
    expiries: new Map([["2999-01-01", "2999-01-01 00:00:00+00"]]),
    roles: new Set(imported),
    foreignRoutines: new Set(foreignRoutines),
  });
}

async function declared(yaml: string, imported: readonly string[] = []): Promise<readonly Resource[]> {
  return (await record({}, async () => declare(yaml, imported))).resources;
}

let resources: readonly Resource[];
beforeAll(async () => {
  resources = await declared(ROSTER);
});

const named = (label: string) => resources.find((resource) => labelOf(resource) === label);

test("a developer costs a schema per source, a base schema, and at most three more resources", async () => {
  const more = await declared(ROSTER.replace("{ name: ben }", "{ name: ben }, { name: carl }"));
  const labels = new Set(resources.map(labelOf));
  const added = more.map(labelOf).filter((label) => !labels.has(label));
  // The component of the developer is the third; it has no counterpart in the warehouse.
  expect(added.sort()).toEqual([
    "DefaultPrivileges public:future-function:carl",
    "Role carl",
    "Schema carl",
    ...SOURCES.map((source) => `Schema carl_${source}`),
  ]);
});

test("a developer's login has the limits, the expiry and the group", () => {
  expect(named("Role ana")?.inputs).toMatchObject({
    name: "ana",
    login: true,
    roles: ["developer"],
    statementTimeout: 60_000,
    idleInTransactionSessionTimeout: 5_000,
    connectionLimit: 3,
    validUntil: "2999-01-01 00:00:00+00",
  });
});

test("a prod service does not inherit, and starts as prod", () => {
  expect(named("Role jobs")?.inputs).toMatchObject({ inherit: false, roles: ["prod"], assumeRole: "prod" });
});

test("every schema is retained, every grant deleted before it is replaced", () => {
  const schemas = resources.filter(({ type }) => type.endsWith(":Schema"));
  const grants = resources.filter(({ type }) => /:(Grant|DefaultPrivileges)$/.test(type));
  expect(schemas.length).toBeGreaterThan(SOURCES.length);
  expect(schemas.filter(({ retainOnDelete }) => !retainOnDelete).map(labelOf)).toEqual([]);
  expect(grants.filter(({ deleteBeforeReplace }) => !deleteBeforeReplace).map(labelOf)).toEqual([]);
});

test("memberships stand on the role, never on a GrantRole beside it (PG-5)", () => {
  expect(resources.filter(({ type }) => type.endsWith(":GrantRole"))).toEqual([]);
});

test("no grant stands on a person", () => {
  const grantees = new Set(resources.filter(({ type }) => type.endsWith(":Grant")).map(({ inputs }) => inputs.role));
  expect([...grantees].sort()).toEqual(
    [
      "ci",
      "developer",
      "jobs",
      "prod",
      "public",
      "read_prod",
      ...SOURCES.map((s) => `read_prod_${s}`),
      "reader",
    ].sort(),
  );
});

test("what is closed to PUBLIC: the database, and schema, tables, sequences and routines of what others read", () => {
  const closed = resources.filter(({ type, inputs }) => type.endsWith(":Grant") && inputs.role === "public");
  const of = (schema: string) => closed.filter(({ inputs }) => inputs.schema === schema);
  for (const schema of ["prod", ...SOURCES.map((source) => `prod_${source}`), "ci"]) {
    expect(of(schema).map(({ name, inputs }) => [name, inputs.objectType, inputs.privileges])).toEqual([
      [`public:schema:${schema}`, "schema", []],
      [`public:table:${schema}`, "table", []],
      [`public:sequence:${schema}`, "sequence", []],
      [`public:function:${schema}`, "routine", []],
    ]);
  }
  expect(of("ana")).toEqual([]);
});

test("roles that are there already are imported, and no others", async () => {
  const imported = (await declared(ROSTER, ["prod", "ana"])).filter(({ importId }) => importId !== undefined);
  expect(imported.map((resource) => [labelOf(resource), resource.importId]).sort()).toEqual([
    ["Role ana", "ana"],
    ["Role prod", "prod"],
  ]);
});

test("only where routines are somebody else's is it not looked at whether PUBLIC has them", async () => {
  const { resources } = await record({}, async () => declare(ROSTER, [], ["prod_a"]));
  const ignoring = resources.filter(({ ignoreChanges }) => ignoreChanges.length > 0);
  expect(ignoring.map((resource) => [labelOf(resource), resource.ignoreChanges])).toEqual([
    ["Grant public:function:prod_a", ["privileges"]],
  ]);
});

test("the preflight knows what is declared: every grant, and no other", () => {
  const plan = planOf(ROSTER);
  const grants = resources.filter(({ type }) => type.endsWith(":Grant")).map(({ inputs }) => inputs);
  const declared = grants.map(({ role, objectType, schema, privileges }): [string, string[]] => [
    privilegeKey(String(role), String(objectType), String(schema ?? "")),
    [...(privileges as string[])].sort(),
  ]);
  const planned = [...plannedPrivileges(plan)].map(([key, privileges]): [string, string[]] => [
    key,
    [...privileges].sort(),
  ]);
  expect(new Map(planned)).toEqual(new Map(declared));
});

test("the audit knows what is declared of the future: every default privilege, and no other", () => {
  const defaults = resources.filter(({ type }) => type.endsWith(":DefaultPrivileges")).map(({ inputs }) => inputs);
  const declared = defaults.map(({ owner, schema, objectType, role, privileges }) =>
    JSON.stringify([owner, schema ?? null, objectType, role, privileges]),
  );
  const planned = plannedDefaults(planOf(ROSTER), "admin").map(({ owner, schema, kind, grantee, privileges }) =>
    JSON.stringify([owner, schema ?? null, kind, grantee, privileges]),
  );
  expect(planned.sort()).toEqual(declared.sort());
});

test("no input is the text of an output", () => {
  expect(JSON.stringify(resources.map(({ inputs }) => inputs))).not.toContain("Calling [toString]");
});

test("logical names are unique within a type and say what they name", () => {
  for (const [type, group] of groupBy(resources, (resource) => resource.type)) {
    const names = group.map(({ name }) => name);
    expect(new Set(names).size, type).toBe(names.length);
  }
  expect(named("Grant read_prod_a:table:prod_a")?.inputs).toEqual({
    database: "analytics",
    schema: "prod_a",
    role: "read_prod_a",
    objectType: "table",
    privileges: ["SELECT"],
  });
});

test("passwords are secrets on the wire", async () => {
  const seen: unknown[] = [];
  await record({}, async () => {
    const monitor = pulumi.runtime.getMonitor() as unknown as {
      registerResource(request: unknown, callback: unknown): void;
    };
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) => {
      const { getType, getObject } = request as {
        getType(): string;
        getObject(): { toJavaScript(): Record<string, unknown> };
      };
      if (getType.call(request).endsWith(":Role")) seen.push(getObject.call(request).toJavaScript().password);
      register(request, callback);
    };
    declare(ROSTER);
  });
  const passwords = seen.filter((password) => password !== undefined);
  expect(passwords).toHaveLength(5);
  for (const password of passwords)
    expect(password).toMatchObject({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" });
});
