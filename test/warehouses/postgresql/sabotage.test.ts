import type { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFixtures } from "../../../src/proof/createFixtures";
import { proveLimits } from "../../../src/proof/limits";
import { prove } from "../../../src/proof/prove";
import { as } from "../../../src/proof/session";
import type { Fault } from "../../../src/proof/verdict";
import { examine } from "../../../src/rehearsal/rehearse";
import { layOutWarehouse } from "../../../src/warehouses/postgresql/rehearsal/fixtures";
import type { PostgresqlTestWarehouse } from "../../../src/warehouses/postgresql/rehearsal/testWarehouse";
import { startWarehouse, type TestWarehouse } from "../../support/warehouse";

/** Small, with every kind of thing in it. */
const ROSTER = `
sources: [stripe, { name: hr, readers: [ana] }]
developers: [{ name: ana }, { name: ben, share: team }]
services: [{ name: jobs, duty: prod }, { name: runner, duty: ci, limits: { runs: 4 } }, { name: charts, duty: reader, sources: [stripe] }]
limits: { developer: { connections: 2, statement_timeout: 1min } }
`;

let warehouse: TestWarehouse;
let testWarehouse: PostgresqlTestWarehouse;

beforeAll(async () => {
  warehouse = await startWarehouse("managed");
  const { plan } = warehouse.access(ROSTER).paths;
  const { cluster } = warehouse;
  await as(cluster.connect(cluster.admin), (admin) =>
    as(cluster.connect(cluster.superuser), (superuser) => layOutWarehouse(admin, superuser, plan)),
  );
  testWarehouse = await warehouse.apply(ROSTER);
  await testWarehouse.adopt();
});

afterAll(() => warehouse?.stop());

const quiet = () => {};

async function asSuperuser<T>(work: (client: Client) => Promise<T>): Promise<T> {
  return as(testWarehouse.logins.superuser(), work);
}

/** The objects that are made after the apply are made again, so that default privileges matter. */
async function forgetCreated(): Promise<void> {
  await asSuperuser(async (client) => {
    const { rows } = await client.query<{ drop: string }>(`
      select format('drop %s if exists %s cascade', case when classid = 'pg_proc'::regclass then 'routine' else type end, identity) as drop
        from (select 'pg_class'::regclass as classid, oid from pg_class
               where relname ~ '^after_(table|sequence|parts|numbered)$' and relnamespace <> 'pg_toast'::regnamespace
              union all select 'pg_proc'::regclass, oid from pg_proc where proname ~ '^after_'
              union all select 'pg_type'::regclass, oid from pg_type where typname ~ '^after_(mood|pair|amount)$') as made
       cross join lateral pg_identify_object(classid, oid, 0)`);
    for (const { drop } of rows) await client.query(drop);
  });
}

async function permissionFaults(): Promise<readonly Fault[]> {
  await forgetCreated();
  const fixtures = await createFixtures(testWarehouse, "after");
  const { verdict } = await prove(testWarehouse, fixtures.schemas);
  return [...fixtures.verdict.faults, ...verdict.faults];
}

interface Grant {
  readonly what: string;
  readonly drop: string;
  readonly restore: string;
  /** Who, or which schema, a fault must name. */
  readonly names: string;
}

