/** The rehearsal proves that who left is out, and that nothing of theirs runs: here what would be wrong is made so. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Identity } from "../../../src/access/plan";
import { watchLeavers } from "../../../src/proof/offboarding";
import { roster, WITHOUT_ANA } from "../../support/leaving";
import { query } from "../../support/query";
import { startWarehouse, type TestWarehouse } from "../../support/warehouse";

/** Where the rehearsal lays out a table before it watches somebody leave. */
const EXISTING = [
  ...["prod", "prod_sales", "prod_hr"].map((schema) => [schema, "prod"] as const),
  ...["ana", "ana_sales", "ana_hr"].map((schema) => [schema, "ana"] as const),
];

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await startWarehouse();
});
afterAll(() => warehouse?.stop());

const asSuperuser = (sql: string) => query(warehouse.cluster, warehouse.cluster.superuser, sql);
const truth = async (sql: string) => Object.values((await asSuperuser(`select ${sql}`)).rows[0])[0];

test.each<[string, string, RegExp, string?]>([
  [
    "the routine is the admin's",
    "alter function ana.left_behind owner to ADMIN",
    /grant "prod" to .*expected 42501, got ALLOWED/,
  ],
  [
    "it is open again",
    "grant usage on schema ana to public; grant execute on function ana.left_behind to public",
    /select 1, through what was left behind, by ben: expected 42501, got ALLOWED/,
    "revoke all on schema ana from public; revoke all on function ana.left_behind from public",
  ],
  [
    "its owner reads production",
    "grant read_prod_sales to LEFT",
    /"prod_sales"."before_table", through .*expected 42501, got ALLOWED/,
    "revoke read_prod_sales from LEFT",
  ],
  [
    "a row is gone",
    "delete from ana_sales.before_table where id = 1",
    /rows of ana_sales.before_table: expected 2, got 1/,
    "insert into ana_sales.before_table values (1)",
  ],
  [
    "she may log in",
    "create role ana login password 'PASSWORD'; grant connect on database analytics to ana",
    /log in: expected 28P01, got ALLOWED/,
    "drop owned by ana; drop role ana",
  ],
])("the rehearsal notices when %s", async (_what, sabotage, expected, mend) => {
  const testWarehouse = await warehouse.apply(roster());
  const [ana, ben] = testWarehouse.paths.plan.identities.filter(({ duty }) => duty === "developer") as [
    Identity,
    Identity,
  ];
  expect([ana.name, ben.name]).toEqual(["ana", "ben"]);
  for (const [schema, owner] of EXISTING)
    if (!(await truth(`to_regclass('${schema}.before_table') is not null`)))
      await testWarehouse.fill([schema], owner, "before");
  await asSuperuser(
    "alter table ana_sales.before_table owner to ana; alter table ana_hr.before_table owner to ana; alter table ana.before_table owner to ana",
  );
  await asSuperuser("drop function if exists ana.left_behind");
  await asSuperuser("grant usage on schema ana to ben");
  const proveLeft = await watchLeavers(testWarehouse, [ana]);
  const password = warehouse.passwords().ana as string;
  await warehouse.apply(WITHOUT_ANA);
  const left = await truth("nspowner::regrole::text from pg_namespace where nspname = 'ana'");
  const inWords = (sql: string) =>
    sql.replace("ADMIN", warehouse.cluster.admin.user).replace("LEFT", String(left)).replace("PASSWORD", password);
  await asSuperuser(inWords(sabotage));
  const { faults } = await proveLeft();
  expect(
    faults.map(({ subject, expected: wanted, got }) => `${subject}: expected ${wanted}, got ${got}`).join("\n"),
  ).toMatch(expected);
  // What was shown to be possible is taken back, or the next deployment refuses.
  await query(warehouse.cluster, warehouse.cluster.admin, "revoke prod from ben");
  if (mend) await asSuperuser(inWords(mend));
});
