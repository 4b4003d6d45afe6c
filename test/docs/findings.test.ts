/** Every block of SQL in docs/findings.md gives, on a real PostgreSQL, what the page says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, DatabaseError, escapeIdentifier } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { as } from "../../src/proof/session";
import { type Cluster, startCluster } from "../../src/warehouses/postgresql/server/cluster";

/** A statement of a block, who executes it, and what the page says of it: `error 42501`, `gives 1`; absent: it works. */
interface Step {
  readonly session: string;
  readonly sql: string;
  readonly expected: string;
}

interface Block {
  readonly finding: string;
  /** Oldest PostgreSQL that it is for. */
  readonly since: number;
  readonly steps: readonly Step[];
}

const WAITS = "waits, then ";
const OUTCOME = /^(waits, then )?(error \w{5}|warning \w{5}|gives .+)$/;

/** What the blocks share: the same database, the same logins, made anew for each. */
const DATABASE = "warehouse";
const PASSWORD = "findings";

const blocks = readFileSync(join(__dirname, "../../docs/findings.md"), "utf8")
  .split(/^### /m)
  .slice(1)
  .flatMap((section) => [...section.matchAll(/```sql\n(.*?)```/gs)].map(([, sql = ""]) => readBlock(section, sql)));

function readBlock(section: string, sql: string): Block {
  const finding = section.slice(0, section.indexOf("\n"));
  const since = Number(/^-- PostgreSQL (\d+) and later\n/.exec(sql)?.[1] ?? 15);
  const steps: Step[] = [];
  let session = "";
  let statement: string[] = [];
  for (const line of sql.replace(/^-- PostgreSQL .*\n/, "").split("\n")) {
    const turn = /^-- as (.+)$/.exec(line);
    const [, code = line, expected = ""] = /^(.*;)(?: +-- (.+))?$/.exec(line) ?? [];
    if (turn?.[1]) session = turn[1];
    else if (line !== "") statement.push(code);
    if (!code.endsWith(";")) continue;
    if (expected !== "" && !OUTCOME.test(expected)) throw new Error(`${finding}: no outcome: ${expected}`);
    steps.push({ session, sql: statement.join("\n"), expected });
    statement = [];
  }
  if (statement.length > 0) throw new Error(`${finding}: no end: ${statement.join("\n")}`);
  return { finding, since, steps };
}

interface Session {
  readonly client: Client;
  readonly pid: number;
}

/** The sessions of one block, opened when they are first needed: `alice`, `admin in postgres`, `admin again`. */
class Sessions {
  private readonly open = new Map<string, Session>();

  constructor(
    private readonly cluster: Cluster,
    private readonly watcher: Client,
  ) {}

  /** @returns what each statement comes to */
  async run(steps: readonly Step[]): Promise<string[]> {
    const outcomes: Promise<string>[] = [];
    for (const { session: name, sql, expected } of steps) {
      const session = await this.get(name).catch(refused);
      const outcome = typeof session === "string" ? Promise.resolve(session) : outcomeOf(session.client, sql);
      outcomes.push(outcome);
      if (typeof session === "object" && expected.startsWith(WAITS)) await this.untilBlocked(session);
      else await outcome;
    }
    return Promise.all(outcomes);
  }

  async end(): Promise<void> {
    await Promise.all([...this.open.values()].map(({ client }) => client.end()));
  }

  private async get(name: string): Promise<Session> {
    const known = this.open.get(name);
    if (known) return known;
    const [, user = "", database = DATABASE] = /^(\w+)(?: again| in (\w+))?$/.exec(name) ?? [];
    const login = user === "superuser" ? this.cluster.superuser : { user, password: PASSWORD };
    const client = await this.cluster.connect(login, database);
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    const session = { client, pid: rows[0]?.pid ?? 0 };
    this.open.set(name, session);
    return session;
  }

  private async untilBlocked({ pid }: Session): Promise<void> {
    for (;;) {
      const { rows } = await this.watcher.query("select from unnest(pg_blocking_pids($1))", [pid]);
      if (rows.length > 0) return;
    }
  }
}

/** What a statement comes to, in the words of the page. */
async function outcomeOf(client: Client, sql: string): Promise<string> {
  const warnings: string[] = [];
  const note = ({ severity, code }: { severity?: string | undefined; code?: string | undefined }) => {
    if (severity === "WARNING") warnings.push(`warning ${code}`);
  };
  client.on("notice", note);
  try {
    // Of several statements in one text there are several results.
    const results = [await client.query<unknown[]>({ text: sql, rowMode: "array" })].flat();
    return warnings[0] ?? `gives ${results.at(-1)?.rows.flat().join(", ")}`;
  } catch (error) {
    return refused(error);
  } finally {
    client.off("notice", note);
  }
}

function refused(error: unknown): string {
  if (error instanceof DatabaseError) return `error ${error.code}`;
  throw error;
}

describe("docs/findings.md", () => {
  let cluster: Cluster;
  let watcher: Client;

  beforeAll(async () => {
    cluster = await startCluster();
    watcher = await cluster.connect(cluster.superuser, "postgres");
  });
  afterAll(async () => {
    await watcher?.end();
    await cluster?.stop();
  });

  async function setUp() {
    await watcher.query(`create role admin login createrole createdb password '${PASSWORD}'`);
    await watcher.query(`create database ${DATABASE} owner admin`);
    await as(cluster.connect({ user: "admin", password: PASSWORD }, DATABASE), async (admin) => {
      for (const name of ["alice", "bruno"]) await admin.query(`create role ${name} login password '${PASSWORD}'`);
    });
  }

  async function tearDown() {
    await watcher.query(`drop database ${DATABASE} with (force)`);
    const { rows } = await watcher.query<{ rolname: string }>(
      "select rolname from pg_roles where oid >= 16384 and rolname <> $1",
      [cluster.admin.user],
    );
    await watcher.query(`drop role ${rows.map(({ rolname }) => escapeIdentifier(rolname)).join(", ")}`);
  }

  test.for(blocks)("$finding", async (block, { skip }) => {
    const version = Number.parseInt(cluster.version, 10);
    if (version < block.since) skip(`PostgreSQL ${version} is older than ${block.since}`);
    await setUp();
    const sessions = new Sessions(cluster, watcher);
    try {
      const outcomes = await sessions.run(block.steps);
      for (const [i, { sql, expected }] of block.steps.entries())
        expect(outcomes[i], sql).toEqual(
          expected === "" ? expect.stringMatching(/^gives /) : expected.replace(WAITS, ""),
        );
    } finally {
      await sessions.end();
      await tearDown();
    }
  });
});
