import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callPlugIn } from "../support/plugIn";
import { startWarehouse, type TestWarehouse } from "../support/warehouse";

const ROSTER = `
sources: [stripe, { name: hr, readers: [ana] }]
developers:
  - { name: ana }
  - { name: ben }
services:
  - { name: jobs, duty: prod }
  - { name: runner, duty: ci }
  - { name: charts, duty: reader }
limits: { developer: { statement_timeout: 15min, connections: 8 } }
`;

const directory = mkdtempSync(join(tmpdir(), "one-env-doctor-"));
let warehouse: TestWarehouse;
let superuser: Client;

beforeAll(async () => {
  warehouse = await startWarehouse();
  await warehouse.apply(ROSTER);
  superuser = await warehouse.cluster.connect(warehouse.cluster.superuser);
  await superuser.query("create table prod_stripe.charges (id int); alter table prod_stripe.charges owner to prod");
  await superuser.query("grant select on prod_stripe.charges to read_prod_stripe");
});
afterAll(async () => {
  await superuser?.end();
  await warehouse?.stop();
  rmSync(directory, { recursive: true, force: true });
});

const CLEAN = { ENV: "dev", SIDE_EFFECTS: "log", CI_RUN: "", DBT_PROFILES_DIR: directory };

async function doctor(user: string, { roster = ROSTER, env = {}, words = [] as string[] } = {}) {
  const team = join(mkdtempSync(join(directory, "team-")), "team.yaml");
  writeFileSync(team, roster);
  const { host, port, database } = warehouse.cluster;
  const { code, stdout, stderr } = await callPlugIn(["doctor", "--team", team, ...words], {
    ...{ PGHOST: host, PGPORT: String(port), PGDATABASE: database, PGSSLMODE: "disable" },
    ...{ PGUSER: user, PGPASSWORD: warehouse.passwords()[user] ?? "a wrong one" },
    ...CLEAN,
    ...env,
  });
  return { code, stderr, lines: stdout.trimEnd().split("\n") };
}

/** Does something that breaks the warehouse, looks, and mends it. */
async function sabotaged<T>(sabotage: string, mend: string, look: () => Promise<T>): Promise<T> {
  await superuser.query(sabotage);
  try {
    return await look();
  } finally {
    await superuser.query(mend);
  }
}

describe("when all is well", () => {
  test("a developer sees who they are, what they read, and that they cannot write prod", async () => {
    expect(await doctor("ana")).toEqual({
      code: 0,
      stderr: "",
      lines: [
        expect.stringMatching(/^ok {5}logs in as ana to analytics, PostgreSQL \d/),
        "ok     session of ana (developer), acting as ana",
        "ok     member of developer, read_prod_hr, read_prod, read_prod_stripe",
        "ok     owns ana, ana_hr, ana_stripe",
        "ok     reads prod, prod_hr, prod_stripe (1)",
        "ok     tried: writes ana, ana_hr, ana_stripe (rolled back)",
        "ok     tried: cannot write prod, prod_hr, prod_stripe (refused with 42501)",
        "ok     dbt target `dev` builds in ana, its models with a schema in ana_hr, ana_stripe",
        "ok     this shell does not set SCHEMA_PREFIX: `one-env env --who ana` prints what to set",
        "ok     limits: 8 connections; statement_timeout 15min, idle in transaction 5min, which the session may change",
        "",
        "all is well",
      ],
    });
  });

  test("every other duty", async () => {
    const jobs = await doctor("jobs", { env: { ENV: "prod", SIDE_EFFECTS: "execute" } });
    expect(jobs.lines).toContain("ok     session of jobs (prod), acting as prod");
    expect(jobs.lines).toContain("ok     tried: writes prod, prod_hr, prod_stripe (rolled back)");
    const runner = await doctor("runner", { env: { ENV: "ci" } });
    expect(runner.lines).toContain("ok     tried: writes ci_* (rolled back)");
    expect(runner.lines).toContain("ok     tried: cannot write prod, prod_hr, prod_stripe (refused with 42501)");
    const charts = await doctor("charts");
    expect([jobs, runner, charts].map(({ code }) => code)).toEqual([0, 0, 0]);
  });

  test("nothing is left behind", async () => {
    await doctor("runner", { env: { ENV: "ci" } });
    const { rows } = await superuser.query(
      "select relname as name from pg_class where relname ~ 'probe' union select nspname from pg_namespace where nspname like 'ci\\_%'",
    );
    expect(rows).toEqual([]);
  });
});

