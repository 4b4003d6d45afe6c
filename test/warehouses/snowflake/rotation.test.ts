import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../../src/rehearsal/engines/engine";
import { startStandIn } from "../../../src/rehearsal/engines/standIn";
import { loaded } from "../../support/loaded";
import { bareHalf, newKey, startSnowflake, type TestSnowflake } from "../../support/snowflake";

const [old, next] = [newKey(), newKey()] as [string, string];

const team = loaded("sources: [sales]\nservices: [{ name: jobs, duty: prod }]\n");
let snowflake: TestSnowflake;
let engine: Engine;

beforeAll(async () => {
  snowflake = await startSnowflake();
  engine = await startStandIn(snowflake.target);
});
afterAll(async () => {
  await engine?.close();
  await snowflake?.stop();
});

/** Deploys with these keys. @returns what may log in then, and as which role */
async function deploy(...keys: string[]): Promise<Record<"old" | "next", unknown>> {
  snowflake.target.settings.publicKeys.jobs = keys.map(bareHalf);
  await engine.apply(team);
  const login = async (key: string) =>
    snowflake.as("JOBS", key, 'SELECT CURRENT_ROLE() AS "ROLE"').then(
      ([row]) => row?.ROLE,
      ({ code }) => code,
    );
  return { old: await login(old), next: await login(next) };
}

test("a key is replaced while both work, and then the old one does not", async () => {
  expect(await deploy(old)).toEqual({ old: "PROD", next: "390144" });
  expect(await deploy(old, next)).toEqual({ old: "PROD", next: "PROD" });
  expect(await deploy(next)).toEqual({ old: "390144", next: "PROD" });
});

test("a network policy of the configuration keeps services out who come from elsewhere", async () => {
  snowflake.target.settings.networkPolicy = "OFFICE";
  await snowflake.admin("CREATE NETWORK POLICY OFFICE ALLOWED_IP_LIST = ('10.0.0.0/8')");
  expect(await deploy(next)).toEqual({ old: "390144", next: "390422" });
  await snowflake.admin("ALTER NETWORK POLICY OFFICE SET ALLOWED_IP_LIST = ('10.0.0.0/8', '127.0.0.1')");
  expect(await deploy(next)).toEqual({ old: "390144", next: "PROD" });
});
