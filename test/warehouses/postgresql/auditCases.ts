/** What somebody may do to a deployed warehouse by hand: one change each, and what the audit has to say. */

export interface Case {
  /** As the superuser, in one transaction. */
  readonly change: string;
  /** The rules that find it, one finding each, sorted; one, as a rule. */
  readonly rules: readonly string[];
  /** In the sentence of the first. */
  readonly says: string;
  /** In its path. */
  readonly path?: string;
  /** Since which PostgreSQL. */
  readonly since?: number;
  /** A superuser's own grants are the server's. */
  readonly only?: "managed";
}

const one = (rule: string, says: string, change: string, path?: string): Case => ({
  change,
  rules: [rule],
  says,
  ...(path === undefined ? {} : { path }),
});

export const CASES: readonly Case[] = [
  // Roles
  one("superuser-outside-roster", "`root` is a superuser", "create role root superuser", "root ← SUPERUSER"),
  one("attribute-outside-roster", "`ana` has SUPERUSER", "alter role ana superuser"),
  one("attribute-outside-roster", "`ana` has CREATEROLE", "alter role ana createrole"),
  one("attribute-outside-roster", "`charts` has CREATEDB", "alter role charts createdb"),
  one("attribute-outside-roster", "`runner` has BYPASSRLS", "alter role runner bypassrls"),
  one(
    "attribute-outside-roster",
    "`developer` has REPLICATION",
    "alter role developer replication",
    "ana ← developer ← REPLICATION (and 2 more)",
  ),
  one("attribute-outside-roster", "`copier` has REPLICATION", "create role copier replication login"),
  one("role-changed", "`prod` logs in, and is a group", "alter role prod login"),
  one("role-changed", "`charts` cannot log in", "alter role charts nologin"),
  one("role-changed", "`jobs` inherits", "alter role jobs inherit"),
  one(
    "limit-changed",
    "`ana` may have any number of connections, and by the roster 8",
    "alter role ana connection limit -1",
  ),
  one("limit-changed", "`ben` may have 0 connections", "alter role ben connection limit 0"),
  one(
    "limit-changed",
    "`ana` start with statement_timeout = 0, and by the roster 900000",
    "alter role ana set statement_timeout = 0",
  ),
  one("limit-changed", "statement_timeout = 16min", "alter role ana set statement_timeout = '16min'"),
  one(
    "limit-changed",
    "idle_in_transaction_session_timeout = none, and by the roster 300000",
    "alter role ana reset idle_in_transaction_session_timeout",
  ),
  one(
    "limit-changed",
    "start with statement_timeout = 0, whatever the roster says",
    "alter role ana in database analytics set statement_timeout = 0",
  ),
  one("expiry-changed", "`cleo` can log in for ever", "alter role cleo valid until 'infinity'"),
  one(
    "expiry-changed",
    "`ana` can log in until 2020-01-01T00:00:00Z, and by the roster for ever",
    "alter role ana valid until '2020-01-01 00:00:00+00'",
  ),
  {
    change: "alter role ana rename to anna",
    rules: [
      "membership-outside-roster",
      "membership-outside-roster",
      "role-missing",
      "schema-owner",
      "schema-owner",
      "schema-owner",
      "schema-owner",
    ],
    says: "`anna` is a member of `developer`",
  },
  {
    ...one(
      "membership-twice",
      "`postgres` made `ana` a member of `developer` too",
      "grant developer to ana with set false",
    ),
    since: 16,
    only: "managed",
  },
  one(
    "unknown-login",
    "`zabbix` may connect and is not in the roster",
    "create role zabbix login; grant connect on database analytics to zabbix",
    "zabbix ← GRANT CONNECT ON DATABASE analytics",
  ),
  one(
    "unknown-login",
    "`zabbix` may connect",
    "create role tools; create role zabbix login in role tools; grant connect on database analytics to tools",
    "zabbix ← tools ← GRANT CONNECT",
  ),
  // What sessions start with
  one("setting-missing", "sessions of `jobs` do not start as `prod`", "alter role jobs reset role"),
  one(
    "setting-outside-roster",
    "sessions of `ana` start with role = developer",
    "alter role ana set role to developer",
  ),
  one(
    "setting-outside-roster",
    "sessions in `analytics` find names in `ana` first",
    "alter database analytics set search_path to ana, public",
  ),
  one(
    "setting-outside-roster",
    "sessions of `jobs` find names in `ben_sales` first",
    "alter role jobs in database analytics set search_path to ben_sales",
  ),
  one(
    "setting-outside-roster",
    "default_transaction_read_only = on",
    "alter role jobs set default_transaction_read_only to on",
  ),
  one(
    "setting-outside-roster",
    "start with session_preload_libraries",
    "alter role all set session_preload_libraries = 'auto_explain'",
  ),
  // The database and its schemas
  one("database-changed", "belongs to `ana`", "alter database analytics owner to ana"),
  one("database-changed", "is a template", "alter database analytics is_template true"),
  one("database-changed", "takes 5 connections", "alter database analytics connection limit 5"),
  one("schema-missing", "schema `cleo_web` does not exist", "drop schema cleo_web"),
  one("schema-missing", "schema `prod` does not exist", "drop schema prod"),
  one(
    "schema-owner",
    "schema `prod_sales` belongs to `ana`, and by the roster to `prod`",
    "alter schema prod_sales owner to ana",
  ),
  one("schema-owner", "schema `ana_web` belongs to `ben`", "alter schema ana_web owner to ben"),
  one("schema-owner", "schema `ci` belongs to `runner`", "alter schema ci owner to runner"),
  one("schema-owner", "schema `unblock` belongs to `prod`", "alter schema unblock owner to prod"),
  one("schema-owner", "schema `ci_42` belongs to `runner`", "alter schema ci_42 owner to runner"),
  one("schema-owner", "schema `public` belongs to `ana`", "alter schema public owner to ana"),
  one("schema-owner", "schema `prod_extra` belongs to `ana`", "create schema prod_extra authorization ana"),
  one("schema-outside-roster", "`ben` owns schema `finance`", "create schema finance authorization ben"),
  one(
    "schema-outside-roster",
    "lies under the prefix of `ana`",
    "create role tom; create schema ana_secret authorization tom",
  ),
  one("object-owner", "table `prod_sales.orders` belongs to `ana`", "alter table prod_sales.orders owner to ana"),
  one(
    "object-owner",
    "view `prod_web.hits` belongs to `tom`".replace("view", "table"),
    "create role tom; alter view prod_web.hits owner to tom",
  ),
  one(
    "object-owner",
    "table `prod_sales.restored`",
    "create table prod_sales.restored (id int)",
    "OWNER OF prod_sales.restored",
  ),
  one(
    "object-owner",
    "routine `prod_sales.f()`",
    "create function prod_sales.f() returns int language sql security definer as 'select 1'",
  ),
  one("group-owns", "group `developer` owns `ana_hr.mine`", "alter table ana_hr.mine owner to developer"),
  // The functions that run as the admin
  one(
    "function-changed",
    "function `ci.open` has another body",
    "create or replace function ci.open(run text) returns setof text language plpgsql security definer as 'begin end'",
  ),
  one("function-changed", "runs with its owner's rights", "alter function ci.lease(text) security definer"),
  one("function-changed", "belongs to `ana`", "alter function unblock.end_blocker(int) owner to ana"),
  one("function-changed", "sets search_path=public", "alter function ci.reap(interval) set search_path to public"),
  one("function-missing", "function `ci.close` does not exist", "drop function ci.close(text)"),
  one(
    "function-unknown",
    "schema `unblock` has routine `unblock.mine()`",
    "create function unblock.mine() returns int language sql as 'select 1'",
  ),
  // Memberships
  one(
    "membership-outside-roster",
    "`ana` is a member of `prod`, and not by the roster",
    "grant prod to ana",
    "ana ← GRANT prod TO ana by",
  ),
  one(
    "membership-outside-roster",
    "`developer` is a member of `prod`",
    "grant prod to developer",
    "ana ← developer ← GRANT prod TO developer by",
  ),
  one("membership-outside-roster", "`ben` is a member of `read_prod_hr`", "grant read_prod_hr to ben"),
  one("membership-outside-roster", "`ben` is a member of `ana`", "grant ana to ben"),
  one("membership-outside-roster", "`tom` is a member of `developer`", "create role tom login in role developer"),
  one("membership-outside-roster", "`ana` is a member of `pg_monitor`", "grant pg_monitor to ana"),
  one("predefined-role", "`charts` is a member of `pg_read_all_data`", "grant pg_read_all_data to charts"),
  one("predefined-role", "`ana` is a member of `pg_execute_server_program`", "grant pg_execute_server_program to ana"),
  one(
    "predefined-role",
    "`tom` is a member of `pg_read_server_files`",
    "create role tom login in role pg_read_server_files",
  ),
  one("membership-option", "hand", "grant developer to ana with admin option"),
  {
    ...one(
      "membership-option",
      "`ana` may act as `developer`",
      "grant developer to ana with set true granted by ADMIN",
    ),
    since: 16,
  },
  {
    ...one(
      "membership-option",
      "`jobs` has the privileges of `prod` without acting as it",
      "grant prod to jobs with inherit true granted by ADMIN",
    ),
    since: 16,
  },
  {
    ...one(
      "membership-option",
      "`ana` does not have the privileges of `developer`",
      "grant developer to ana with inherit false granted by ADMIN",
    ),
    since: 16,
  },
  one("membership-missing", "`ben` is no member of `developer`", "revoke developer from ben granted by ADMIN"),
  one(
    "membership-missing",
    "`developer` is no member of `read_prod`",
    "revoke read_prod from developer granted by ADMIN",
  ),
  // Privileges on things
  one(
    "grant-outside-roster",
    "`charts` has SELECT on table `prod_hr.people`",
    "grant select on prod_hr.people to charts",
    "charts ← GRANT SELECT ON prod_hr.people by prod",
  ),
  one(
    "grant-outside-roster",
    "`reader` has INSERT on table `prod_sales.orders`",
    "grant insert on prod_sales.orders to reader",
    "charts ← reader ← GRANT INSERT ON prod_sales.orders by prod",
  ),
  one(
    "grant-outside-roster",
    "`read_prod_sales` has UPDATE on 2 tables in `prod_sales`",
    "grant update on all tables in schema prod_sales to read_prod_sales",
  ),
  one(
    "grant-outside-roster",
    "everybody has SELECT on table `prod_hr.people`",
    "grant select on prod_hr.people to public",
    "everybody ← GRANT",
  ),
  one(
    "grant-outside-roster",
    "`legacy` has DELETE on table",
    "create role legacy; create role tom login in role legacy; grant delete on prod_sales.orders to legacy",
    "tom ← legacy ← GRANT DELETE",
  ),
  one("grant-outside-roster", "`ana` has SELECT on table `prod_web.hits`", "grant select on prod_web.hits to ana"),
  one(
    "grant-outside-roster",
    "`ben` has UPDATE on column `pay` of table `prod_hr.people`",
    "grant update (pay) on prod_hr.people to ben",
  ),
  one("grant-outside-roster", "`ben` has TRIGGER", "grant trigger on prod_sales.orders to ben"),
  one(
    "grant-outside-roster",
    "`charts` has USAGE on sequence `prod_sales.orders_id_seq`",
    "grant usage on sequence prod_sales.orders_id_seq to charts",
  ),
  one("grant-outside-roster", "`ana` has CREATE on schema `prod_sales`", "grant create on schema prod_sales to ana"),
  one("grant-outside-roster", "`charts` has USAGE on schema `prod_hr`", "grant usage on schema prod_hr to charts"),
  one("grant-outside-roster", "everybody has CREATE on schema `public`", "grant create on schema public to public"),
  one("grant-outside-roster", "`ana` has CREATE on database `analytics`", "grant create on database analytics to ana"),
  one(
    "grant-outside-roster",
    "everybody has CONNECT on database `analytics`",
    "grant connect on database analytics to public",
  ),
  one("grant-outside-roster", "`ben` has CREATE, USAGE on schema `ana`", "grant all on schema ana to ben"),
  one("grant-outside-roster", "`charts` has USAGE on schema `ben_sales`", "grant usage on schema ben_sales to charts"),
  one(
    "grant-outside-roster",
    "`developer` has INSERT on table `ben_sales.drafts`",
    "grant insert on ben_sales.drafts to developer",
  ),
  one("grant-outside-roster", "`ana` has CREATE on schema `ci_42`", "grant create on schema ci_42 to ana"),
  one("grant-outside-roster", "`ana` has USAGE on schema `ci`", "grant usage on schema ci to ana"),
  one(
    "grant-outside-roster",
    "`ana` has SET on parameter `session_replication_role`",
    "grant set on parameter session_replication_role to ana",
  ),
  one(
    "grant-outside-roster",
    "`ana` has USAGE on foreign data wrapper `far`",
    "create foreign data wrapper far; grant usage on foreign data wrapper far to ana",
  ),
  one(
    "grant-outside-roster",
    "everybody has USAGE on foreign server `there`",
    "create foreign data wrapper far; create server there foreign data wrapper far; grant usage on foreign server there to public",
  ),
  one(
    "grant-outside-roster",
    "`ana` has SELECT on large object",
    "select lo_create(4711); alter large object 4711 owner to prod; grant select on large object 4711 to ana",
  ),
  one(
    "grant-outside-roster",
    "everybody has EXECUTE on routine `prod_sales.g()`",
    "set local role prod; create function prod_sales.g() returns int language sql as 'select 1'; grant execute on function prod_sales.g() to public; reset role",
  ),
  one(
    "grant-outside-roster",
    "`ana` has CREATE on tablespace `pg_default`",
    "grant create on tablespace pg_default to ana",
  ),
  one(
    "grant-option",
    "`read_prod_sales` may pass on SELECT on table `prod_sales.orders`",
    "grant select on prod_sales.orders to read_prod_sales with grant option; set local role charts; reset role",
  ),
  one(
    "grant-outside-roster",
    "`ana` has SELECT on table `prod_hr.people`, and may pass it on",
    "grant select on prod_hr.people to ana with grant option; set local role ana; grant select on prod_hr.people to charts; reset role",
  ),
  one(
    "grant-missing",
    "`read_prod_sales` lacks SELECT on 2 tables in `prod_sales`",
    "revoke select on all tables in schema prod_sales from read_prod_sales",
  ),
  one("grant-missing", "`read_prod` lacks USAGE on schema `prod`", "revoke usage on schema prod from read_prod"),
  one(
    "grant-missing",
    "`developer` lacks CONNECT on database `analytics`",
    "revoke connect on database analytics from developer",
  ),
  one(
    "grant-missing",
    "`ci` lacks EXECUTE on routine `ci.open(run text)`",
    "revoke execute on function ci.open(text) from ci",
  ),
  one("grant-missing", "everybody lacks USAGE on schema `public`", "revoke usage on schema public from public"),
  one(
    "grant-missing",
    "`developer` lacks SELECT on table `ben_sales.drafts`",
    "revoke select on ben_sales.drafts from developer",
  ),
  one(
    "system-grant",
    "`ana` has EXECUTE on `pg_catalog.pg_read_file(",
    "grant execute on function pg_read_file(text) to ana",
  ),
  one("system-grant", "`charts` has SELECT on `pg_catalog.pg_authid`", "grant select on pg_authid to charts"),
  one(
    "system-grant",
    "`charts` has SELECT on `(rolpassword) ON pg_catalog.pg_authid`",
    "grant select (rolpassword) on pg_authid to charts",
  ),
  // Code and rows that come through
  one(
    "definer-open",
    "everybody may execute routine `public.root()`, which runs as `postgres`",
    "create function public.root() returns int language sql security definer as 'select 1'",
  ),
  one(
    "definer-open",
    "`read_prod_sales` may execute routine `prod_sales.d()`, which runs as `prod`",
    "set local role prod; create function prod_sales.d() returns int language sql security definer as 'select 1'; grant execute on function prod_sales.d() to read_prod_sales; reset role",
  ),
  one(
    "definer-open",
    "`developer` may execute routine `ben_sales.d()`, which runs as `ben`",
    "set local role ben; create function ben_sales.d() returns int language sql security definer as 'select 1'; grant execute on function ben_sales.d() to developer; reset role",
  ),
  one(
    "shown-to-strangers",
    "`prod_sales.pays` shows rows of `prod_hr.people`",
    "set local role prod; create view prod_sales.pays as select * from prod_hr.people; reset role",
  ),
  one(
    "shown-to-strangers",
    "`ben_sales.pays` shows rows of `prod_hr.people`",
    "grant select on prod_hr.people to ben; create view ben_sales.pays as select * from prod_hr.people; alter view ben_sales.pays owner to ben; revoke select on prod_hr.people from ben; grant select on ben_sales.pays to developer",
  ),
  // The future
  one(
    "default-outside-roster",
    "`charts` gets SELECT on every future table of `prod` in `prod_hr`",
    "alter default privileges for role prod in schema prod_hr grant select on tables to charts",
  ),
  one(
    "default-outside-roster",
    "everybody gets INSERT on every future table of `prod`",
    "alter default privileges for role prod grant insert on tables to public",
  ),
  one(
    "default-outside-roster",
    "gets SELECT on every future table",
    "alter default privileges for role ADMIN grant select on tables to ana",
  ),
  one(
    "default-missing",
    "`read_prod_sales` would lack SELECT on every future table of `prod` in `prod_sales`",
    "alter default privileges for role prod in schema prod_sales revoke select on tables from read_prod_sales",
  ),
  one(
    "default-missing",
    "everybody may execute every future function of `prod`",
    "alter default privileges for role prod grant execute on functions to public",
  ),
  // What acts on production
  one(
    "trigger-on-production",
    "trigger `spy` on `prod_sales.orders` runs",
    "create function ana.spy() returns trigger language plpgsql as 'begin return new; end'; alter function ana.spy() owner to ana; create trigger spy after insert on prod_sales.orders for each row execute function ana.spy()",
    "ana ← ana.spy ← TRIGGER spy",
  ),
  one(
    "code-in-production",
    "`prod_sales.orders` calls `ana_hr.f`, which `ana` can change",
    "alter table prod_sales.orders add column extra int default ana_hr.f()",
    "ana ← ana_hr.f ← prod_sales.orders",
  ),
  one(
    "code-in-production",
    "`prod_sales.orders` calls `ana_hr.f`",
    "alter table prod_sales.orders add check (ana_hr.f() = 1)",
  ),
  one(
    "depends-on-production",
    "child table `ana_hr.child` of `ana`",
    "create table ana_hr.child () inherits (prod_hr.people); alter table ana_hr.child owner to ana",
  ),
  one(
    "rule-on-production",
    "rule `no` changes what DELETE on `prod_sales.orders` does",
    "create rule no as on delete to prod_sales.orders do instead nothing",
  ),
  one(
    "row-security-on-production",
    "row security hides rows of `prod_sales.orders`",
    "alter table prod_sales.orders enable row level security; create policy p on prod_sales.orders using (false)",
  ),
  one(
    "event-trigger",
    "event trigger `watch`",
    "create function public.watch() returns event_trigger language plpgsql as 'begin end'; create event trigger watch on ddl_command_end execute function public.watch()",
  ),
  one(
    "publication",
    "publication `outgoing` sends rows of `prod_sales`",
    "create publication outgoing for table prod_sales.orders",
  ),
  one(
    "publication",
    "publication `everything` sends rows of all tables",
    "create publication everything for all tables",
  ),
  one(
    "subscription",
    "subscription `inwards`",
    "create subscription inwards connection 'host=nowhere' publication p with (connect = false); alter subscription inwards disable; alter subscription inwards set (slot_name = s); alter subscription inwards enable",
  ),
  one(
    "user-mapping",
    "foreign server `there` logs `ana` in as somebody",
    "create foreign data wrapper far; create server there foreign data wrapper far; create user mapping for ana server there",
  ),
  one(
    "lease-broken",
    "schema `ci_42` has no lease that can be read",
    "comment on schema ci_42 is 'mine'",
    "runner ← COMMENT ON SCHEMA ci_42",
  ),
  one(
    "lease-broken",
    "the lease of schema `ci_42` lasts longer than the roster allows",
    `comment on schema ci_42 is '{"run": "42", "owner": "runner", "opened": "2026-01-01T00:00:00Z", "expires": "2999-01-01T00:00:00Z"}'`,
  ),
  one(
    "lease-expired",
    "the lease of schema `ci_42_hr` is over",
    `comment on schema ci_42_hr is '{"run": "42", "owner": "runner", "opened": "2020-01-01T00:00:00Z", "expires": "2020-01-01T01:00:00Z"}'`,
  ),
  one("left-over", "has LOGIN", "LEFT login"),
  one("left-over", "is a member of `developer`", "grant developer to LEFTROLE"),
  one("left-over", "has privileges on `prod_sales.orders`", "grant select on prod_sales.orders to LEFTROLE"),
  one("left-over", 'lets everybody use `dora_sales."left"`', "grant select on dora_sales.left to public"),
  one(
    "depends-on-production",
    "foreign key `ana_hr.mine` of `ana`",
    "alter table prod_hr.people add unique (id); alter table ana_hr.mine add constraint k foreign key (id) references prod_hr.people (id)",
  ),
  one(
    "shown-to-strangers",
    "`prod_sales.pays` shows rows of `prod_hr.people`",
    "set local role prod; create materialized view prod_sales.pays as select * from prod_hr.people; reset role",
  ),
  one(
    "depends-on-production",
    "materialized view `ana_hr.m` of `ana`",
    "create materialized view ana_hr.m as select * from prod_hr.people; alter materialized view ana_hr.m owner to ana",
  ),
];