describe("what keeps somebody out", () => {
  const wrong = async (...args: Parameters<typeof doctor>) => {
    const { code, lines } = await doctor(...args);
    expect(code).toBe(1);
    return lines;
  };

  test("a wrong password, none, and the placeholder", async () => {
    const env = (PGPASSWORD: string) => ({ env: { PGPASSWORD } });
    expect((await wrong("ana", env("x")))[0]).toMatch(/^wrong {2}wrong password for `ana`: password auth/);
    expect((await wrong("ana", env("")))[0]).toBe("wrong  there is no password");
    const placeholder = "<password: pulumi stack output credentials --show-secrets>";
    expect((await wrong("ana", env(placeholder)))[1]).toContain("PGPASSWORD is the placeholder");
  });

  test("a name that the roster does not have, one that has expired, one that is not deployed yet", async () => {
    expect(await wrong("anna")).toEqual([
      "wrong  unknown identity `anna`",
      "         help: did you mean `ana`?",
      "",
      "1 wrong",
    ]);
    const expired = ROSTER.replace("name: ben", "name: ben, expires: 2020-01-01");
    expect((await wrong("ben", { roster: expired }))[1]).toBe("wrong  the access of `ben` ended on 2020-01-01");
    const joined = ROSTER.replace("name: ben", "name: zoe");
    expect((await wrong("zoe", { roster: joined }))[1]).toContain("the roster is not deployed yet");
  });

  test("no CONNECT, no such database, nobody there, TLS that the server does not have, too many sessions", async () => {
    const closed = "revoke connect on database analytics from developer";
    const lines = await sabotaged(closed, "grant connect on database analytics to developer", () => wrong("ana"));
    expect(lines[0]).toMatch(/^wrong {2}`ana` may not connect: permission denied for database/);
    expect((await wrong("ana", { env: { PGDATABASE: "analytix" } }))[0]).toContain('"analytix" does not exist');
    expect((await wrong("ana", { env: { PGPORT: "1" } }))[1]).toContain("check PGHOST and PGPORT");
    expect((await wrong("ana", { env: { PGSSLMODE: "require" } }))[1]).toContain("check PGSSLMODE");
    const full = await sabotaged("alter role ana connection limit 0", "alter role ana connection limit 8", () =>
      wrong("ana"),
    );
    expect(full[0]).toContain("no connection is left");
  });

  test("the login of somebody else than --who", async () => {
    expect((await wrong("ana", { words: ["--who", "ben"] }))[1]).toBe("wrong  the login is `ana`, not `ben`");
    expect(await doctor("ana", { words: ["--who", "bem"] })).toMatchObject({ code: 2, lines: [""] });
  });

  test("what cannot be tried at all is bad input", async () => {
    const said = async (words: string[], env: Record<string, string> = {}) => {
      const { code, lines, stderr } = await doctor("ana", { words, env });
      expect({ code, lines }).toEqual({ code: 2, lines: [""] });
      return stderr.split("\n")[0];
    };
    for (const url of ["nonsense", "mysql://ana@h/db", "postgresql://a%zz@h/db", "postgresql://ana:se%cret@h/db"]) {
      expect(await said(["--url", url])).toBe("--url is no URL");
    }
    expect(await said([], { PGPORT: "abc" })).toBe("`abc` is no port");
    expect(await said([], { PGSSLMODE: "prefer" })).toBe("sslmode `prefer` is not supported");
    expect(await said([], { PGSSLMODE: "verify-ca", PGSSLROOTCERT: "/none" })).toBe("no file `/none`");
  });
});

