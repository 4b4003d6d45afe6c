import { beforeAll, expect, test } from "vitest";
import { deriveAccess } from "../../../src/access/derive";
import { groupBy } from "../../../src/collections";
import { parseRoster } from "../../../src/roster/parse";
import { record } from "../../../src/standin/record";
import { labelOf, type Resource } from "../../../src/standin/resource";
import { declareWarehouse } from "../../../src/warehouses/snowflake/deploy/declare";
import type { ExistingSchemas } from "../../../src/warehouses/snowflake/deploy/resources";
import { keyWarnings } from "../../../src/warehouses/snowflake/preflight/warnings";
import type { Settings } from "../../../src/warehouses/snowflake/settings";

const SOURCES = ["a", "b", "c"];
const ROSTER = `
sources: [a, b, { name: c, readers: [ana] }]
developers: [{ name: ana, limits: { statement_timeout: 30s } }, { name: ben }]
services: [{ name: jobs, duty: prod }, { name: runner, duty: ci }, { name: charts, duty: reader }]
limits: { developer: { statement_timeout: 1min }, reader: { statement_timeout: 10min } }
`;
const COMPUTE = { size: "XSMALL", autoSuspend: 60, creditQuota: 100 };
const SETTINGS: Settings = {
  database: "LAKE",
  team: "team.yaml",
  people: "managed",
  publicKeys: { jobs: ["KEY1"], ana: ["KEY1", "KEY2"] },
  parentRole: "SYSADMIN",
  resourceMonitors: true,
  warehouses: { developer: { ...COMPUTE, size: "SMALL" }, prod: COMPUTE, ci: COMPUTE, reader: COMPUTE },
};
const CONNECTION = {
  organizationName: "ACME",
  accountName: "DEV",
  user: "ADMIN",
  privateKey: "pem",
  keyInEnvironment: false,
};

function planOf(yaml: string) {
  const { roster } = parseRoster(yaml, "team.yaml");
  if (!roster) throw new Error("the roster of the test is bad");
  return deriveAccess(roster, new Date("2026-01-01"));
}

async function declared(
  yaml = ROSTER,
  settings: Partial<Settings> = {},
  existing: ExistingSchemas = new Map(),
): Promise<readonly Resource[]> {
  const declare = async () =>
    declareWarehouse(planOf(yaml), SOURCES, { ...SETTINGS, ...settings }, CONNECTION, existing);
  return (await record({}, declare)).resources;
}

let resources: readonly Resource[];
beforeAll(async () => {
  resources = await declared();
});

const find = (all: readonly Resource[], label: string) => all.find((resource) => labelOf(resource) === label);
const inputsOf = (label: string, of = resources) => find(of, label)?.inputs;
const labels = (all: readonly Resource[], type: string) =>
  all
    .filter((resource) => resource.type.endsWith(`:${type}`))
    .map(({ name }) => name)
    .sort();

/** Whether one resource comes after another, directly or not. */
function comesAfter(label: string, before: string): boolean {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const target = find(resources, before)?.urn;
  const reaches = (urn: string): boolean =>
    urn === target || (byUrn.get(urn)?.needs ?? []).some((need) => byUrn.has(need) && reaches(need));
  return (find(resources, label)?.needs ?? []).some(reaches);
}

test("a developer costs a user, a role, three grants of roles, and a schema with its owner per source and base", async () => {
  const more = await declared(ROSTER.replace("{ name: ben }", "{ name: ben }, { name: carl }"));
  const known = new Set(resources.map(labelOf));
  const added = more.map(labelOf).filter((label) => !known.has(label));
  const schemas = ["carl", ...SOURCES.map((source) => `carl_${source}`)];
  expect(added.sort()).toEqual(
    [
      "AccountRole carl",
      "User carl",
      "GrantAccountRole carl:login:carl",
      "GrantAccountRole carl:role:developer",
      "GrantAccountRole sysadmin:role:carl",
      ...schemas.flatMap((schema) => [`Schema ${schema}`, `GrantOwnership carl:ownership:${schema}`]),
    ].sort(),
  );
});

test("a source costs a schema, its owner, a reader role, one membership and nine grants, whoever is on the team", async () => {
  const without = await declared(ROSTER.replace("[a, b, {", "[a, {"));
  const known = new Set(without.map(labelOf));
  const added = resources.map(labelOf).filter((label) => !known.has(label) && !/ (ana|ben)/.test(label));
  expect(added.sort()).toEqual(
    [
      "AccountRole read_prod_b",
      "GrantAccountRole read_prod:role:read_prod_b",
      "GrantOwnership prod:ownership:prod_b",
      "Schema prod_b",
      ...["usage", "tables", "views", "materialized-views", "dynamic-tables"].map(
        (what) => `GrantPrivilegesToAccountRole read_prod_b:${what}:prod_b`,
      ),
      ...["tables", "views", "materialized-views", "dynamic-tables"].map(
        (what) => `GrantPrivilegesToAccountRole read_prod_b:future-${what}:prod_b`,
      ),
    ].sort(),
  );
});

