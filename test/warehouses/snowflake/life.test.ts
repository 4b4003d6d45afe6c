/**
 * The life of a team with the real engine, and the whole proof after each step: every permission is executed anew when
 * somebody has come or left, when a source was restricted, a key replaced, or people's users come from elsewhere.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LoadedAccess } from "../../../src/load/loadAccess";
import { createFixtures } from "../../../src/proof/createFixtures";
import { watchLeavers } from "../../../src/proof/offboarding";
import { isUnchanged } from "../../../src/rehearsal/engines/engine";
import { type PulumiEngine, startPulumi } from "../../../src/rehearsal/engines/pulumiEngine";
import { pulumiAvailable } from "../../../src/rehearsal/engines/pulumiWorkspace";
import { examine } from "../../../src/rehearsal/rehearse";
import {
  type SnowflakeTarget,
  type SnowflakeTestServer,
  testServerOn,
} from "../../../src/warehouses/snowflake/rehearsal/testServer";
import type { SnowflakeTestWarehouse } from "../../../src/warehouses/snowflake/rehearsal/testWarehouse";
import { startEmulated } from "../../../src/warehouses/snowflake/server/emulated";
import { type KeyPair, newKeyPair } from "../../../src/warehouses/snowflake/server/keys";
import { loaded } from "../../support/loaded";
import { TEAM, type Team, teamYaml } from "../../support/team";

const available = await pulumiAvailable("snowflake");
if (!available) console.warn("a team's life on Snowflake with the real engine: skipped: pulumi is not on PATH");

const MINUTES = 60_000;
const PEOPLE = ["ana", "ben", "carl"];

describe.skipIf(!available)("with the real engine", () => {
  let testServer: SnowflakeTestServer;
  let settings: SnowflakeTarget["settings"];
  let engine: PulumiEngine;
  let testWarehouse: SnowflakeTestWarehouse;
  let team: LoadedAccess;
  let replaced: KeyPair;

  beforeAll(async () => {
    testServer = await testServerOn(await startEmulated(), [...PEOPLE, "jobs", "runner", "charts"]);
    ({ settings } = testServer.target as SnowflakeTarget);
    engine = await startPulumi(testServer.target);
  }, MINUTES);

  afterAll(async () => {
    await engine?.close();
    await testServer?.stop();
  });

  /** Applies, and finds nothing left to do. */
  async function deploy(changed: Partial<Team>): Promise<void> {
    team = loaded(teamYaml(changed));
    await engine.apply(team);
    expect(await engine.preview(team)).toSatisfy(isUnchanged);
    testWarehouse = testServer.testWarehouseOf(team.paths);
  }

  /** Everything is as the roster says: permissions, limits, attacks. */
  async function proveAll(): Promise<void> {
    await testWarehouse.adopt();
    const { verdict } = await examine(testWarehouse, { onProgress: () => {} });
    expect(verdict.faults).toEqual([]);
    expect(verdict.denied).toBeGreaterThan(300);
  }

  const live = (changed: Partial<Team>) => deploy(changed).then(proveAll);

  const login = (who: string, { privateKey }: KeyPair) =>
    testWarehouse.logins.loginWith(who, privateKey).then(
      (client) => client.end().then(() => "in"),
      ({ code }) => code,
    );
  const keyOf = (who: string) => testWarehouse.logins.keys.get(who) as KeyPair;

  test("a team is set up", () => live({}), 3 * MINUTES);

  test("nothing secret is in the state", async () => {
    const state = await engine.state();
    expect(state).not.toContain("PRIVATE KEY");
    expect(state).not.toContain(keyOf("jobs").privateKey.split("\n")[1]);
    expect(state).toContain("PROD");
  });

  test("somebody comes", () => live({ developers: [...TEAM.developers, "name: carl"] }), 3 * MINUTES);

  test(
    "somebody leaves",
    async () => {
      await createFixtures(testWarehouse, "before");
      const { paths } = testWarehouse;
      const left = await watchLeavers(
        testWarehouse,
        paths.plan.identities.filter(({ name }) => name === "carl"),
      );
      await live({});
      expect((await left()).faults).toEqual([]);
      expect(await login("carl", keyOf("carl"))).toBe("390144");
    },
    3 * MINUTES,
  );

  test(
    "somebody returns, and owns the old rows again",
    async () => {
      const { admin, database } = testWarehouse.logins;
      const carls = (await admin.query(`show schemas like 'CARL%' in database "${database}"`)).map(
        ({ owner }) => owner,
      );
      expect(new Set(carls)).toEqual(new Set(["left:CARL"]));
      await live({ developers: [...TEAM.developers, "name: carl"] });
      const [procedure] = await admin.query(`show procedures like 'SUDO' in database "${database}"`);
      const described = await admin.query(
        `describe procedure "${database}"."${procedure?.schema_name}"."SUDO"(varchar)`,
      );
      expect(described.find(({ property }) => property === "execute as")?.value).toBe("CALLER");
    },
    3 * MINUTES,
  );

  test(
    "a deployment that stops half-way has locked out who leaves; a refresh finds who is to stay after all",
    async () => {
      const carl = await testWarehouse.logins.login("carl");
      await carl.query('grant usage on schema "ANALYTICS"."CARL" to role PUBLIC');
      team = loaded(teamYaml({}));
      await expect(engine.preview(team)).rejects.toThrow("everybody has USAGE");
      expect(await login("carl", keyOf("carl")), "a preview ends nothing").toBe("in");
      await expect(engine.apply(team)).rejects.toThrow("everybody has USAGE on schema `ANALYTICS.CARL`");
      await expect(carl.query("select 1")).rejects.toMatchObject({ code: "390101" });
      expect(await login("carl", keyOf("carl"))).toBe("390101");
      await testWarehouse.logins.admin.query('revoke usage on schema "ANALYTICS"."CARL" from role PUBLIC');

      team = loaded(teamYaml({ developers: [...TEAM.developers, "name: carl"] }));
      const { created, updated } = await engine.preview(team);
      expect(updated).toContain("User carl");
      expect(created).toContain("GrantAccountRole carl:login:carl");
      await deploy({});
      expect(await login("carl", keyOf("carl"))).toBe("390144");
    },
    3 * MINUTES,
  );

  test(
    "a service changes duty, and owns no more what it had",
    async () => {
      const { admin, database } = testWarehouse.logins;
      const runner = await testWarehouse.logins.login("runner");
      await runner.query(`call "${database}"."CI"."OPEN_RUNNER"('duty')`);
      await runner.query(`create table "${database}"."CI_DUTY".T (ID int)`);
      await deploy({
        services: [...TEAM.services.filter((each) => !each.includes("runner")), "name: runner, duty: reader"],
      });
      await expect(runner.query(`select * from "${database}"."CI_DUTY".T`)).rejects.toMatchObject({ code: "003001" });
      const [table] = await admin.query(`show tables in schema "${database}"."CI_DUTY"`);
      expect(table?.owner).toBe("left:RUNNER");
      await live({});
    },
    4 * MINUTES,
  );

  test(
    "a source is restricted",
    () => live({ sources: ["{ name: sales, readers: [ben] }", TEAM.sources[1] as string] }),
    3 * MINUTES,
  );

  test(
    "a key is replaced",
    async () => {
      replaced = keyOf("runner");
      const next = await newKeyPair();
      settings.publicKeys.runner = [replaced.publicKey, next.publicKey];
      await deploy({});
      expect(await Promise.all([login("runner", replaced), login("runner", next)])).toEqual(["in", "in"]);
      settings.publicKeys.runner = [next.publicKey];
      // The proof logs in with the keys that it knows.
      (testWarehouse.logins.keys as Map<string, KeyPair>).set("runner", next);
      await live({});
      expect(await login("runner", replaced)).toBe("390144");
    },
    5 * MINUTES,
  );

  test(
    "all is taken down, and production's data stays",
    async () => {
      await engine.destroy(team);
      for (const who of ["ana", "ben", "jobs", "runner", "charts"])
        expect(await login(who, keyOf(who)), who).toBe("390144");
      const left = async (listed: string) => (await testWarehouse.logins.admin.query(listed)).map(({ name }) => name);
      expect(await left("show roles like 'PROD'")).toEqual([]);
      const [prod] = await testWarehouse.logins.admin.query("show schemas like 'PROD' in database \"ANALYTICS\"");
      expect(prod?.owner).toBe("left:PROD");
      expect(await left("show warehouses like 'PROD'")).toEqual([]);
      expect(await left("show resource monitors")).toEqual([]);
      expect(await left("show schemas like 'PROD%' in database \"ANALYTICS\"")).toEqual([
        "PROD",
        "PROD_HR",
        "PROD_SALES",
      ]);
      const [row] = await testWarehouse.logins.admin.query(
        'select count(*) as "n" from "ANALYTICS"."PROD_SALES".AFTER_TABLE',
      );
      expect(row?.n).toBe(2);
    },
    3 * MINUTES,
  );

  test(
    "and is set up again, of people whose users come from elsewhere",
    async () => {
      const { admin } = testWarehouse.logins;
      for (const who of PEOPLE)
        await admin.query(
          `create user ${who} RSA_PUBLIC_KEY = '${keyOf(who).publicKey}' DEFAULT_ROLE = ${who} DEFAULT_WAREHOUSE = DEVELOPER DEFAULT_SECONDARY_ROLES = ()`,
        );
      settings.people = "external";
      await live({ developers: [...TEAM.developers, "name: carl"] });
      const open = await testWarehouse.logins.login("carl");
      const read = 'select * from "ANALYTICS"."CARL_SALES".AFTER_TABLE';
      expect(await open.query(read)).toHaveLength(2);
      await deploy({});
      await expect(open.query(read)).rejects.toMatchObject({ code: "003001" });
      await open.end();
      // Whose user it is ends it; what is left can do nothing.
      const stranger = await testWarehouse.logins.login("carl");
      await expect(stranger.query(read)).rejects.toMatchObject({
        code: "002003",
      });
      await stranger.end();
    },
    5 * MINUTES,
  );
});