describe("what is not as the roster says", () => {
  test("a missing membership", async () => {
    // Memberships are revoked by whoever granted them.
    const admin = await warehouse.cluster.connect(warehouse.cluster.admin);
    await admin.query("revoke developer, read_prod_hr from ana");
    const closed = await doctor("ana");
    await admin.query("grant developer to ana");
    const hr = await doctor("ana");
    await admin.query("grant read_prod_hr to ana");
    await admin.end();
    // Without the group there is no CONNECT either.
    expect(closed.lines[0]).toContain("`ana` may not connect");
    expect([closed.code, hr.code]).toEqual([1, 1]);
    expect(hr.lines).toContain("wrong  not a member of read_prod_hr");
    expect(hr.lines).toContain("wrong  `prod_hr`: the database says none, the roster read");
  });

  test("a schema that somebody dropped", async () => {
    const { lines } = await sabotaged(
      "alter schema ana_stripe rename to elsewhere",
      "alter schema elsewhere rename to ana_stripe",
      () => doctor("ana"),
    );
    const at = lines.indexOf("wrong  schema `ana_stripe` does not exist");
    expect(lines[at + 1]).toBe(
      "         help: it was dropped, or the roster is not deployed: ask for a `pulumi up --refresh`",
    );
  });

  test("tables in prod that its readers cannot read: another's, and prod's whose grant is gone", async () => {
    const told = async () => {
      const { lines } = await doctor("ana");
      const at = lines.findIndex((line) => line.startsWith("wrong  cannot read"));
      return lines.slice(at, at + 2);
    };
    const foreign = "create table prod_stripe.refunds (); revoke all on prod_stripe.refunds from read_prod_stripe";
    expect(await sabotaged(foreign, "drop table prod_stripe.refunds", told)).toEqual([
      "wrong  cannot read 1 of 2 tables in `prod_stripe`",
      "         help: `refunds` is postgres's: ask for `one-env adopt prod --apply`",
    ]);
    const ungranted = "revoke select on prod_stripe.charges from read_prod_stripe";
    const restore = "grant select on prod_stripe.charges to read_prod_stripe";
    expect(await sabotaged(ungranted, restore, told)).toEqual([
      "wrong  cannot read 1 of 1 tables in `prod_stripe`",
      "         help: read_prod_stripe lacks SELECT on prod's `charges`: ask for `one-env adopt prod --apply`",
    ]);
    const both = await sabotaged(`${foreign}; ${ungranted}`, `drop table prod_stripe.refunds; ${restore}`, told);
    expect(both[1]).toBe(
      "         help: `refunds` is postgres's; read_prod_stripe lacks SELECT on prod's `charges`: ask for `one-env adopt prod --apply`",
    );
  });

  test("a table in one's own schema that is another's", async () => {
    const { lines } = await sabotaged("create table ana.theirs ()", "drop table ana.theirs", () => doctor("ana"));
    expect(lines).toContain("wrong  cannot read 1 of 1 tables in `ana`");
    expect(lines).toContain("         help: `theirs` is postgres's: ask for `one-env adopt ana --apply`");
  });

  test("a developer who can write prod: in the catalog, and by trying", async () => {
    const { code, lines } = await sabotaged(
      "grant create on schema prod_stripe to ana",
      "revoke create on schema prod_stripe from ana",
      () => doctor("ana"),
    );
    expect(code).toBe(1);
    expect(lines).toContain("wrong  `prod_stripe`: the database says write, the roster read");
    expect(lines).toContain("wrong  tried to write `prod_stripe`, which must be refused: it works");
    const rows = await sabotaged(
      "grant delete on prod_stripe.charges to ben",
      "revoke delete on prod_stripe.charges from ben",
      () => doctor("ben"),
    );
    expect(rows.lines).toContain("wrong  tried to write `prod_stripe`, which must be refused: it works");
  });

  test.each([
    [
      "grant select on prod_stripe.charges to ben",
      "revoke select on prod_stripe.charges from ben",
      "`ben` may SELECT in `prod_stripe` outside the roster: prod_stripe.charges",
      "as prod: REVOKE SELECT ON prod_stripe.charges FROM ben",
    ],
    [
      "grant select on prod_stripe.charges to public",
      "revoke select on prod_stripe.charges from public",
      "`PUBLIC` may SELECT in `prod_stripe` outside the roster: prod_stripe.charges",
      "as prod: REVOKE SELECT ON prod_stripe.charges FROM PUBLIC",
    ],
    [
      "grant update (id) on prod_stripe.charges to ben",
      "revoke update (id) on prod_stripe.charges from ben",
      "`ben` may UPDATE in `prod_stripe` outside the roster: (id) on prod_stripe.charges",
      "as prod: REVOKE UPDATE (id) on prod_stripe.charges FROM ben",
    ],
    [
      "grant usage on schema prod_hr to ben",
      "revoke usage on schema prod_hr from ben",
      "`ben` may USAGE in `prod_hr` outside the roster: prod_hr",
      "as prod: REVOKE USAGE ON SCHEMA prod_hr FROM ben",
    ],
    [
      "revoke select on prod_stripe.charges from read_prod_stripe",
      "grant select on prod_stripe.charges to read_prod_stripe",
      "`read_prod_stripe`, who reads `prod_stripe`, may not SELECT: prod_stripe.charges",
      "as prod: GRANT SELECT ON prod_stripe.charges TO read_prod_stripe",
    ],
    [
      "create function prod_stripe.wipe() returns int language sql security definer as 'select 1'; alter function prod_stripe.wipe() owner to prod; revoke all on function prod_stripe.wipe() from public; grant execute on function prod_stripe.wipe() to read_prod_stripe",
      "drop function prod_stripe.wipe()",
      "`read_prod_stripe` may EXECUTE in `prod_stripe` outside the roster: prod_stripe.wipe()",
      "as prod: REVOKE EXECUTE ON ROUTINE prod_stripe.wipe() FROM read_prod_stripe",
    ],
  ])("rights in production outside the roster, for everybody to see: %s", async (sabotage, mend, text, help) => {
    for (const who of ["ana", "charts"]) {
      const { code, lines } = await sabotaged(sabotage, mend, () => doctor(who));
      expect(code).toBe(1);
      const at = lines.indexOf(`wrong  ${text}`);
      expect(lines[at + 1], lines.join("\n")).toBe(`         help: ${help}`);
    }
    expect(await doctor("ana")).toMatchObject({ code: 0 });
  });

  test("readers who were let into a plain routine of production are as they should be", async () => {
    const { code } = await sabotaged(
      "create function prod_stripe.plain() returns int language sql as 'select 1'; alter function prod_stripe.plain() owner to prod; revoke all on function prod_stripe.plain() from public; grant execute on function prod_stripe.plain() to read_prod_stripe",
      "drop function prod_stripe.plain()",
      () => doctor("ana"),
    );
    expect(code).toBe(0);
  });

  test("a shell that says prod, and a connection limit of another roster", async () => {
    const { code, lines } = await doctor("ana", {
      env: { ENV: "prod", SCHEMA_PREFIX: "prod", SIDE_EFFECTS: "execute" },
    });
    expect(code).toBe(1);
    expect(lines).toContain("wrong  SCHEMA_PREFIX is `prod`, and should be `ana`");
    expect(lines).toContain("wrong  SIDE_EFFECTS is `execute`, and should be `log`");
    const roster = ROSTER.replace("connections: 8", "connections: 9");
    expect((await doctor("ana", { roster })).lines).toContain("wrong  limit connections: 8, and the roster says 9");
    const slower = ROSTER.replace("15min", "1h");
    expect((await doctor("ana", { roster: slower })).lines).toContain(
      "wrong  limit statement_timeout: 15min, and the roster says 1h",
    );
  });

  test.each(["EXECUTE", " execute ", "true", ""])("a developer's SIDE_EFFECTS=%j", async (SIDE_EFFECTS) => {
    const { code, lines } = await doctor("ana", { env: { SIDE_EFFECTS } });
    expect(code).toBe(1);
    expect(lines).toContain(`wrong  SIDE_EFFECTS is \`${SIDE_EFFECTS}\`, and should be \`log\``);
  });

  test("a run that is none, and a prefix of another run", async () => {
    const bad = await doctor("runner", { env: { ENV: "ci", CI_RUN: "PR-12" } });
    expect(bad.lines).toContain("wrong  CI_RUN: bad run `PR-12`");
    expect(bad.lines.join()).toContain("in words joined by single underscores: `pr_12`");
    const other = await doctor("runner", { env: { ENV: "ci", CI_RUN: "42", SCHEMA_PREFIX: "ci_41" } });
    expect(other.lines).toContain("wrong  SCHEMA_PREFIX is `ci_41`, and should be `ci_42`");
  });

  test("a database that takes no writes is not a permission that is missing", async () => {
    const { lines } = await sabotaged(
      "alter role ana set default_transaction_read_only = on",
      "alter role ana reset default_transaction_read_only",
      () => doctor("ana"),
    );
    const at = lines.findIndex((line) =>
      line.startsWith("wrong  tried to write `ana`, which must work: cannot execute"),
    );
    expect(lines.slice(at, at + 2)).toEqual([
      expect.stringMatching(/in a read-only transaction \(25006\)$/),
      "         help: show this to whoever runs the warehouse",
    ]);
  });
});

