/** A rehearsal applies and proves one roster at one moment, whatever happens to its file and to the clock meanwhile. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadAccess } from "../../src/load/loadAccess";
import { createFixtures } from "../../src/proof/createFixtures";
import { prove } from "../../src/proof/prove";
import { startStandIn } from "../../src/rehearsal/engines/standIn";
import { type Rehearsal, rehearse } from "../../src/rehearsal/rehearse";
import { postgresql } from "../../src/warehouses/postgresql/warehouse";
import { loaded } from "../support/loaded";

const ROSTER = `
sources: [sales, { name: hr, readers: [ana] }]
developers: [{ name: ana }, { name: zoe, expires: 2100-01-01 }]
services: [{ name: jobs, duty: prod }]
`;
/** Without ana, who is no reader of hr either. */
const EDITED = ROSTER.replace("[ana]", "[zoe]").replace("{ name: ana }, ", "");

const directory = mkdtempSync(join(tmpdir(), "one-env-moment-"));
afterAll(() => rmSync(directory, { recursive: true }));
const team = join(directory, "team.yaml");

const rolesMade = ({ steps }: Rehearsal) => steps[0]?.changes.created.filter((label) => label.startsWith("Role "));

test("an edit in the middle counts for the next rehearsal", { timeout: 180_000 }, async () => {
  writeFileSync(team, ROSTER);
  const access = loadAccess(team, new Date());
  const rehearsal = await rehearse({
    access,
    warehouse: postgresql,
    own: {},
    onProgress: (line) => {
      if (line.startsWith("applying")) writeFileSync(team, EDITED);
    },
  });
  expect(rehearsal.verdict.faults).toEqual([]);
  expect(rehearsal.steps.map(({ label }) => label)).toEqual([team, "again"]);
  expect(rehearsal.roster).toBe(access.roster);
  expect(rolesMade(rehearsal)).toContain("Role ana");
});

test("whose access has ended by then has none, though our clock says otherwise", { timeout: 180_000 }, async () => {
  const access = loadAccess({ text: ROSTER, label: "team.yaml" }, new Date("2100-01-01T00:00:00Z"));
  const rehearsal = await rehearse({ access, warehouse: postgresql, own: {}, onProgress: () => {} });
  expect(rehearsal.verdict.faults).toEqual([]);
  expect(rolesMade(rehearsal)).toContain("Role ana");
  expect(rolesMade(rehearsal)).not.toContain("Role zoe");
});

test("a plan and a proof of two moments are found out", { timeout: 180_000 }, async () => {
  const [applied, proven] = [loaded(ROSTER), loaded(EDITED)];
  const testServer = await postgresql.startTestServer(["ana", "zoe", "jobs"], {});
  const engine = await startStandIn(testServer.target);
  try {
    await testServer.layOut(applied.paths.plan);
    const { outputs } = await engine.apply(applied);
    const testWarehouse = testServer.testWarehouseOf(proven.paths, outputs.credentials);
    await testWarehouse.adopt();
    const { schemas } = await createFixtures(testWarehouse, "after");
    const { verdict } = await prove(testWarehouse, schemas);
    expect(verdict.faults.map(({ subject }) => subject)).toContain("zoe may read prod_hr");
  } finally {
    await engine.close();
    await testServer.stop();
  }
});
