import { writeFileSync } from "node:fs";
import type { Client } from "pg";
import { callPlugIn } from "./plugIn";
import { startWarehouse } from "./warehouse";

/** A roster of which every line is counted: tests name them. */
export const ROSTER = `sources: [sales, { name: hr, readers: [ana] }]
developers:
  - { name: ana }
  - { name: ben }
services:
  - { name: jobs, duty: prod }
  - { name: runner, duty: ci }
  - { name: charts, duty: reader, sources: [sales] }
`;

/** Three changes by hand: of somebody's rights in production, of a rail, and of what the admin may not mend. */
const CHANGES = `
  grant insert on prod_sales.orders to charts;
  alter role ben connection limit -1;
  create role root superuser`;
const BACK = `
  revoke insert on prod_sales.orders from charts;
  alter role ben connection limit 8;
  drop role if exists root`;

type Ended = Awaited<ReturnType<typeof callPlugIn>>;

/** A deployed warehouse with one table of production's, and commands that ask it as the admin. */
export interface AuditBench {
  readonly superuser: Client;
  /** Makes the three changes, and takes them back after the work. */
  changed<T>(work: () => Promise<T>): Promise<T>;
  /** `one-env <command> team.yaml …` as the admin, or as whoever the environment says. */
  call(
    command: string,
    how?: { roster?: string; words?: readonly string[]; env?: Readonly<Record<string, string>> },
  ): Promise<Ended>;
  stop(): Promise<void>;
}

export async function startAuditBench(): Promise<AuditBench & {CHANGES: string}> {
  const warehouse = await startWarehouse();
  await warehouse.apply(ROSTER);
  const { cluster, team } = warehouse;
  const superuser = await cluster.connect(cluster.superuser);
  await superuser.query("set role prod; create table prod_sales.orders (id int); reset role");
  return {
    superuser, CHANGES,
    async changed(work) {
      await superuser.query(CHANGES);
      return work().finally(() => superuser.query(BACK));
    },
    call(command, { roster = ROSTER, words = [], env = {} } = {}) {
      writeFileSync(team, roster);
      const { host, port, admin, database } = cluster;
      return callPlugIn([command, team, ...words], {
        ...{ PGHOST: host, PGPORT: String(port), PGUSER: admin.user, PGPASSWORD: admin.password },
        ...{ PGDATABASE: database, PGSSLMODE: "disable", PULUMI_STACK: "none" },
        ...env,
      });
    },
    async stop() {
      await superuser.end();
      await warehouse.stop();
    },
  };
}
