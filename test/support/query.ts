import type { Cluster } from "../../src/rehearsal/postgresql/cluster";
import type { Login } from "../../src/rehearsal/postgresql/server";
import { as } from "../../src/rehearsal/postgresql/session";

/** Runs SQL in a session of its own, in the warehouse's database. */
export function query(cluster: Cluster, login: Login, sql: string, values: readonly unknown[] = []) {
  return as(cluster.connect(login), (client) => client.query(sql, [...values]));
}
