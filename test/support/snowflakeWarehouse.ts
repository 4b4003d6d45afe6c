import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheckedAccess } from "../../src/access/check";
import { loadAccess, parseAccess } from "../../src/load/loadAccess";
import { startStandIn } from "../../src/rehearsal/engines/standIn";
import {
  type SnowflakeTestServer,
  type ThrowawayAccount,
  testServerOn,
} from "../../src/warehouses/snowflake/rehearsal/testServer";
import type { SnowflakeTestWarehouse } from "../../src/warehouses/snowflake/rehearsal/testWarehouse";
import { startEmulated } from "../../src/warehouses/snowflake/server/emulated";

/** An emulated Snowflake that rosters, given as YAML text, can be applied to with the stand-in engine. */
export interface SnowflakeWarehouse {
  readonly testServer: SnowflakeTestServer;
  apply(yaml: string): Promise<SnowflakeTestWarehouse>;
  /** What a roster means, without applying it. */
  access(yaml: string): CheckedAccess;
  stop(): Promise<void>;
}

/** @param rosters all that will be applied: everybody in them gets a key */
export async function startSnowflakeWarehouse(...rosters: string[]): Promise<SnowflakeWarehouse> {
  return rehearseOn(await startEmulated(), rosters);
}

/** The same on any account. */
export async function rehearseOn(throwaway: ThrowawayAccount, rosters: readonly string[]): Promise<SnowflakeWarehouse> {
  const now = new Date();
  const identities = rosters.flatMap((yaml) => [...parseAccess(yaml, "team.yaml", now).paths.identities.keys()]);
  const testServer = await testServerOn(throwaway, identities);
  const directory = mkdtempSync(join(tmpdir(), "one-env-test-"));
  const team = join(directory, "team.yaml");
  const engine = await startStandIn(testServer.target);
  const access = (yaml: string) => {
    writeFileSync(team, yaml);
    return loadAccess(team, now);
  };
  return {
    testServer,
    access,
    async apply(yaml) {
      const { paths } = access(yaml);
      await engine.apply(team);
      return testServer.testWarehouseOf(paths);
    },
    async stop() {
      await engine.close();
      await testServer.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
