import { load } from "js-yaml";
import { expect, test } from "vitest";
import { contractOf } from "../../src/environment/contract";
import { renderProfile, renderSharedProfile, targetOf } from "../../src/environment/profiles";
import { checkAccount, environment, snowflakeVariables } from "../../src/warehouses/snowflake/environment";
import { pathsOf, rosterOf } from "../support/access";
import { teamYaml } from "../support/team";

const { identities } = pathsOf(rosterOf(teamYaml()));
const identity = (name: string) => identities.get(name) ?? expect.fail(`no ${name}`);
const PLACE = { account: "acme-prod", database: "analytics", privateKeyPath: "/home/ana/.snowflake/ana.p8" };
const variables = (name: string, run?: string) =>
  snowflakeVariables(identity(name), contractOf(identity(name), run), PLACE);

test("names are in upper case, each duty has its role and its compute, and the key is named by its path", () => {
  expect(variables("ana")).toEqual({
    ENV: "dev",
    SCHEMA_PREFIX: "ana",
    SIDE_EFFECTS: "log",
    SNOWFLAKE_ACCOUNT: "acme-prod",
    SNOWFLAKE_DATABASE: "ANALYTICS",
    SNOWFLAKE_USER: "ANA",
    SNOWFLAKE_ROLE: "ANA",
    SNOWFLAKE_WAREHOUSE: "DEVELOPER",
    SNOWFLAKE_AUTHENTICATOR: "SNOWFLAKE_JWT",
    SNOWFLAKE_PRIVATE_KEY_PATH: "/home/ana/.snowflake/ana.p8",
  });
  expect(variables("jobs")).toMatchObject({ ENV: "prod", SNOWFLAKE_ROLE: "PROD", SNOWFLAKE_WAREHOUSE: "PROD" });
  expect(variables("runner", "42")).toMatchObject({
    CI_RUN: "42",
    SNOWFLAKE_ROLE: "RUNNER",
    SNOWFLAKE_WAREHOUSE: "CI",
  });
  expect(variables("charts")).toMatchObject({ SNOWFLAKE_ROLE: "CHARTS", SNOWFLAKE_WAREHOUSE: "READER" });
});

test("dbt's profile reads all of the login from the environment; schemas are the roster's", () => {
  const login = {
    type: "snowflake",
    account: "{{ env_var('SNOWFLAKE_ACCOUNT') }}",
    user: "{{ env_var('SNOWFLAKE_USER') }}",
    private_key_path: "{{ env_var('SNOWFLAKE_PRIVATE_KEY_PATH') }}",
    private_key_passphrase: "{{ env_var('SNOWFLAKE_PRIVATE_KEY_PASSPHRASE', '') }}",
    role: "{{ env_var('SNOWFLAKE_ROLE') }}",
    warehouse: "{{ env_var('SNOWFLAKE_WAREHOUSE') }}",
    database: "{{ env_var('SNOWFLAKE_DATABASE', 'ANALYTICS') }}",
    threads: 4,
  };
  const target = targetOf(identity("ana")) ?? expect.fail();
  expect(load(renderProfile(target, environment.dbtLogin))).toEqual({
    one_environment: { target: "dev", outputs: { dev: { ...login, schema: "ana" } } },
  });
  expect(load(renderSharedProfile([...identities.values()], environment.dbtLogin))).toEqual({
    one_environment: {
      target: "{{ env_var('SNOWFLAKE_USER') | lower }}",
      outputs: {
        ana: { ...login, schema: "ana" },
        ben: { ...login, schema: "ben" },
        prod: { ...login, schema: "prod" },
        ci: { ...login, schema: "ci_{{ env_var('CI_RUN') }}" },
      },
    },
  });
});

test("an account or a database that no tool would take is refused", () => {
  for (const account of ["acme", "acme prod", "https://acme-prod.snowflakecomputing.com", "acme-prod\nX=1"])
    expect(() => checkAccount({ ...PLACE, account }), account).toThrow("is no account");
  expect(() => checkAccount({ ...PLACE, database: "a b" })).toThrow("`a b` is no database");
  checkAccount(PLACE);
});
