import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deriveAccess } from "../../src/access/derive";
import { UserError } from "../../src/messages/userError";
import { isUnchanged } from "../../src/rehearsal/engines/engine";
import { parseRoster } from "../../src/roster/parse";
import { planSteps } from "../../src/standin/diff";
import { kindOf, understand } from "../../src/standin/kind";
import { record } from "../../src/standin/record";
import { labelOf, type Resource } from "../../src/standin/resource";
import { declareWarehouse } from "../../src/warehouses/postgresql/deploy/declare";
import { backend } from "../../src/warehouses/postgresql/standin/backend";
import { readCatalog } from "../support/catalog";
import { loaded } from "../support/loaded";
import { TEAM, type Team, teamYaml } from "../support/team";
import { startWarehouse, type TestWarehouse } from "../support/warehouse";

describe("what it does not know is refused", () => {
  async function understood(declare: () => unknown): Promise<Resource[]> {
    const { resources } = await record({}, async () => declare());
    return resources.map((resource) => understand(backend, resource));
  }

  test.each<[string, () => unknown, string]>([
    [
      "a type",
      () => new postgresql.Database("extra", { name: "extra" }),
      "the stand-in does not know resources of type `postgresql:index/database:Database`",
    ],
    [
      "a property",
      () => new postgresql.Role("root", { name: "root", superuser: true, replication: true }),
      "Role root: the stand-in does not know `replication`, `superuser`",
    ],
    [
      "a property inside a list",
      () =>
        new postgresql.Function("f", {
          name: "f",
          database: "d",
          schema: "s",
          args: [{ name: "x", type: "int", mode: "OUT" }],
          returns: "int",
          body: "",
        }),
      "Function f: the stand-in does not know `args.0.mode`",
    ],
    [
      "a kind of object",
      () =>
        new postgresql.Grant("g", { role: "r", database: "d", objectType: "foreign_server", privileges: ["USAGE"] }),
      "Grant g: the stand-in cannot use `objectType`",
    ],
    [
      "an option",
      () => new postgresql.Role("kept", { name: "kept" }, { protect: true }),
      "the stand-in does not know the option `protect` of `postgresql:index/role:Role` `kept`",
    ],
  ])("%s", async (_what, declare, message) => {
    await expect(understood(declare)).rejects.toThrow(message);
  });
});

describe("a program that stops", () => {
  test("is a UserError with the same words when it says so itself", async () => {
    const stop = record({}, async () => {
      new postgresql.Role("made", { name: "made" });
      throw new pulumi.RunError("no");
    });
    await expect(stop).rejects.toEqual(new UserError("no"));
  });

  test("is its own error otherwise", async () => {
    await expect(record({}, () => Promise.reject(new TypeError("oops")))).rejects.toEqual(new TypeError("oops"));
  });
});

describe("steps", () => {
  const planned = (before: readonly Resource[], after: readonly Resource[]) =>
    planSteps(before, after, (type) => kindOf(backend, type).replacedBy)
      .filter(({ op }) => op !== "same")
      .map(({ op, resource }) => `${op} ${labelOf(resource)}`);

  let base: Resource[];
  beforeAll(async () => {
    base = await declared();
  });

  const to = async (changed: Partial<Team>) => planned(base, await declared(changed));

  test("a developer comes", async () => {
    expect(await to({ developers: [...TEAM.developers, "name: carl"] })).toMatchInlineSnapshot(`
      [
        "create Role carl",
        "create DefaultPrivileges public:future-function:carl",
        "create Schema carl",
        "create Schema carl_hr",
        "create Schema carl_sales",
        "update Function unblock:function:blockers",
        "update Function unblock:function:dependents",
      ]
    `);
  });

  test("a developer leaves", async () => {
    expect(await to({ developers: ["name: ana"] })).toMatchInlineSnapshot(`
      [
        "update Function unblock:function:blockers",
        "update Function unblock:function:dependents",
        "delete Schema ben_sales",
        "delete Schema ben_hr",
        "delete Schema ben",
        "delete DefaultPrivileges public:future-function:ben",
        "delete Role ben",
      ]
    `);
  });

  test("a source is restricted", async () => {
    expect(
      await to({ sources: ["{ name: sales, readers: [ben] }", TEAM.sources[1] as string] }),
    ).toMatchInlineSnapshot(`
      [
        "update Role read_prod",
        "update Role ben",
        "update Role charts",
      ]
    `);
  });

  test("a password is rotated", async () => {
    expect(await to({ developers: ["name: ana, rotation: 2", "name: ben"] })).toMatchInlineSnapshot(`
      [
        "update Role ana",
      ]
    `);
  });

  test("a source goes", async () => {
    expect(await to({ sources: ["sales"] })).toMatchInlineSnapshot(`
      [
        "update Function ci:function:open",
        "update Role ana",
        "update Function unblock:function:dependents",
        "delete Schema ben_hr",
        "delete Schema ana_hr",
        "delete Grant read_prod_hr:sequence:prod_hr",
        "delete Grant read_prod_hr:table:prod_hr",
        "delete Grant read_prod_hr:schema:prod_hr",
        "delete Grant public:function:prod_hr",
        "delete Grant public:sequence:prod_hr",
        "delete Grant public:table:prod_hr",
        "delete Grant public:schema:prod_hr",
        "delete DefaultPrivileges read_prod_hr:future-table:prod_hr",
        "delete DefaultPrivileges read_prod_hr:future-sequence:prod_hr",
        "delete DefaultPrivileges read_prod_hr:future-admin-table:prod_hr",
        "delete DefaultPrivileges read_prod_hr:future-admin-sequence:prod_hr",
        "delete Schema prod_hr",
        "delete Role read_prod_hr",
      ]
    `);
  });

  test("nothing, whatever the order of the roster", async () => {
    expect(await to({ developers: [...TEAM.developers].reverse(), sources: [...TEAM.sources].reverse() })).toEqual([]);
  });

  test("what must be replaced goes first, and those before it that could not stay", () => {
    const resource = (name: string, inputs: Record<string, unknown>, needs: string[] = []): Resource => ({
      urn: name,
      type: "postgresql:index/grant:Grant",
      name,
      inputs,
      needs,
      sources: needs.length > 0 ? { schema: needs } : {},
      deleteBeforeReplace: true,
      retainOnDelete: false,
      ignoreChanges: [],
      hooks: { beforeCreate: [], afterCreate: [], beforeUpdate: [], afterUpdate: [], beforeDelete: [] },
    });
    const before = [resource("a", { role: "x" }), resource("b", { role: "y", schema: "a" }, ["a"])];
    const after = [resource("a", { role: "z" }), resource("b", { role: "y", schema: "a" }, ["a"])];
    const replaced = [
      "delete-replaced Grant b",
      "delete-replaced Grant a",
      "create-replacement Grant a",
      "create-replacement Grant b",
    ];
    expect(planned(before, after)).toEqual(replaced);
    const lenient = after.map((one) => ({ ...one, deleteBeforeReplace: false }));
    expect(planned(before, lenient)).toEqual(["create-replacement Grant a", "delete-replaced Grant a"]);
    const ignored = after.map((one) => ({ ...one, ignoreChanges: ["role"] }));
    expect(planned(before, ignored)).toEqual([]);
  });
});

