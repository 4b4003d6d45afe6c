/** Whoever owns a schema can drop it and cannot make it again: `pulumi up --refresh` brings it back, with all that goes with it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { as } from "../../../src/proof/session";
import { isUnchanged } from "../../../src/rehearsal/engines/engine";
import { type PulumiEngine, startPulumi } from "../../../src/rehearsal/engines/pulumiEngine";
import { pulumiAvailable } from "../../../src/rehearsal/engines/pulumiWorkspace";
import { targetOf } from "../../../src/warehouses/postgresql/rehearsal/testServer";
import { type Cluster, startCluster } from "../../../src/warehouses/postgresql/server/cluster";
import { readCatalog } from "../../support/catalog";
import { loaded } from "../../support/loaded";
import { teamYaml } from "../../support/team";

const MINUTE = 60_000;

describe.skipIf(!pulumiAvailable("postgresql")).each(["managed", "superuser"] as const)("as a %s admin", (admin) => {
  const team = loaded(teamYaml({}));
  let cluster: Cluster;
  let engine: PulumiEngine;
  let credentials: Record<string, string>;

  beforeAll(async () => {
    cluster = await startCluster({ admin });
    engine = await startPulumi(targetOf(cluster, admin, "a seed for tests, long enough"));
    ({ credentials } = (await engine.apply(team)).outputs);
  }, 2 * MINUTE);
  afterAll(async () => {
    await engine?.close();
    await cluster?.stop();
  });

  const query = (user: string, sql: string) =>
    as(cluster.connect({ user, password: credentials[user] ?? "" }), (client) => client.query(sql));
  const catalog = () => as(cluster.connect(cluster.superuser), readCatalog);

  test(
    "a developer's and production's come back as they were, and nothing is left to do",
    async () => {
      const before = await catalog();
      await query("ana", "drop schema ana_sales");
      await query("jobs", "drop schema prod_sales");
      await expect(query("ana", "create schema ana_sales")).rejects.toMatchObject({ code: "42501" });
      await expect(query("jobs", "create schema prod_sales")).rejects.toMatchObject({ code: "42501" });
      // The state still has them: without a look at the warehouse there is nothing to do.
      expect((await engine.apply(team)).changes).toSatisfy(isUnchanged);
      const { created, ...others } = await engine.mend(team);
      expect(created).toEqual([
        ...["admin-sequence", "admin-table", "sequence", "table"].map(
          (kind) => `DefaultPrivileges read_prod_sales:future-${kind}:prod_sales`,
        ),
        ...["function", "schema", "sequence", "table"].map((kind) => `Grant public:${kind}:prod_sales`),
        ...["schema", "sequence", "table"].map((kind) => `Grant read_prod_sales:${kind}:prod_sales`),
        "Schema ana_sales",
        "Schema prod_sales",
      ]);
      expect(others).toEqual({ updated: [], replaced: [], deleted: [] });
      expect(await catalog()).toEqual(before);
      expect(await engine.preview(team)).toSatisfy(isUnchanged);
      await query("jobs", "create table prod_sales.t (id int)");
      await query("ben", "select from prod_sales.t");
      await query("ana", "create table ana_sales.t (id int)");
    },
    5 * MINUTE,
  );
});