describe("dbt's profile", () => {
  const right = "dbt target `dev` builds in ana, its models with a schema in ana_hr, ana_stripe";

  /** What doctor says about dbt when somebody's profiles.yml is this. */
  async function told(profiles: string, env: Record<string, string> = {}): Promise<string[]> {
    const DBT_PROFILES_DIR = mkdtempSync(join(directory, "dbt-"));
    writeFileSync(join(DBT_PROFILES_DIR, "profiles.yml"), profiles);
    const { lines } = await doctor("ana", { env: { DBT_PROFILES_DIR, ...env } });
    return lines.filter((line) => line.includes("dbt")).map((line) => line.replace(`${DBT_PROFILES_DIR}/`, ""));
  }

  test("as `one-env profiles` prints it, one's own and everybody's, is right; so is one without our profile", async () => {
    const team = join(directory, "profiles-team.yaml");
    writeFileSync(team, ROSTER);
    const printed = async (...words: string[]) => (await callPlugIn(["profiles", "--team", team, ...words], {})).stdout;
    expect(await told(await printed("--who", "ana"))).toEqual([`ok     ${right}`]);
    expect(await told(await printed("--all"))).toEqual([`ok     ${right.replace("`dev`", "`ana`")}`]);
    for (const other of ["", "shop: { target: dev }", "{ not yaml", "- 1"]) {
      expect(await told(other), other).toEqual([`ok     ${right}`]);
    }
  });

  test("that builds elsewhere, logs in as somebody else, or has no such target is wrong", async () => {
    const profile = (target: string, output: string) =>
      `one_environment: { target: ${target}, outputs: { dev: { ${output} } } }`;
    const user = "user: \"{{ env_var('PGUSER') }}\"";
    expect(await told(profile("dev", `${user}, schema: prod`))).toEqual([
      "wrong  profiles.yml: dbt target `dev` builds in `prod`, not in `ana`",
    ]);
    expect(await told(profile("dev", "user: ben, schema: ana"))).toEqual([
      "wrong  profiles.yml: dbt target `dev` logs in as `ben`, not as `ana`",
    ]);
    const schema = "schema: \"{{ env_var('MY_SCHEMA', 'ana') }}\"";
    expect(await told(profile("dev", `${user}, ${schema}`))).toEqual([`ok     ${right}`]);
    expect(await told(profile("dev", `${user}, ${schema}`), { MY_SCHEMA: "ben" })).toEqual([
      "wrong  profiles.yml: dbt target `dev` builds in `ben`, not in `ana`",
    ]);
    expect(await told("one_environment: { target: laptop, outputs: {} }")).toEqual([
      "wrong  profiles.yml: dbt has no target `laptop`",
    ]);
  });
});
