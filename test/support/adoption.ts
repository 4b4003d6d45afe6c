import type { Client } from "pg";
import { outcomeOf } from "../../src/rehearsal/statement";
import { callPlugIn } from "./plugIn";
import { startWarehouse, type TestWarehouse } from "./warehouse";

/** A warehouse with a roster applied, of which every test gets a copy: a database with the same schemas and grants. */
export class AdoptionBench {
  private copies = 0;
  private readonly sessions: Client[] = [];

  private constructor(
    readonly warehouse: TestWarehouse,
    private readonly server: Client,
  ) {}

  static async start(kind: "managed" | "superuser", roster: string): Promise<AdoptionBench> {
    const warehouse = await startWarehouse(kind);
    await warehouse.apply(roster);
    const server = await warehouse.cluster.connect(warehouse.cluster.superuser, "postgres");
    return new AdoptionBench(warehouse, server);
  }

  /** A copy of its own for one test. */
  async copy(): Promise<AdoptionCopy> {
    const { cluster } = this.warehouse;
    const database = `copy_${++this.copies}`;
    await this.server.query(`create database ${database} template ${cluster.database} owner ${cluster.admin.user}`);
    const admin = await cluster.connect(cluster.admin, database);
    const superuser = await cluster.connect(cluster.superuser, database);
    this.sessions.push(admin, superuser);
    return new AdoptionCopy(this.warehouse, database, admin, superuser);
  }

  async stop(): Promise<void> {
    for (const session of [...this.sessions, this.server]) await session.end();
    await this.warehouse.stop();
  }
}

export class AdoptionCopy {
  constructor(
    private readonly warehouse: TestWarehouse,
    private readonly database: string,
    readonly admin: Client,
    readonly superuser: Client,
  ) {}

  /** `one-env adopt` as the admin, or as whoever the environment says. */
  adopt(owner: string, words: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    const { host, port, admin } = this.warehouse.cluster;
    const login = { PGHOST: host, PGPORT: String(port), PGUSER: admin.user, PGPASSWORD: admin.password };
    return callPlugIn(["adopt", owner, "--warehouse", "postgresql", "--team", this.warehouse.team, ...words], {
      ...login,
      PGDATABASE: this.database,
      PGSSLMODE: "disable",
      ...env,
    });
  }

  /** The same with `--apply`: exit code and lines. */
  async apply(owner: string, ...words: string[]): Promise<{ code: number; lines: string[] }> {
    const { code, stdout, stderr } = await this.adopt(owner, ["--apply", ...words]);
    if (stderr !== "") throw new Error(stderr);
    return { code, lines: stdout.trimEnd().split("\n") };
  }

  /** Executes something as a role, by the superuser's hand. */
  async as(role: string, sql: string): Promise<void> {
    await this.superuser.query(`set role "${role}"; ${sql}`).finally(() => this.superuser.query("reset role"));
  }

  /** What an identity of the roster, logged in by itself, gets for a statement: `works`, or the SQLSTATE. */
  async gets(who: string, sql: string): Promise<string | undefined> {
    const { cluster, passwords } = this.warehouse;
    const client = await cluster.connect({ user: who, password: passwords()[who] ?? "" }, this.database);
    const { allowed, code } = await outcomeOf(client.query(sql)).finally(() => client.end());
    return allowed ? "works" : code;
  }

  /** Whose something is: `pg_class.rel`, `prod_hr.t`. */
  async ownerOf(kind: string, name: string): Promise<string | undefined> {
    const { rows } = await this.superuser.query<{ owner: string }>(
      `select pg_get_userbyid(refobjid) as owner
         from pg_shdepend as d cross join lateral pg_identify_object(classid, d.objid, 0) as id
        where dbid = (select oid from pg_database where datname = current_database())
          and deptype = 'o' and id.type = $1 and id.identity = $2`,
      [kind, name],
    );
    return rows[0]?.owner;
  }
}
