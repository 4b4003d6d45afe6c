import { randomBytes } from "node:crypto";
import { as } from "../../../proof/session";
import type { TestServer } from "../../../proof/testWarehouse";
import type { Target } from "../../../stack/target";
import { type OwnOptions, textOf } from "../../options";
import { type Cluster, startCluster } from "../server/cluster";
import type { AdminKind } from "../server/server";
import { layOutWarehouse } from "./fixtures";
import { testWarehouseOf } from "./testWarehouse";

/** A throw-away PostgreSQL to rehearse on. */
export async function startTestServer(own: OwnOptions): Promise<TestServer> {
  const admin = (textOf(own, "admin") ?? "managed") as AdminKind;
  const cluster = await startCluster({ admin });
  const title = `PostgreSQL ${cluster.version}`;
  return {
    title,
    account: `a ${admin} admin`,
    target: targetOf(cluster, admin, randomBytes(32).toString("base64")),
    layOut: (plan) =>
      as(cluster.connect(cluster.admin), (admin) =>
        as(cluster.connect(cluster.superuser), (superuser) => layOutWarehouse(admin, superuser, plan)),
      ),
    testWarehouseOf: (paths, credentials) => testWarehouseOf(cluster, paths, credentials),
    stop: cluster.stop,
  };
}

/** A cluster as its own admin deploys to it. */
export function targetOf({ host, port, database, admin }: Cluster, kind: AdminKind, passwordSeed: string): Target {
  const { user: username, password } = admin;
  return {
    warehouse: "postgresql",
    settings: { database, passwordSeed },
    connection: {
      host,
      port,
      username,
      password,
      sslmode: "disable",
      superuser: kind === "superuser",
      connectTimeout: 30,
    },
  };
}
