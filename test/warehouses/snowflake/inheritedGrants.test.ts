/** Inherited grants, which the emulator does not know: the answers here are written from their page's tables. */
import { expect, test } from "vitest";
import { inheritedGrants } from "../../../src/warehouses/snowflake/preflight/inheritedGrants";
import type { TrustedGrantees } from "../../../src/warehouses/snowflake/preflight/trustedGrantees";
import type { Row, Session } from "../../../src/warehouses/snowflake/session";

const PROD = { name: "PROD", owner: "PROD", transient: false, managed: true, guarded: true, settled: true };
const isAdministrator = ({ name }: { name: string }) => name === "SYSADMIN";
const STANDING: TrustedGrantees = {
  role: "SYSADMIN",
  acceptedOwners: new Set(),
  isAdministrator,
  isOutside: () => false,
};

/** Answers as told, and keeps what it was asked. */
function scripted(answers: Readonly<Record<string, Row[]>>): Session & { readonly asked: string[] } {
  const asked: string[] = [];
  const query = async (sql: string) => {
    asked.push(sql);
    return answers[sql] ?? [];
  };
  return { asked, query, close: async () => {} };
}

const FEATURE = "SHOW PARAMETERS LIKE 'FEATURE_RBAC_INHERITED_GRANTS' IN ACCOUNT";
const grant = (privilege: string, granted_on: string, granted_to: string, grantee_name: string): Row => ({
  ...{ privilege, granted_on, name: "", granted_to, grantee_name, is_inherited: "true" },
});

test("are not asked for in an account that has not asked for them", async () => {
  for (const rows of [[], [{ key: "FEATURE_RBAC_INHERITED_GRANTS", value: "DISABLED" }]]) {
    const session = scripted({ [FEATURE]: rows });
    expect(await inheritedGrants(session, "LAKE", [PROD], STANDING)).toEqual([]);
    expect(session.asked).toEqual([FEATURE]);
  }
});

test("of anybody but administrators are told, wherever they stand, with the statement that ends them", async () => {
  const session = scripted({
    [FEATURE]: [{ key: "FEATURE_RBAC_INHERITED_GRANTS", value: "ENABLED" }],
    "SHOW INHERITED GRANTS IN ACCOUNT": [grant("USAGE", "WAREHOUSE", "ROLE", "ANALYST")],
    'SHOW INHERITED GRANTS IN DATABASE "LAKE"': [
      grant("INSERT", "TABLE", "ROLE", "PUBLIC"),
      grant("UPDATE", "TABLE", "ROLE", "PUBLIC"),
      grant("SELECT", "TABLE", "ROLE", "SYSADMIN"),
    ],
    'SHOW INHERITED GRANTS IN SCHEMA "LAKE"."PROD"': [grant("SELECT", "DYNAMIC_TABLE", "DATABASE_ROLE", "LAKE.SEER")],
  });
  expect(await inheritedGrants(session, "LAKE", [PROD], STANDING)).toEqual([
    '`ANALYST` has USAGE on all warehouses in the account: REVOKE INHERITED USAGE ON ALL WAREHOUSES IN ACCOUNT FROM ROLE "ANALYST"',
    '`PUBLIC` has INSERT, UPDATE on all tables in the database: REVOKE INHERITED INSERT, UPDATE ON ALL TABLES IN DATABASE "LAKE" FROM ROLE "PUBLIC"',
    '`LAKE.SEER` has SELECT on all dynamic tables in `PROD`: REVOKE INHERITED SELECT ON ALL DYNAMIC TABLES IN SCHEMA "LAKE"."PROD" FROM DATABASE ROLE LAKE.SEER',
  ]);
});
