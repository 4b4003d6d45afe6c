/**
 * The stand-in is held to the real engine: the same rosters and configurations, one after the other, through both, each
 * on an account of its own. After each they must have made the same changes and left the same roles, users, grants,
 * owners and parameters, and the real engine must find nothing to mend (`preview --refresh`).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LoadedAccess } from "../../../src/load/loadAccess";
import { type Changes, type Engine, isUnchanged } from "../../../src/rehearsal/engines/engine";
import { type PulumiEngine, startPulumi } from "../../../src/rehearsal/engines/pulumiEngine";
import { pulumiAvailable } from "../../../src/rehearsal/engines/pulumiWorkspace";
import { startStandIn } from "../../../src/rehearsal/engines/standIn";
import type { SnowflakeTarget } from "../../../src/warehouses/snowflake/rehearsal/testServer";
import { loaded } from "../../support/loaded";
import { bareHalf, newKey, startSnowflake, type TestSnowflake } from "../../support/snowflake";
import { stateOf } from "../../support/snowflakeState";
import { TEAM, type Team, teamYaml } from "../../support/team";

type Settings = SnowflakeTarget["settings"];
interface Side<E extends Engine = Engine> {
  readonly snowflake: TestSnowflake;
  readonly engine: E;
}

const MINUTE = 60_000;
const [keyOfAna, keyOfJobs, keyOfRunner, next] = [newKey(), newKey(), newKey(), newKey()] as [
  string,
  string,
  string,
  string,
];
const KEYS = { ana: [bareHalf(keyOfAna)], jobs: [bareHalf(keyOfJobs)], runner: [bareHalf(keyOfRunner)] };
const [ana, ben] = TEAM.developers as [string, string];
const without = (list: readonly string[], part: string) => list.filter((entry) => !entry.includes(part));
const compute = (changed: object) => ({ size: "XSMALL", autoSuspend: 60, creditQuota: 100, ...changed });

/** What happens, the roster after it, and what is configured besides; each goes from the one before. */
const HISTORY: readonly [string, Partial<Team>, Partial<Settings>?][] = [
  ["a developer comes", { developers: [ana, ben, "name: carl"] }],
  ["a developer who made things leaves", { developers: [ben], sources: ["sales", "{ name: hr, readers: [ben] }"] }],
  ["and comes back; a second key", {}, { publicKeys: { ...KEYS, runner: [bareHalf(keyOfRunner), bareHalf(next)] } }],
  [
    "a source is restricted; the second key alone",
    { sources: ["{ name: sales, readers: [ben] }", TEAM.sources[1] as string] },
    { publicKeys: { ...KEYS, runner: [bareHalf(next)] } },
  ],
  [
    "and opened again; limits change",
    { limits: "developer: { statement_timeout: 5min }, prod: { statement_timeout: 1h }" },
  ],
  [
    "a developer has limits of their own and shares",
    { developers: [ana, "name: ben, share: team, limits: { statement_timeout: 5s }"] },
  ],
  ["and no more; a source comes", { sources: [...TEAM.sources, "web"] }],
  ["a reader becomes a CI service", { services: [...without(TEAM.services, "charts"), "name: charts, duty: ci"] }],
  ["a source and its reader go", { sources: ["hr", "web"], services: without(TEAM.services, "charts") }],
  ["the CI service goes; no monitors", { services: without(TEAM.services, "runner") }, { resourceMonitors: false }],
  [
    "all back; compute changes",
    {},
    {
      warehouses: {
        developer: compute({ size: "SMALL", creditQuota: 7 }),
        prod: compute({ autoSuspend: 300 }),
        ci: compute({}),
        reader: compute({}),
      },
    },
  ],
  ["and compute as it was", {}],
];

const available = pulumiAvailable("snowflake");
if (!available) console.warn("conformance with the real engine on Snowflake: skipped: pulumi is not on PATH");

describe.skipIf(!available)("the stand-in does what the real engine does", () => {
  let team: LoadedAccess;
  let real: Side<PulumiEngine>;
  let standIn: Side;

  beforeAll(async () => {
    const [one, other] = await Promise.all([startSnowflake(), startSnowflake()]);
    real = { snowflake: one, engine: await startPulumi(one.target) };
    standIn = { snowflake: other, engine: await startStandIn(other.target) };
    for (const { snowflake } of [real, standIn]) await snowflake.admin(...FOUND);
  }, MINUTE);

  afterAll(async () => {
    for (const side of [real, standIn]) await side?.engine.close();
    for (const side of [real, standIn]) await side?.snowflake.stop();
  });

  async function applyToBoth(changed: Partial<Team>, settings: Partial<Settings> = {}): Promise<Changes> {
    team = loaded(teamYaml(changed));
    for (const { snowflake } of [real, standIn])
      Object.assign(snowflake.target.settings, { ...DEFAULTS, publicKeys: KEYS }, settings);
    const { changes } = await real.engine.apply(team);
    expect((await standIn.engine.apply(team)).changes).toEqual(changes);
    expect(await stateOf(standIn.snowflake)).toEqual(await stateOf(real.snowflake));
    expect(await real.engine.preview(team)).toSatisfy(isUnchanged);
    return changes;
  }

  test(
    "first apply, to an account where others have what it needs: nothing is made",
    async () => {
      team = loaded(teamYaml({}));
      for (const { snowflake, engine } of [real, standIn]) {
        await snowflake.admin(...OTHERS);
        const before = await stateOf(snowflake);
        const refusal = await engine.apply(team).then(String, String);
        expect(refusal).toContain("role `DEVELOPER` is there already, and not from this stack");
        expect(refusal).toContain("`LOADER` has INSERT on tables in `PROD_SALES`");
        expect(await stateOf(snowflake)).toEqual(before);
        await snowflake.admin("DROP ROLE DEVELOPER", "DROP ROLE LOADER");
      }
    },
    MINUTE,
  );

  test(
    "first apply, to a database with schemas in it",
    async () => {
      const changes = await applyToBoth({});
      expect(changes.updated).toEqual(["Schema ana_sales", "Schema prod_sales"]);
    },
    3 * MINUTE,
  );

  test("again", async () => expect(await applyToBoth({})).toSatisfy(isUnchanged), MINUTE);

  test("people make things", async () => {
    for (const { snowflake } of [real, standIn]) {
      await snowflake.as("ANA", keyOfAna, "CREATE TABLE ANALYTICS.ANA_SALES.T (ID INT)");
      await snowflake.as("JOBS", keyOfJobs, "CREATE TABLE ANALYTICS.PROD_SALES.T (ID INT)");
    }
    expect(await stateOf(standIn.snowflake)).toEqual(await stateOf(real.snowflake));
  });

  test.each(HISTORY)("%s", async (_what, changed, settings) => void (await applyToBoth(changed, settings)), 3 * MINUTE);
});

const SMALL = compute({});
const DEFAULTS = {
  people: "managed",
  resourceMonitors: true,
  warehouses: { developer: SMALL, prod: SMALL, ci: SMALL, reader: SMALL },
};

/** Others who were there before us. */
const OTHERS = [
  "CREATE ROLE DEVELOPER",
  "CREATE ROLE LOADER",
  "GRANT INSERT ON TABLE ANALYTICS.PROD_SALES.FOUND TO ROLE LOADER",
];

/** Schemas that were there before us, not as they are to be. */
const FOUND = [
  "CREATE SCHEMA ANALYTICS.PROD_SALES",
  "CREATE TABLE ANALYTICS.PROD_SALES.FOUND (ID INT)",
  "CREATE SCHEMA ANALYTICS.ANA_SALES WITH MANAGED ACCESS",
];