/** What happens in a warehouse in five years and breaks no promise. As the superuser; `as` acts as somebody first. */
export const INNOCENT: readonly string[] = [
  "create extension if not exists pg_stat_statements",
  "create extension if not exists pgcrypto",
  "create schema tools; create extension if not exists btree_gist with schema tools",
  "set local role prod; create table prod_sales.events (at date, n int) partition by range (at); create table prod_sales.events_2026 partition of prod_sales.events for values from ('2026-01-01') to ('2027-01-01')",
  "set local role prod; create view prod_sales.totals as select count(*) from prod_sales.orders; create or replace view prod_sales.totals as select count(*) from prod_sales.orders where note is null",
  "set local role prod; create materialized view prod_sales.daily as select count(*) from prod_sales.orders; refresh materialized view prod_sales.daily",
  "set local role prod; create sequence prod_sales.numbers; create table prod_sales.identified (id int generated always as identity)",
  "set local role prod; comment on schema prod_sales is 'money'; comment on table prod_sales.orders is 'one row each'; comment on column prod_sales.orders.note is 'free text'",
  "set local role prod; create function prod_sales.net(n int) returns int language sql as 'select n'; grant execute on function prod_sales.net(int) to read_prod_sales",
  "set local role prod; create function prod_sales.own() returns int language sql security definer as 'select 1'",
  "set local role prod; create table prod_sales.orders__tmp as select * from prod_sales.orders; alter table prod_sales.orders rename to orders__old; alter table prod_sales.orders__tmp rename to orders; drop table prod_sales.orders__old cascade",
  "set local role prod; create index on prod_sales.orders (note); create statistics prod_sales.s on id, note from prod_sales.orders; analyze prod_sales.orders",
  "set local role prod; create type prod_sales.mood as enum ('good'); create domain prod_sales.positive as int check (value > 0); create table prod_sales.typed (m prod_sales.mood, p prod_sales.positive)",
  "set local role prod; create function prod_sales.touch() returns trigger language plpgsql as 'begin return new; end'; create trigger touched before update on prod_sales.orders for each row execute function prod_sales.touch()",
  "set local role prod; create procedure prod_sales.load() language sql as 'select 1'; create aggregate prod_sales.total (int) (sfunc = int4pl, stype = int)",
  "set local role prod; create table prod_sales.lines (order_id int references prod_sales.orders (id))",
  "set local role prod; create table prod_sales.plain (id int); alter table prod_sales.plain add column more text; alter table prod_sales.plain drop column id; truncate prod_sales.plain",
  "create role watcher login; grant pg_monitor to watcher; grant connect on database analytics to watcher",
  "create role backup login; grant pg_read_all_data to backup; grant connect on database analytics to backup",
  "create role other_team login; create schema other_team authorization other_team; grant usage on schema other_team to public",
  "set local role ana; create table ana_sales.copy as select * from prod_sales.orders; create view ana_sales.mine as select * from prod_sales.orders; create index on ana_sales.copy (id)",
  "set local role ben; create table ben_sales.shared (id int); create view ben_sales.seen as select * from prod_sales.orders",
  "set local role ana; create function ana.twice(n int) returns int language sql as 'select 2 * n'; alter default privileges in schema ana_sales grant select on tables to ben",
  "alter role ana set search_path to ana, public; alter role ana set work_mem to '64MB'; alter database analytics set timezone to 'UTC'",
  "set local role runner; create table ci_42_web.model as select 1 as n; create view ci_42_web.v as select * from prod_web.hits; grant select on ci_42_web.model to ana",
  "grant select on all tables in schema prod_sales to ADMIN; create table public.notes (id int); grant select on public.notes to public",
  'select lo_create(0); create type public.pair as (a int, b int); create collation public.c from "C"',
  "create function public.helper() returns int language sql as 'select 1'; create operator public.=== (function = int4eq, leftarg = int, rightarg = int)",
];
