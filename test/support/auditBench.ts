import { writeFileSync } from "node:fs";
import type { Client } from "pg";
import { callPlugIn } from "./plugIn";
import { query } from "./query";
import { startWarehouse } from "./warehouse";

/** Tests name its lines. */
export const ROSTER = `sources: [sales, { name: hr, readers: [ana] }]
developers:
  - { name: ana }
  - { name: ben }
services:
  - { name: jobs, duty: prod }
  - { name: runner, duty: ci }
  - { name: charts, duty: reader, sources: [sales] }
`;

/** Three changes by hand: of rights in production, of a limit, and one that the admin may not mend. */
const CHANGES = `
  grant insert on prod_sales.orders to charts;
  alter role ben connection limit -1;
  create role root superuser`;
const BACK = `
  revoke insert on prod_sales.orders from charts;
  alter role ben connection limit 8;
  drop role root`;

interface Call {
  readonly roster?: string;
  readonly words?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A deployed warehouse with one table of production's, and commands that ask it as the admin. */
export interface AuditBench {
  readonly superuser: Client;
  readonly admin: Client;
  readonly team: string;
  /** How the admin logs in. */
  readonly login: Readonly<Record<string, string>>;
  /** Executes something as somebody of the roster. */
  as(who: string, sql: string): Promise<void>;
  /** Makes the three changes, and takes them back after the work. */
  changed<T>(work: () => Promise<T>): Promise<T>;
  /** `one-env <command> team.yaml …` as the admin, or as whoever the environment says. */
  call(command: string, how?: Call): Promise<{ code: number; stdout: string; stderr: string }>;
  stop(): Promise<void>;
}

export async function startAuditBench(): Promise<AuditBench> {
  const warehouse = await startWarehouse();
  await warehouse.apply(ROSTER);
  const { cluster, team } = warehouse;
  const superuser = await cluster.connect(cluster.superuser);
  const admin = await cluster.connect(cluster.admin);
  await superuser.query("set role prod; create table prod_sales.orders (id int); reset role");
  const { host, port, database } = cluster;
  const login = {
    ...{ PGHOST: host, PGPORT: String(port), PGUSER: cluster.admin.user, PGPASSWORD: cluster.admin.password },
    ...{ PGDATABASE: database, PGSSLMODE: "disable" },
  };
  return {
    superuser,
    admin,
    team,
    login,
    async as(user, sql) {
      await query(cluster, { user, password: warehouse.passwords()[user] ?? "" }, sql);
    },
    async changed(work) {
      await superuser.query(CHANGES);
      return work().finally(() => superuser.query(BACK));
    },
    async call(command, { roster = ROSTER, words = [], env = {} } = {}) {
      writeFileSync(team, roster);
      const how = { ...login, PULUMI_STACK: "none", ...env };
      const { code, ...told } = await callPlugIn([command, team, ...words], how);
      // As if it were called where the roster is.
      const here = (text: string) => text.replaceAll(team, "team.yaml");
      return { code, stdout: here(told.stdout), stderr: here(told.stderr) };
    },
    async stop() {
      await superuser.end();
      await admin.end();
      await warehouse.stop();
    },
  };
}
