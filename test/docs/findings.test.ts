/** Every block of SQL in docs/findings.md gives, on a real PostgreSQL, what the page says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client, DatabaseError, escapeIdentifier } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cluster, startCluster } from "../../src/rehearsal/postgresql/cluster";
import { as } from "../../src/rehearsal/postgresql/session";

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
  return { finding, since, steps };
}

/** The sessions of one block, opened when they are first needed: `alice`, `admin in postgres`, `admin again`. */
class Sessions {
  private readonly open = new Map<string, Client>();

  constructor(private readonly cluster: Cluster) {}

  async get(session: string): Promise<Client> {
    const known = this.open.get(session);
    if (known) return known;
    const [, user = "", database = DATABASE] = /^(\w+)(?: again| in (\w+))?$/.exec(session) ?? [];
    const login = user === "superuser" ? this.cluster.superuser : { user, password: PASSWORD };
    const client = await this.cluster.connect(login, database);
    this.open.set(session, client);
    return client;
  }

  async end(): Promise<void> {
    await Promise.all([...this.open.values()].map((client) => client.end()));
  }
}

/** What a statement comes to, in the words of the page. */
async function outcome(client: Client, sql: string): Promise<string> {
  const told: string[] = [];
  const note = ({ severity, code }: { severity?: string | undefined; code?: string | undefined }) => {
    if (severity === "WARNING") told.push(`warning ${code}`);
  };
  client.on("notice", note);
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: "array" });
    return told[0] ?? (rows.length > 0 ? `gives ${rows.flat().join(", ")}` : "");
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

async function run(sessions: Sessions, watcher: Client, { steps }: Block): Promise<[Step, string][]> {
  const done: Promise<[Step, string]>[] = [];
  for (const step of steps) {
    const client = await sessions.get(step.session).catch(refused);
    const result = client instanceof Client ? outcome(client, step.sql) : Promise.resolve(client);
    done.push(result.then((got) => [step, got]));
    if (client instanceof Client && step.expected.startsWith(WAITS)) await untilBlocked(watcher, client);
    else await result;
  }
  return Promise.all(done);
}

async function untilBlocked(watcher: Client, client: Client): Promise<void> {
  const pid = (client as unknown as { processID: number }).processID;
  for (;;) {
    const { rows } = await watcher.query("select from unnest(pg_blocking_pids($1))", [pid]);
    if (rows.length > 0) return;
  }
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
    const sessions = new Sessions(cluster);
    try {
      for (const [{ sql, expected }, got] of await run(sessions, watcher, block)) {
        const outcome = expected.replace(WAITS, "");
        expect(outcome === "" ? got.replace(/^gives .*/s, "") : got, sql).toBe(outcome);
      }
    } finally {
      await sessions.end();
      await tearDown();
    }
  });
});
