import type { Client } from "pg";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { as } from "../../src/proof/session";
import { outcomeOf } from "../../src/proof/statement";
import { refusing } from "../../src/warehouses/postgresql/rehearsal/session";
import { callPlugIn } from "./plugIn";
import { startWarehouse, type TestWarehouse } from "./warehouse";

export const DENIED = "42501";
/** What somebody who left keeps things with: a role that may do nothing. */
export const LEFT = "left:bruno:1";

const ROSTER = `
sources: [crm, { name: hr, readers: [ana] }]
developers: [{ name: ana }, { name: bruno }, { name: cleo, share: team }]
services: [{ name: jobs, duty: prod }, { name: charts, duty: reader }]
`;

/** A warehouse with a roster applied; every test gets a copy: a database with the same schemas and grants. */
interface AdoptionBench {
  readonly warehouse: TestWarehouse;
  readonly copy: AdoptionCopy;
}

/** For the tests of the describe block that calls it. */
export function useAdoptionBench(kind: "managed" | "superuser"): AdoptionBench {
  const bench: { -readonly [K in keyof AdoptionBench]?: AdoptionBench[K] } = {};
  const made: AdoptionCopy[] = [];
  beforeAll(async () => {
    bench.warehouse = await startWarehouse(kind);
    await bench.warehouse.apply(ROSTER);
    const { cluster } = bench.warehouse;
    await as(cluster.connect(cluster.admin, "postgres"), (admin) =>
      admin.query(`create role stranger; create role helper; create role "${LEFT}"`),
    );
  });
  beforeEach(async () => {
    bench.copy = await AdoptionCopy.of(bench.warehouse as TestWarehouse, `copy_${made.length + 1}`);
    made.push(bench.copy);
  });
  afterAll(async () => {
    for (const { admin, superuser } of made) for (const session of [admin, superuser]) await session.end();
    await bench.warehouse?.stop();
  });
  return bench as AdoptionBench;
}

export const nothingToDo = (owner: string) => ({
  code: 0,
  stdout: `-- nothing to do: everything in the schemas of ${owner} is theirs\n`,
  stderr: "",
});

export const leftAlone = (lines: readonly string[]) => lines.filter((line) => line.startsWith("-- left alone: "));

class AdoptionCopy {
  private constructor(
    private readonly warehouse: TestWarehouse,
    private readonly database: string,
    readonly admin: Client,
    readonly superuser: Client,
  ) {}

  static async of(warehouse: TestWarehouse, database: string): Promise<AdoptionCopy> {
    const { cluster } = warehouse;
    await as(cluster.connect(cluster.superuser, "postgres"), (server) =>
      server.query(`create database ${database} template ${cluster.database} owner ${cluster.admin.user}`),
    );
    const admin = await cluster.connect(cluster.admin, database);
    const superuser = await cluster.connect(cluster.superuser, database);
    // They were there before the roster, and made things where they liked.
    const places = "prod, prod_crm, prod_hr, bruno, bruno_crm, cleo_crm";
    await superuser.query(`grant usage, create on schema ${places} to stranger, "${LEFT}", ${cluster.admin.user}`);
    return new AdoptionCopy(warehouse, database, admin, superuser);
  }

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
    const client = await refusing(cluster.connect({ user: who, password: passwords()[who] ?? "" }, this.database));
    const { allowed, code } = await outcomeOf(client.query(sql)).finally(() => client.end());
    return allowed ? "works" : code;
  }

  /** Whose something is: `table`, `prod_hr.t`. */
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