/** Every grant that the program made, found in the catalog: privileges, default privileges and memberships. */
const GRANTS = `
  with ours as (select oid, quote_ident(rolname) as role from pg_roles where rolname !~ '^pg_' and rolname not in ('postgres', 'warehouse_admin'))
  select format('%s on database to %s', privilege_type, role) as what,
         format('revoke %s on database analytics from %s', privilege_type, role) as drop,
         format('grant %s on database analytics to %s', privilege_type, role) as restore,
         case privilege_type when 'CONNECT' then 'log in' else 'temporary' end as names
    from pg_database cross join lateral aclexplode(datacl) join ours on ours.oid = grantee where datname = 'analytics'
  union all
  select format('%s on schema %I to %s', privilege_type, nspname, role),
         format('revoke %s on schema %I from %s', privilege_type, nspname, role),
         format('grant %s on schema %I to %s', privilege_type, nspname, role), case nspname when 'ci' then 'run' else nspname end
    from pg_namespace cross join lateral aclexplode(nspacl) join ours on ours.oid = grantee
   where grantee <> nspowner and nspname not like 'ci\\_%'
  union all
  select distinct format('%s on %ss of %I to %s', privilege_type, kind, nspname, role),
         format('revoke %s on all %ss in schema %I from %s', privilege_type, kind, nspname, role),
         format('grant %s on all %ss in schema %I to %s', privilege_type, kind, nspname, role), nspname
    from (select relnamespace, relowner, case relkind when 'S' then 'sequence' else 'table' end as kind, relacl from pg_class where relname like 'before%') as c
    join pg_namespace as n on n.oid = relnamespace cross join lateral aclexplode(relacl) join ours on ours.oid = grantee
   where grantee <> relowner
  union all
  select format('%s on future %ss of %I to %s', privilege_type, kind, nspname, role),
         format('alter default privileges for role %I in schema %I revoke %s on %ss from %s', owner, nspname, privilege_type, kind, role),
         format('alter default privileges for role %I in schema %I grant %s on %ss to %s', owner, nspname, privilege_type, kind, role), nspname
    from (select defaclrole::regrole::text as owner, defaclnamespace, case defaclobjtype when 'S' then 'sequence' else 'table' end as kind, defaclacl
            from pg_default_acl where defaclobjtype in ('r', 'S')
                 -- The admin's are test/cli/adoptGrants.test.ts' to prove: here it makes nothing after the apply.
             and defaclrole in (select oid from ours)) as d
    join pg_namespace as n on n.oid = defaclnamespace cross join lateral aclexplode(defaclacl) join ours on ours.oid = grantee
  union all
  select format('%s on %I.%I to %s', privilege_type, nspname, proname, role),
         format('revoke %s on function %I.%I from %s', privilege_type, nspname, proname, role),
         format('grant %s on function %I.%I to %s', privilege_type, nspname, proname, role),
         case nspname when 'ci' then 'run' else format('call %s %s', proname, nspname) end
    from pg_proc join pg_namespace as n on n.oid = pronamespace cross join lateral aclexplode(proacl) join ours on ours.oid = grantee
   where nspname = 'ci' and proname in ('open', 'close') or nspname = 'unblock'
  union all
  select format('%s in %s', member.role, granted.role), format('revoke %s from %s', granted.role, member.role),
         format('grant %s to %s%s', granted.role, member.role, case to_jsonb(m) ->> 'set_option' when 'false' then ' with set false' end),
         case when granted.role like 'read\\_%' then substr(granted.role, 6) else member.role end
    from pg_auth_members as m join ours as granted on granted.oid = m.roleid join ours as member on member.oid = m.member
  order by 1`;

test("dropping any one grant is found, and named", { timeout: 600_000 }, async () => {
  expect(await permissionFaults()).toEqual([]);
  const grants = await asSuperuser(async (client) => (await client.query<Grant>(GRANTS)).rows);
  expect(grants.length).toBeGreaterThan(40);
  for (const what of ["SELECT on tables of prod_hr to read_prod_hr", "SELECT on sequences of prod_hr to read_prod_hr"])
    expect(grants.map((grant) => grant.what)).toContain(what);
  const unnoticed: string[] = [];
  const admin = await warehouse.cluster.connect(warehouse.cluster.admin);
  const superuser = await testWarehouse.logins.superuser();
  for (const { what, drop, restore, names } of grants) {
    // Memberships were granted by the admin, and only their grantor's revoke takes them away (PostgreSQL 16).
    const saboteur = what.includes(" in ") ? admin : superuser;
    await saboteur.query(drop);
    const faults = await permissionFaults();
    await saboteur.query(restore);
    if (!faults.some(({ subject }) => subject.includes(names))) unnoticed.push(what);
  }
  await Promise.all([admin.end(), superuser.end()]);
  expect(unnoticed).toEqual([]);
  expect(await permissionFaults()).toEqual([]);
});

