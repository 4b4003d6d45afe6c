import { as } from "../../src/proof/session";
import type { Cluster } from "../../src/warehouses/postgresql/server/cluster";
import type { ServerLogin } from "../../src/warehouses/postgresql/server/server";

/** Runs SQL in a session of its own, in the warehouse's database. */
export function query(cluster: Cluster, login: ServerLogin, sql: string, values: readonly unknown[] = []) {
  return as(cluster.connect(login), (client) => client.query(sql, [...values]));
}
