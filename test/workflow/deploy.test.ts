/**
 * The jobs of deploy.yml with the real engine, each in a fresh clone of what a team has committed, on a throw-away
 * PostgreSQL and with the state in files. `npm ci` is taken from the packages and the build that the tests run with.
 * Skipped where `pulumi` or the plugin is not installed.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { as } from "../../src/proof/session";
import { pulumiAvailable } from "../../src/rehearsal/engines/pulumiWorkspace";
import { type Cluster, startCluster } from "../../src/warehouses/postgresql/server/cluster";
import { Project } from "../support/project";
import { query } from "../support/query";
import { TEAM, teamYaml } from "../support/team";
import { startWarehouse } from "../support/warehouse";

const MINUTE = 60_000;
const SEED = "the seed that the team has committed, encrypted";

const available = pulumiAvailable("postgresql");
if (!available) console.warn("deploy.yml with the real engine: skipped: pulumi is not on PATH");

async function whoLogsIn(cluster: Cluster, credentials: Record<string, string>): Promise<string[]> {
  const names = await Promise.all(
    Object.entries(credentials).map(([user, password]) =>
      as(cluster.connect({ user, password }), (client) => client.query("select 1")).then(
        () => [user],
        () => [],
      ),
    ),
  );
  return names.flat().sort();
}

describe.skipIf(!available)("a stack whose file is committed", () => {
  let cluster: Cluster;
  let project: Project;
  let first: { status: number; output: string };
  const rolesCalled = async (name: string) =>
    (await query(cluster, cluster.superuser, "select from pg_roles where rolname = $1", [name])).rowCount;

  beforeAll(async () => {
    cluster = await startCluster({ admin: "managed" });
    project = new Project();
    project.initialize(cluster, SEED);
    project.push("main");
    first = project.run("deploy");
  }, 10 * MINUTE);
  afterAll(async () => {
    await cluster?.stop();
    project?.remove();
  });

  test("is deployed from a clone, and compared with the roster", async () => {
    expect(first.status, first.output).toBe(0);
    expect(first.output).toMatch(/\n +\+ \d+ created\n.*\n +\d+ unchanged\n/s);
    expect(await whoLogsIn(cluster, project.credentials())).toEqual(expect.arrayContaining(["ana", "ben"]));
  });

  test("has no secret in plain text", () => {
    const text = readFileSync(project.file, "utf8");
    for (const secret of [SEED, cluster.admin.password]) expect(text).not.toContain(secret);
    expect(text.match(/secure: v1:/g)).toHaveLength(2);
  });

  test("previews a pull request, and deploys it when it is merged; nobody else's password changes", {
    timeout: 10 * MINUTE,
  }, async () => {
    const before = project.credentials();
    writeFileSync(join(project.clone, "team.yaml"), teamYaml({ developers: [...TEAM.developers, "name: carol"] }));
    project.push("refs/pull/7/merge");
    const { status, output } = project.run("preview");
    expect(status, output).toBe(0);
    expect(output).toMatch(/\+ +postgresql:index:Role +carol +create/);
    expect(output).toMatch(/\n +\+ \d+ to create\n( +~ \d+ to update\n)? +\d+ (changes|unchanged)/);
    expect(await rolesCalled("carol")).toBe(0);

    project.push("main");
    const deployed = project.run("deploy");
    expect(deployed.status, deployed.output).toBe(0);
    const after = project.credentials();
    expect(after).toEqual({ ...before, carol: expect.any(String) });
    expect(await whoLogsIn(cluster, after)).toEqual(Object.keys(after).sort());
  });

  test("fails at night when somebody has locked a login by hand, and leaves it locked", {
    timeout: 10 * MINUTE,
  }, async () => {
    await query(cluster, cluster.admin, "alter role ben nologin");
    const { status, output } = project.run("deploy");
    expect(status).not.toBe(0);
    expect(output).toMatch(/~ +postgresql:index:Role +ben +update +\[diff: ~login\]/);
    expect(output).toContain("no changes were expected");
    expect(await whoLogsIn(cluster, project.credentials())).not.toContain("ben");
    await query(cluster, cluster.admin, "alter role ben login");
  });

  test("that has lost its file gets it back from its state", { timeout: 10 * MINUTE }, async () => {
    const before = project.credentials();
    rmSync(project.file);
    const lost = project.pulumi("preview", "--stack=prod");
    expect(lost.status).not.toBe(0);
    expect(lost.output).toMatch(
      /help: stack `prod` is deployed, so its configuration is not new but lost here: .*`pulumi config refresh`.* would give \d logins a new password/,
    );
    expect(project.pulumi("config", "refresh", "--stack=prod", "--force").status).toBe(0);
    const preview = project.pulumi("preview", "--stack=prod", "--expect-no-changes");
    expect(preview.status, preview.output).toBe(0);
    expect(project.credentials()).toEqual(before);
  });
});

describe.skipIf(!available)("a stack that is new", () => {
  test("is told to make a seed", { timeout: 5 * MINUTE }, () => {
    const project = new Project();
    project.pulumi("stack", "init", "prod");
    const { status, output } = project.pulumi("up", "--stack=prod", "--yes");
    const again = project.pulumi("up", "--stack=prod", "--yes");
    project.remove();
    expect([status, again.status]).not.toContain(0);
    for (const text of [output, again.output]) expect(text).toContain("stack `prod` has deployed nothing yet");
  });

  test("takes the place of one whose passphrase is lost, with new passwords", { timeout: 10 * MINUTE }, async () => {
    const warehouse = await startWarehouse();
    const project = new Project();
    try {
      await warehouse.apply(teamYaml());
      const { cluster } = warehouse;
      project.initialize(cluster, SEED);
      await query(cluster, cluster.admin, "drop schema ci, unblock cascade");
      const up = project.pulumi("up", "--stack=prod", "--yes");
      expect(up.status, up.output).toBe(0);
      const compared = project.pulumi("preview", "--stack=prod", "--refresh", "--expect-no-changes");
      expect(compared.status, compared.output).toBe(0);
      const credentials = project.credentials();
      expect(await whoLogsIn(cluster, credentials)).toEqual(Object.keys(credentials).sort());
      expect(await whoLogsIn(cluster, warehouse.passwords())).toEqual([]);
    } finally {
      await warehouse.stop();
      project.remove();
    }
  });
});