/** [what is done by hand, how it is undone, what a fault must say] */
const ADDED: readonly [string, string, RegExp][] = [
  ["grant prod to ben", "revoke prod from ben", /^ben may set role prod$/],
  ["grant jobs to ben", "revoke jobs from ben", /^ben may set role jobs$/],
  ["grant read_prod_hr to ben", "revoke read_prod_hr from ben", /^ben may read prod_hr$/],
  ["grant ana to ben", "revoke ana from ben", /^ben may insert ana_stripe$/],
  ["grant developer to charts", "revoke developer from charts", /^charts may read prod$/],
  ["grant ci to charts", "revoke ci from charts", /^charts may set role ci$/],
  [
    "grant insert on prod_stripe.before_table to developer",
    "revoke insert on prod_stripe.before_table from developer",
    /^ana may insert prod_stripe$/,
  ],
  [
    "grant truncate on prod_stripe.before_table to ci",
    "revoke truncate on prod_stripe.before_table from ci",
    /^runner may truncate prod_stripe$/,
  ],
  [
    "grant select on prod_hr.before_view to read_prod; grant usage on schema prod_hr to read_prod",
    "revoke select on prod_hr.before_view from read_prod; revoke usage on schema prod_hr from read_prod",
    /^ben may read prod_hr$/,
  ],
  [
    "grant select on prod_stripe.before_table to ben with grant option",
    "revoke select on prod_stripe.before_table from ben cascade",
    /^ben may grant prod_stripe$/,
  ],
  [
    "grant create on schema prod_stripe to developer",
    "revoke create on schema prod_stripe from developer",
    /^ben may create table prod_stripe$/,
  ],
  [
    "grant create on schema public to public",
    "revoke create on schema public from public",
    /^attack: schema public, by/,
  ],
  [
    "grant create on database analytics to ben",
    "revoke create on database analytics from ben",
    /^ben may create schema /,
  ],
  [
    "grant temporary on database analytics to public",
    "revoke temporary on database analytics from public",
    /^charts may use temporary tables/,
  ],
  [
    "grant connect on database analytics to public",
    "revoke connect on database analytics from public",
    /^attack: stranger$/,
  ],
  [
    "grant usage on schema ana to ben; grant select on all tables in schema ana_stripe to ben; grant usage on schema ana_stripe to ben",
    "revoke usage on schema ana from ben; revoke usage on schema ana_stripe from ben; revoke select on all tables in schema ana_stripe from ben",
    /^ben may read ana_stripe$/,
  ],
  [
    "grant execute on function prod_stripe.before_definer() to public",
    "revoke execute on function prod_stripe.before_definer() from public",
    /^ana may execute prod_stripe$/,
  ],
  [
    "grant execute on function ben_stripe.before_definer() to public",
    "revoke execute on function ben_stripe.before_definer() from public",
    /^ana may execute ben_stripe$/,
  ],
  [
    "grant usage on schema ci to developer; grant execute on all functions in schema ci to developer",
    "revoke usage on schema ci from developer; revoke execute on all functions in schema ci from developer",
    /^attack: ci functions for others, by ana$/,
  ],
  [
    "grant create on schema ci to ci",
    "revoke create on schema ci from ci",
    /^attack: ci function overwrite, by runner$/,
  ],
  [
    "alter default privileges for role prod grant execute on functions to public",
    "alter default privileges for role prod revoke execute on functions from public",
    /^(ana may execute prod|attack: SECURITY DEFINER leak)/,
  ],
  [
    "alter default privileges for role ana grant execute on functions to public",
    "alter default privileges for role ana revoke execute on functions from public",
    /^attack: second wall$/,
  ],
  [
    "alter default privileges for role prod in schema prod_hr grant select on tables to developer; grant usage on schema prod_hr to developer",
    "alter default privileges for role prod in schema prod_hr revoke select on tables from developer; revoke usage on schema prod_hr from developer",
    /^ben may read prod_hr$/,
  ],
  ["alter role jobs set search_path = ana", "alter role jobs reset search_path", /^attack: trojan view$/],
  ["alter role ben createrole", "alter role ben nocreaterole", /^attack: new role, by ben$/],
  ["alter role ben superuser", "alter role ben nosuperuser", /^ben may insert prod_stripe$/],
  ["alter role ana connection limit 9", "alter role ana connection limit 2", /^ana opens connections$/],
  [
    "alter role ana set statement_timeout = 0",
    "alter role ana set statement_timeout = '1min'",
    /^ana has statement_timeout$/,
  ],
  [
    "alter role jobs inherit; grant prod to jobs with inherit true",
    "grant prod to jobs with inherit false; alter role jobs noinherit",
    /^attack: dropping the role in a prod session, by jobs$/,
  ],
  [
    "grant usage on schema unblock to developer; grant execute on all functions in schema unblock to developer",
    "revoke usage on schema unblock from developer; revoke execute on all functions in schema unblock from developer",
    /^attack: unblock functions for others, by ana$/,
  ],
  [
    "grant execute on function unblock.blockers() to public; grant usage on schema unblock to public",
    "revoke execute on function unblock.blockers() from public; revoke usage on schema unblock from public",
    /^charts may call blockers unblock$/,
  ],
  [
    "grant create on schema unblock to prod",
    "revoke create on schema unblock from prod",
    /^attack: unblock function overwrite, by jobs$/,
  ],
  ["grant pg_signal_backend to ben", "revoke pg_signal_backend from ben", /^attack: kill$/],
  ["grant pg_read_server_files to ana", "revoke pg_read_server_files from ana", /^attack: server, by ana$/],
];

/** The part of the proof that is to find it; the whole would take long for so many. */
async function faultsOf(named: RegExp): Promise<readonly Fault[]> {
  if (!named.source.includes("attack:")) {
    const limits = await proveLimits(testWarehouse);
    return [...(await permissionFaults()), ...limits.faults];
  }
  await forgetCreated();
  const { runs, verdict } = await createFixtures(testWarehouse, "after");
  return [...verdict.faults, ...(await testWarehouse.attack(runs, quiet)).faults];
}