test("every name on Snowflake is in upper case", () => {
  for (const { type, inputs } of resources) {
    if (!type.startsWith("snowflake:")) continue;
    expect(String(inputs.name ?? ""), type).toBe(String(inputs.name ?? "").toUpperCase());
    const { procedureDefinition: _, ...others } = inputs;
    expect(JSON.stringify(others).match(/"[a-z_]+[a-z0-9_]*"(?!:)/g) ?? [], type).toEqual(
      JSON.stringify(others).match(/"(true|false)"(?!:)/g) ?? [],
    );
  }
});

test("a person has key, role, warehouse and schema of their own, and no other role counts at once", () => {
  expect(inputsOf("User ana")).toEqual({
    name: "ANA",
    defaultRole: "ANA",
    defaultSecondaryRolesOption: "NONE",
    defaultWarehouse: "DEVELOPER",
    defaultNamespace: "LAKE.ANA",
    rsaPublicKey: "KEY1",
    rsaPublicKey2: "KEY2",
    statementTimeoutInSeconds: 30,
  });
});

test("a prod service has no role but PROD, and a network policy where there is one", async () => {
  const all = await declared(ROSTER, { networkPolicy: "OFFICE" });
  expect(inputsOf("ServiceUser jobs", all)).toMatchObject({ defaultRole: "PROD", networkPolicy: "OFFICE" });
  expect(inputsOf("User ana", all)).not.toHaveProperty("networkPolicy");
  expect(labels(all, "AccountRole")).not.toContain("jobs");
  expect(inputsOf("GrantAccountRole jobs:login:prod", all)).toEqual({ roleName: "PROD", userName: "JOBS" });
});

test("external people are only granted their role", async () => {
  const all = await declared(ROSTER, { people: "external" });
  expect(labels(all, "User")).toEqual([]);
  expect(labels(all, "ServiceUser")).toEqual(["charts", "jobs", "runner"]);
  expect(inputsOf("GrantAccountRole ana:login:ana", all)).toEqual({ roleName: "ANA", userName: "ANA" });
});

test("every role is below the parent role", async () => {
  const all = await declared(ROSTER, { parentRole: "DEPLOYER" });
  const grants = all.filter(({ type }) => type.endsWith(":GrantAccountRole")).map(({ inputs }) => inputs);
  const parents = groupBy(grants, ({ roleName }) => String(roleName));
  const isBelow = (role: string): boolean =>
    (parents.get(role) ?? []).some(
      ({ parentRoleName: parent }) => parent !== undefined && (parent === "DEPLOYER" || isBelow(String(parent))),
    );
  const roles = all.filter(({ type }) => type.endsWith(":AccountRole")).map(({ inputs }) => String(inputs.name));
  expect(roles).toHaveLength(12);
  expect(roles.filter((role) => !isBelow(role))).toEqual([]);
});

test("an owner is below the parent role before it owns, and owns before others are granted (FINDINGS, Snowflake 8)", () => {
  expect(comesAfter("GrantOwnership ana:ownership:ana_a", "GrantAccountRole sysadmin:role:ana")).toBe(true);
  expect(comesAfter("GrantOwnership prod:ownership:prod_a", "GrantAccountRole sysadmin:role:prod")).toBe(true);
  expect(
    comesAfter("GrantPrivilegesToAccountRole read_prod_a:tables:prod_a", "GrantOwnership prod:ownership:prod_a"),
  ).toBe(true);
  expect(comesAfter("Warehouse ci", "ResourceMonitor ci")).toBe(true);
});

test("production is managed, people's own schemas are not", () => {
  const managed = resources
    .filter(({ type, inputs }) => type.endsWith(":Schema") && inputs.withManagedAccess === "true")
    .map(({ name }) => name);
  expect(managed.sort()).toEqual(["ci", "prod", "prod_a", "prod_b", "prod_c"]);
});

test("every schema and owner is retained, every grant deleted before it is replaced (FINDINGS, Snowflake 2)", () => {
  const kept = resources.filter(({ retainOnDelete }) => retainOnDelete).map(({ type }) => type.split(":").at(-1));
  expect(new Set(kept)).toEqual(new Set(["Schema", "GrantOwnership"]));
  expect(kept).toHaveLength(labels(resources, "Schema").length + labels(resources, "GrantOwnership").length);
  const late = resources.filter(
    ({ type, deleteBeforeReplace }) => type.startsWith("snowflake:") && !deleteBeforeReplace,
  );
  expect(late.map(labelOf)).toEqual([]);
});

test("a schema that is there is imported, transient or not", async () => {
  const all = await declared(ROSTER, {}, new Map([["PROD_A", { transient: true }]]));
  expect(find(all, "Schema prod_a")).toMatchObject({ importId: '"LAKE"."PROD_A"', inputs: { isTransient: "true" } });
  expect(find(all, "Schema prod_b")).toMatchObject({ inputs: { isTransient: "false" } });
  expect(find(all, "Schema prod_b")).not.toHaveProperty("importId");
});

