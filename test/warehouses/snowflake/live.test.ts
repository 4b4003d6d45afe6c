/**
 * The same rehearsal on a real account, where credentials are in the environment (docs/snowflake.md). The account must
 * be a scratch one: roles, users, warehouses and monitors are the account's, and those of the roster are dropped again.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { AccessPlan } from "../../../src/access/plan";
import { DUTY_ROLES } from "../../../src/names";
import { as } from "../../../src/proof/session";
import { examine } from "../../../src/rehearsal/rehearse";
import { identifier, snowflakeName } from "../../../src/warehouses/snowflake/quote";
import { type Client, connect } from "../../../src/warehouses/snowflake/rehearsal/client";
import type { ThrowawayAccount } from "../../../src/warehouses/snowflake/rehearsal/testServer";
import { loaded } from "../../support/loaded";
import { rehearseOn } from "../../support/snowflakeWarehouse";

const DATABASE = "ONE_ENV_SCRATCH";

/** Names that a scratch account does not have; timeouts that can be waited for. */
const ROSTER = `
sources: [stripe, { name: hr, readers: [one_ana] }]
developers: [{ name: one_ana }, { name: one_ben, share: team }]
services: [{ name: one_jobs, duty: prod }, { name: one_runner, duty: ci }, { name: one_charts, duty: reader, sources: [stripe] }]
limits: { ci: { statement_timeout: 20s } }
`;

const { ONE_ENV_SNOWFLAKE_ORGANIZATION: organizationName = "", ONE_ENV_SNOWFLAKE_ACCOUNT: accountName = "" } =
  process.env;
const { ONE_ENV_SNOWFLAKE_USER: user = "", ONE_ENV_SNOWFLAKE_KEY_FILE: keyFile = "" } = process.env;
const isGiven = [organizationName, accountName, user, keyFile].every((value) => value !== "");
if (!isGiven)
  console.warn("rehearsal on a real Snowflake: skipped: ONE_ENV_SNOWFLAKE_* is not set (docs/snowflake.md)");

/** Only to point the test itself at the emulator. */
function placeOf({ ONE_ENV_SNOWFLAKE_HOST: host, ONE_ENV_SNOWFLAKE_PORT: port }: NodeJS.ProcessEnv) {
  return host === undefined ? {} : { host, port: Number(port), protocol: "http" as const };
}

/** Kind → names of all that the roster makes in the account. */
function namesOf({ roles, identities }: AccessPlan): [string, string[]][] {
  const people = identities.map(({ name }) => name);
  const duties = [...new Set(identities.map(({ duty }) => DUTY_ROLES[duty]))];
  return [
    ["user", people],
    ["warehouse", duties],
    ["resource monitor", duties],
    ["role", [...roles.map(({ name }) => name), ...people]],
  ];
}

async function refuseWhatIsThere(client: Client, plan: AccessPlan): Promise<void> {
  for (const [kind, names] of [...namesOf(plan), ["database", [DATABASE]] as [string, string[]]]) {
    const present = (await client.query(`show ${kind}s`)).map(({ name }) => String(name));
    const taken = names.map(snowflakeName).filter((name) => present.includes(name));
    if (taken.length > 0) throw new Error(`the account has the ${kind}s ${taken.join(", ")}: use a scratch one`);
  }
}

async function dropAll(client: Client, plan: AccessPlan): Promise<void> {
  await client.query(`drop database if exists ${identifier(DATABASE)}`);
  for (const [kind, names] of namesOf(plan)) {
    for (const name of names) await client.query(`drop ${kind} if exists ${identifier(name)}`);
  }
}

test.skipIf(!isGiven)("the rehearsal holds on a real account", { timeout: 7_200_000 }, async () => {
  const account = { organizationName, accountName, ...placeOf(process.env) };
  const admin = { user, role: "ACCOUNTADMIN", privateKey: readFileSync(keyFile, "utf8") };
  const { plan } = loaded(ROSTER).paths;
  await as(connect(account, admin), async (client) => {
    await refuseWhatIsThere(client, plan);
    await client.query(`create database ${identifier(DATABASE)}`);
  });
  const throwaway: ThrowawayAccount = {
    ...{ title: "a real account", account, admin, database: DATABASE },
    close: () => as(connect(account, admin), (client) => dropAll(client, plan)),
  };
  const warehouse = await rehearseOn(throwaway, [ROSTER]);
  try {
    await warehouse.testServer.layOut(plan);
    const testWarehouse = await warehouse.apply(ROSTER);
    await testWarehouse.adopt();
    const { verdict } = await examine(testWarehouse, { onProgress: () => {} });
    expect(verdict.faults).toEqual([]);
    expect(verdict.denied).toBeGreaterThan(500);
  } finally {
    await warehouse.stop();
  }
});
