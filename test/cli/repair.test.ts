/** `one-env repair` on a real PostgreSQL: prints, does, and says what is left. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AuditBench, ROSTER, startAuditBench } from "../support/auditBench";

let bench: AuditBench;

beforeAll(async () => {
  bench = await startAuditBench();
}, 120_000);
afterAll(() => bench?.stop());

const SCRIPT = `-- critical: \`root\` is a superuser, whom no grant stops (superuser-outside-roster)
-- a superuser has to do it
--   ALTER ROLE "root" NOSUPERUSER;

-- medium: \`ben\` may have any number of connections, and by the roster 8 (limit-changed, team.yaml:4:5)
ALTER ROLE "ben" CONNECTION LIMIT 8;

-- critical: \`charts\` has INSERT on table \`prod_sales.orders\` (grant-outside-roster, team.yaml:1:11)
grant prod to warehouse_admin with inherit true, set true;
REVOKE INSERT ON TABLE prod_sales.orders FROM "charts" CASCADE;
revoke prod from warehouse_admin;

`;
const APPLY = { words: ["--apply"] };

/** What the three changes have left: ben's connections, and whether charts may write. */
async function state() {
  const { rows } = await bench.superuser.query(
    `select rolconnlimit as limit, has_table_privilege('charts', 'prod_sales.orders', 'insert') as writes
       from pg_roles where rolname = 'ben'`,
  );
  return rows[0];
}

test("nothing to do", async () => {
  const stdout = "-- nothing to do: the warehouse is as the roster says\n";
  expect(await bench.call("repair")).toEqual({ code: 0, stdout, stderr: "" });
  expect(await bench.call("repair", APPLY)).toEqual({ code: 0, stdout, stderr: "" });
});

describe("three changes by hand", () => {
  test("are a script, in the order of mending, and nothing is done", async () => {
    await bench.changed(async () => {
      const end = "-- 2 findings to mend, 1 not by this; nothing was done: add --apply to do it\n";
      expect(await bench.call("repair")).toEqual({ code: 1, stdout: SCRIPT + end, stderr: "" });
      expect(await state()).toEqual({ limit: -1, writes: true });
    });
  });

  test("are mended but for what takes a superuser", async () => {
    await bench.changed(async () => {
      const end = `-- left: \`root\` is a superuser, whom no grant stops: a superuser has to do it\n-- 3 findings, 1 left\n`;
      expect(await bench.call("repair", APPLY)).toEqual({ code: 1, stdout: SCRIPT + end, stderr: "" });
      expect(await state()).toEqual({ limit: 8, writes: false });
    });
    expect(await bench.call("audit")).toMatchObject({ code: 0 });
  });

  test("are all mended by what is printed, executed as who it says", async () => {
    await bench.changed(async () => {
      const { stdout } = await bench.call("repair");
      await bench.admin.query(stdout);
      const [, bySuperuser = ""] = /a superuser has to do it\n-- {3}(.*)/.exec(stdout) ?? [];
      await bench.superuser.query(bySuperuser);
      expect(await bench.call("audit")).toMatchObject({ code: 0 });
    });
  });

  test("are left alone as far as the roster accepts them", async () => {
    const until = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const accept = (rule: string, of: string) =>
      `  - { accept: ${rule}, of: ${of}, because: INC-42, until: ${until} }\n`;
    const roster = `${ROSTER}audit:\n${accept("superuser-outside-roster", "root")}${accept("grant-outside-roster", "charts")}`;
    await bench.changed(async () => {
      const { code, stdout } = await bench.call("repair", { ...APPLY, roster });
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: `-- medium: \`ben\` may have any number of connections, and by the roster 8 (limit-changed, team.yaml:4:5)
ALTER ROLE "ben" CONNECTION LIMIT 8;

-- 1 finding, 0 left
`,
      });
      expect(await state()).toEqual({ limit: 8, writes: true });
    });
  });

  test("stay as they are, all of them, when one statement is refused", async () => {
    await bench.superuser.query(`
      create function public.veto() returns event_trigger language plpgsql as $$
        begin if session_user <> 'postgres' then raise insufficient_privilege using message = 'no revoke today'; end if; end $$;
      create event trigger veto on ddl_command_start when tag in ('REVOKE') execute function public.veto()`);
    try {
      await bench.changed(async () => {
        const { code, stdout } = await bench.call("repair", APPLY);
        expect(code).toBe(1);
        const statement = 'REVOKE INSERT ON TABLE prod_sales.orders FROM "charts" CASCADE';
        expect(stdout).toContain(`-- refused, and nothing was done: ${statement}: no revoke today (42501)\n`);
        expect(stdout).toMatch(/^-- left: `ben` may have any number of connections.*: nothing was done$/m);
        expect(await state()).toEqual({ limit: -1, writes: true });
      });
    } finally {
      await bench.superuser.query("drop event trigger veto; drop function public.veto()");
    }
  });
});

test("what destroys what nothing brings back takes a word of its own", async () => {
  await bench.as("runner", "select ci.open('9'); create table ci_9_sales.t (id int)");
  const lease = '{"run": "9", "owner": "runner", "opened": "2026-01-01T00:00:00Z", "expires": "2026-01-02T00:00:00Z"}';
  await bench.superuser.query(
    ["ci_9", "ci_9_hr", "ci_9_sales"].map((name) => `comment on schema ${name} is '${lease}'`).join(";"),
  );
  const schemas = async () =>
    (await bench.superuser.query("select from pg_namespace where nspname like 'ci\\_9%'")).rowCount;

  const { code, stdout } = await bench.call("repair", APPLY);
  expect({ code, schemas: await schemas() }).toEqual({ code: 1, schemas: 3 });
  expect(stdout).toContain(
    "-- it destroys what nothing brings back: add --destroy, or SELECT ci.reap('0') as a CI service\n--   DROP SCHEMA",
  );

  const destroyed = await bench.call("repair", { words: ["--apply", "--destroy"] });
  expect({ code: destroyed.code, schemas: await schemas() }).toEqual({ code: 0, schemas: 0 });
  expect(destroyed.stdout).toMatch(/^DROP SCHEMA "ci_9_sales" CASCADE;$/m);
});

test("without a way in: no stack trace", async () => {
  const { code, stdout, stderr } = await bench.call("repair", { env: { PGPASSWORD: "a wrong one" } });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^cannot connect to the warehouse: .*\(28P01\)\n {2}help: [^\n]*\n$/);
});
