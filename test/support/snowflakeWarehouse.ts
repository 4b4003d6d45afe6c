import type { LoadedAccess } from "../../src/load/loadAccess";
import { startStandIn } from "../../src/rehearsal/engines/standIn";
import {
  type SnowflakeTestServer,
  type ThrowawayAccount,
  testServerOn,
} from "../../src/warehouses/snowflake/rehearsal/testServer";
import type { SnowflakeTestWarehouse } from "../../src/warehouses/snowflake/rehearsal/testWarehouse";
import { startEmulated } from "../../src/warehouses/snowflake/server/emulated";
import { loaded } from "./loaded";

/** An emulated Snowflake that rosters, given as YAML text, can be applied to with the stand-in engine. */
export interface SnowflakeWarehouse {
  readonly testServer: SnowflakeTestServer;
  apply(yaml: string): Promise<SnowflakeTestWarehouse>;
  /** What a roster means, without applying it. */
  access(yaml: string): LoadedAccess;
  stop(): Promise<void>;
}

/** @param rosters all that will be applied: everybody in them gets a key */
export async function startSnowflakeWarehouse(...rosters: string[]): Promise<SnowflakeWarehouse> {
  return rehearseOn(await startEmulated(), rosters);
}

/** The same on any account. */
export async function rehearseOn(throwaway: ThrowawayAccount, rosters: readonly string[]): Promise<SnowflakeWarehouse> {
  const identities = rosters.flatMap((yaml) => [...loaded(yaml).paths.identities.keys()]);
  const testServer = await testServerOn(throwaway, identities);
  const engine = await startStandIn(testServer.target);
  return {
    testServer,
    access: loaded,
    async apply(yaml) {
      const access = loaded(yaml);
      await engine.apply(access);
      return testServer.testWarehouseOf(access.paths);
    },
    async stop() {
      await engine.close();
      await testServer.stop();
    },
  };
}