test.each(ADDED)("adding by hand is found: %s", async (add, undo, named) => {
  await asSuperuser((client) => client.query(add));
  const faults = await faultsOf(named);
  await asSuperuser((client) => client.query(undo));
  expect(faults.map(({ subject }) => subject)).toContainEqual(expect.stringMatching(named));
});

/** Everybody's sessions, as if production waited for each of them. */
const ENDS_ANYBODY = `from (select a.pid, a.usename::text as identity, coalesce(b.duty, 'developer') as duty from pg_stat_activity as a left join unblock.blockers() as b on b.pid = a.pid) as b where`;

/** [function, text in its body, what stands there instead, attack that must get through] */
const BROKEN: readonly [string, string, string, RegExp][] = [
  ["blockers", "'pg_catalog, pg_temp', true", "caller_path, true", /^attack: unblock function hijack/],
  ["end_blocker", "'pg_catalog, pg_temp', true", "caller_path, true", /^attack: unblock function hijack/],
  ["end_blocker", "login pg_catalog.text", "login text", /^attack: unblock function hijack/],
  ["end_blocker", "if duty is null or duty = 'prod' then", "if false then", /^attack: unblock session overreach/],
  [
    "end_blocker",
    "if duty is null or duty = 'prod' then",
    "if duty is null then",
    /^attack: unblock session overreach/,
  ],
  ["end_blocker", "from unblock.blockers() as b where", ENDS_ANYBODY, /^attack: unblock session overreach/],
  ["end_blocker", "ended := pg_terminate_backend(pid, 5000)", "ended := false", /^attack: unblock session overreach/],
  ["dependents", "'pg_catalog, pg_temp', true", "caller_path, true", /^attack: unblock function hijack/],
  ["dependents", "and pg_get_userbyid(c.relowner) = 'prod'", "", /^attack: unblock view overreach/],
  ["dependents", "and (n.nspname = 'prod' or starts_with(n.nspname, 'prod_'))", "", /^attack: unblock view overreach/],
  ["dependents", "= any (owners)", "<> ''", /^attack: unblock view overreach/],
  ["dependents", "v.relkind = 'v' and", "", /^attack: unblock view overreach/],
  ["dependents", "and not exists (select from kept", "and exists (select from kept", /^attack: unblock view overreach/],
  ["drop_dependents", "'pg_catalog, pg_temp', true", "caller_path, true", /^attack: unblock function hijack/],
  ["drop_dependents", "owner pg_catalog.text;", "owner text;", /^attack: unblock function hijack/],
  ["drop_dependents", "not in ('read committed', 'read uncommitted')", "is null", /^attack: unblock view overreach/],
  ["drop_dependents", "where d.droppable", "where d.kind = 'view'", /^attack: unblock view overreach/],
  ["open", "or run !~ '^[a-z0-9]+(_[a-z0-9]+)*$'", "", /^attack: ci function injection/],
  ["open", "'pg_catalog, pg_temp', true", "caller_path, true", /^attack: ci function hijack/],
  ["open", "caller_path constant pg_catalog.text", "caller_path constant text", /^attack: ci function hijack/],
  ["open", "'timezone', 'UTC', true", "'timezone', caller_zone, true", /^attack: ci function overreach/],
  ["close", "and l.owner = session_user", "", /^attack: ci function overreach/],
  ["close", "not in ('read committed', 'read uncommitted')", "is null", /^attack: ci function overreach/],
  ["close", "'pg_catalog, pg_temp', true", "caller_path, true", /^attack: ci function hijack/],
  ["reap", "and (l.owner = session_user or l.expires < now())", "", /^attack: ci function overreach/],
  ["reap", ":= '500ms'", ":= '0'", /^attack: ci run held open/],
  ["open", ">= (service ->> 'runs')::int", ">= 1000000", /^runner opens runs$/],
  ["reap", "name pg_catalog.text;", "name text;", /^attack: ci function hijack/],
];

test.each(BROKEN)("breaking %s is found: without `%s`", async (name, text, instead, named) => {
  const definition = await asSuperuser(async (client) => {
    const { rows } = await client.query<{ sql: string }>(
      "select pg_get_functiondef(oid) as sql from pg_proc where pronamespace in ('ci'::regnamespace, 'unblock'::regnamespace) and proname = $1",
      [name],
    );
    return rows[0]?.sql ?? "";
  });
  expect(definition).toContain(text);
  await asSuperuser((client) => client.query(definition.replaceAll(text, instead)));
  const faults = await faultsOf(named);
  await asSuperuser((client) => client.query(definition));
  expect(faults.map(({ subject }) => subject)).toContainEqual(expect.stringMatching(named));
});

test("after all that, nothing is wrong", async () => {
  await forgetCreated();
  expect((await examine(testWarehouse, { onProgress: quiet })).verdict.faults).toEqual([]);
});
