import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LoadedAccess, loadAccess } from "../../src/load/loadAccess";
import type { Engine } from "../../src/rehearsal/engines/engine";
import { startStandIn } from "../../src/rehearsal/engines/standIn";
import type { Target } from "../../src/stack/target";
import { targetOf } from "../../src/warehouses/postgresql/rehearsal/testServer";
import { type PostgresqlTestWarehouse, testWarehouseOf } from "../../src/warehouses/postgresql/rehearsal/testWarehouse";
import { type Cluster, startCluster } from "../../src/warehouses/postgresql/server/cluster";

/** A throw-away warehouse that rosters, given as YAML text, can be applied to. */
export interface TestWarehouse {
  readonly cluster: Cluster;
  readonly engine: Engine;
  /** The file with the last roster. */
  readonly team: string;
  apply(yaml: string): Promise<PostgresqlTestWarehouse>;
  /** identity → password, as the last apply gave them out. */
  passwords(): Record<string, string>;
  /** What a roster means, without applying it. */
  access(yaml: string): LoadedAccess;
  stop(): Promise<void>;
}

/** @param start the engine; default: the stand-in */
export async function startWarehouse(
  admin: "managed" | "superuser" = "managed",
  start: (target: Target) => Promise<Engine> = startStandIn,
): Promise<TestWarehouse> {
  const cluster = await startCluster({ admin });
  const directory = mkdtempSync(join(tmpdir(), "one-env-test-"));
  const engine = await start(targetOf(cluster, admin, "a seed for tests, long enough"));
  const team = join(directory, "team.yaml");
  const access = (yaml: string) => {
    writeFileSync(team, yaml);
    return loadAccess(team, new Date());
  };
  let passwords: Record<string, string> = {};
  return {
    cluster,
    engine,
    team,
    access,
    passwords: () => passwords,
    async apply(yaml) {
      const loaded = access(yaml);
      const { outputs } = await engine.apply(loaded);
      passwords = outputs.credentials;
      return testWarehouseOf(cluster, loaded.paths, outputs.credentials);
    },
    async stop() {
      await engine.close();
      await cluster.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