test("nobody may create schemas, and every duty gets into the database once", () => {
  const grants = resources.filter(({ type }) => type.endsWith(":GrantPrivilegesToAccountRole"));
  const onDatabase = grants.filter(({ inputs }) => JSON.stringify(inputs).includes('"DATABASE"'));
  expect(onDatabase.map(({ inputs }) => [inputs.accountRoleName, inputs.privileges])).toEqual(
    expect.arrayContaining(["CI", "DEVELOPER", "PROD", "READER"].map((role) => [role, ["USAGE"]])),
  );
  expect(onDatabase).toHaveLength(4);
  expect(JSON.stringify(grants)).not.toContain("CREATE SCHEMA");
});

test("one warehouse per duty, with the longest timeout of those who use it, and a monitor that production survives", () => {
  expect(inputsOf("Warehouse developer")).toMatchObject({
    name: "DEVELOPER",
    warehouseSize: "SMALL",
    autoSuspend: 60,
    resourceMonitor: "DEVELOPER",
    statementTimeoutInSeconds: 60,
  });
  expect(inputsOf("Warehouse prod")).not.toHaveProperty("statementTimeoutInSeconds");
  expect(inputsOf("User ben")).not.toHaveProperty("statementTimeoutInSeconds");
  expect(inputsOf("ResourceMonitor ci")).toEqual({
    name: "CI",
    creditQuota: 100,
    notifyTriggers: [80],
    suspendTrigger: 100,
  });
  expect(inputsOf("ResourceMonitor prod")).toEqual({ name: "PROD", creditQuota: 100, notifyTriggers: [80, 100] });
});

test("a warehouse that somebody uses without a limit has none", async () => {
  const all = await declared(
    ROSTER.replace("developer: { statement_timeout: 1min }", "developer: { statement_timeout: none }"),
  );
  expect(inputsOf("Warehouse developer", all)).not.toHaveProperty("statementTimeoutInSeconds");
  expect(inputsOf("User ana", all)).toMatchObject({ statementTimeoutInSeconds: 30 });
});

test("without monitors there are none", async () => {
  const all = await declared(ROSTER, { resourceMonitors: false });
  expect(labels(all, "ResourceMonitor")).toEqual([]);
  expect(inputsOf("Warehouse ci", all)).not.toHaveProperty("resourceMonitor");
});

test("each CI service has procedures of its own, which follow a new body with their grants", () => {
  expect(labels(resources, "ProcedureSql")).toEqual(["close_runner", "leases", "open_runner", "reap_runner"]);
  const grant = find(resources, "GrantPrivilegesToAccountRole runner:procedure:open_runner");
  expect(grant?.inputs).toEqual({
    accountRoleName: "RUNNER",
    privileges: ["USAGE"],
    onSchemaObject: { objectType: "PROCEDURE", objectName: '"LAKE"."CI"."OPEN_RUNNER"(VARCHAR)' },
  });
  // A replaced procedure takes its grants with it: only a property that comes from it replaces the grant too.
  expect(grant?.sources.onSchemaObject).toEqual([find(resources, "ProcedureSql open_runner")?.urn]);
});

test("the private key is in the provider only when it is not in the environment", async () => {
  const provider = (all: readonly Resource[]) => all.find(({ type }) => type === "pulumi:providers:snowflake")?.inputs;
  expect(provider(resources)).toMatchObject({ privateKey: "pem", authenticator: "SNOWFLAKE_JWT" });
  const { resources: others } = await record({}, async () =>
    declareWarehouse(planOf(ROSTER), SOURCES, SETTINGS, { ...CONNECTION, keyInEnvironment: true }, new Map()),
  );
  expect(provider(others)).not.toHaveProperty("privateKey");
});

test("no input is the text of an output, and logical names are unique within a type", () => {
  expect(JSON.stringify(resources.map(({ inputs }) => inputs))).not.toContain("Calling [toString]");
  expect(new Set(resources.map(labelOf)).size).toBe(resources.length);
});

test("services without a key and keys without a user are told", () => {
  const plan = planOf(ROSTER);
  const publicKeys = { jobs: ["KEY1"], runner: ["KEY1"], ana: ["KEY1"], nobody: ["KEY1"] };
  const useless = (name: string) =>
    `config \`one-environment:publicKeys.${name}\` is of no use: this deployment makes no user of that name`;
  const keyless = "service `charts` cannot log in: config `one-environment:publicKeys.charts` has no key for it";
  expect(keyWarnings(plan, { ...SETTINGS, publicKeys })).toEqual([keyless, useless("nobody")]);
  expect(keyWarnings(plan, { ...SETTINGS, publicKeys, people: "external" })).toEqual([
    keyless,
    useless("ana"),
    useless("nobody"),
  ]);
});