describe("on a database", () => {
  let warehouse: TestWarehouse;

  beforeAll(async () => {
    warehouse = await startWarehouse("managed");
  });
  afterAll(async () => {
    await warehouse?.stop();
  });

  const apply = (yaml: string) => warehouse.engine.apply(loaded(yaml));
  const catalog = async () => {
    const client = await warehouse.cluster.connect(warehouse.cluster.superuser);
    return readCatalog(client).finally(() => client.end());
  };

  test("the second time it changes nothing", async () => {
    const first = await apply(teamYaml());
    expect(first.changes.created).toContain("Role ana");
    const second = await apply(teamYaml());
    expect(second.changes).toSatisfy(isUnchanged);
    expect(second.outputs).toEqual(first.outputs);
  });

  test("a roster that the database is not fit for changes nothing, neither there nor in memory", async () => {
    const superuser = await warehouse.cluster.connect(warehouse.cluster.superuser);
    await superuser.query("create role taken login superuser");
    const before = await catalog();
    const developers = [...TEAM.developers, "name: taken"];
    await expect(apply(teamYaml({ developers }))).rejects.toThrow(
      /^`taken` has SUPERUSER, which goes around the roster/m,
    );
    expect(await catalog()).toEqual(before);
    await superuser.query("drop role taken").finally(() => superuser.end());
    expect((await apply(teamYaml())).changes).toSatisfy(isUnchanged);
  });

  test("after a step that fails, the next run does what is left", async () => {
    const superuser = await warehouse.cluster.connect(warehouse.cluster.superuser, "analytics");
    await superuser.query(`
      create function public.refuse() returns event_trigger language plpgsql as 'begin raise ''not now''; end';
      create event trigger refusing on ddl_command_end when tag in ('CREATE SCHEMA') execute function public.refuse()`);
    const developers = [...TEAM.developers, "name: bruno"];
    await expect(apply(teamYaml({ developers }))).rejects.toThrow(/^create Schema bruno\w*: not now \(P0001\)$/);
    await superuser.query("drop event trigger refusing; drop function public.refuse()").finally(() => superuser.end());
    const { changes } = await apply(teamYaml({ developers }));
    expect(changes.created).toContain("Schema bruno");
    expect(changes.created).not.toContain("Role bruno");
  });
});

/** What the program declares for a team, as the stand-in compares it. */
async function declared(changed: Partial<Team> = {}): Promise<Resource[]> {
  const { roster } = parseRoster(teamYaml(changed), "team.yaml");
  if (!roster) throw new Error("the roster of the test is bad");
  const plan = deriveAccess(roster, new Date("2026-01-01"));
  const sources = roster.sources.map(({ name }) => name).sort();
  const settings = {
    warehouse: "postgresql",
    database: "analytics",
    team: "",
    passwordSeed: "0123456789abcdef",
  } as const;
  const connection = {
    host: "h",
    port: 1,
    username: "admin",
    sslmode: "disable",
    superuser: false,
    connectTimeout: 1,
  } as const;
  const { resources } = await record({}, async () =>
    declareWarehouse(plan, sources, settings, connection, {
      expiries: new Map(),
      roles: new Set(),
      foreignRoutines: new Set(),
    }),
  );
  return resources.map((resource) => understand(backend, resource));
}
