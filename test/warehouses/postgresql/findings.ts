import type { AdminKind } from "../../../src/warehouses/postgresql/server/server";
import type { Settings } from "../../../src/warehouses/postgresql/settings";

/**
 * Something that a warehouse can have, in the words of the preflight. `$admin` stands for who deploys, `$by(…)` for the grantor of a
 * membership, which a statement names since 16, and `$option` for what is revoked of a membership that may be the program's.
 */
export interface Case {
  readonly what: string;
  readonly layOut: string;
  /** The lines that it is refused with; their statements mend it. */
  readonly tells: readonly string[];
  readonly warns?: readonly string[];
  readonly cleanUp?: string;
  readonly settings?: Partial<Settings>;
  readonly only?: AdminKind;
  /** The PostgreSQL that knows it first. */
  readonly since?: number;
  /** The roles that would be imported. */
  readonly taken?: readonly string[];
}

const STRANGER = "create role stranger; ";
const NO_STRANGER = "drop owned by stranger; drop role stranger";

/** In a warehouse that nobody deployed to yet. */
export const GROWN: readonly Case[] = [
  {
    what: "what everybody has in production goes with the deployment",
    layOut: `
      grant all on schema prod_sales, prod_hr to public; grant all on all tables in schema prod_sales to public;
      grant all on all sequences in schema prod_sales to public; grant select (pay) on prod_hr.salaries to public;
      create procedure prod_sales.purge() language sql security definer as 'delete from prod_sales.orders';
      alter procedure prod_sales.purge() owner to $admin`,
    tells: [],
    cleanUp: `
      revoke all on schema prod_sales, prod_hr from public; revoke all on all tables in schema prod_sales, prod_hr from public;
      revoke all on all sequences in schema prod_sales from public; drop procedure prod_sales.purge()`,
  },
  {
    what: "a stranger's rights on production, of every kind",
    layOut: `${STRANGER}
      grant usage, create on schema prod_sales to stranger; grant select, insert on prod_sales.orders, prod_sales.items to stranger;
      grant trigger, delete on prod_sales.recent to stranger; grant update on sequence prod_sales.numbers to stranger;
      grant update (pay) on prod_hr.salaries to stranger`,
    tells: [
      '`stranger` has UPDATE on table `prod_hr.salaries`: REVOKE UPDATE ON TABLE prod_hr.salaries FROM "stranger" CASCADE',
      '`stranger` has CREATE, USAGE on schema `prod_sales`: REVOKE CREATE, USAGE ON SCHEMA prod_sales FROM "stranger" CASCADE',
      '`stranger` has UPDATE on sequence `prod_sales.numbers`: REVOKE UPDATE ON SEQUENCE prod_sales.numbers FROM "stranger" CASCADE',
      '`stranger` has DELETE, INSERT, SELECT, TRIGGER on 3 tables in `prod_sales`: REVOKE DELETE, INSERT, SELECT, TRIGGER ON ALL TABLES IN SCHEMA "prod_sales" FROM "stranger" CASCADE',
    ],
    cleanUp: NO_STRANGER,
  },
  {
    what: "a right that may be passed on, and that was",
    layOut: `${STRANGER} create role friend;
      grant select on prod_sales.orders to stranger with grant option;
      grant usage on schema prod_sales to stranger;
      set role stranger; grant select on prod_sales.orders to friend; reset role`,
    tells: [
      '`stranger` has USAGE on schema `prod_sales`: REVOKE USAGE ON SCHEMA prod_sales FROM "stranger" CASCADE',
      '`friend` has SELECT on table `prod_sales.orders`, given by `stranger`: REVOKE SELECT ON TABLE prod_sales.orders FROM "stranger" CASCADE',
      '`stranger` has SELECT on table `prod_sales.orders`, and may pass it on: REVOKE SELECT ON TABLE prod_sales.orders FROM "stranger" CASCADE',
    ],
    cleanUp: `drop role friend; ${NO_STRANGER}`,
  },
  {
    what: "CREATE and USAGE on a developer's schema that is about to be theirs, and rights in one that is shared",
    layOut: `${STRANGER} grant usage, create on schema ana_sales to stranger; grant usage on schema ben_sales to public;
      grant insert on ben_sales.notes to stranger; grant insert on ana_sales.drafts to public`,
    tells: [
      '`stranger` has CREATE, USAGE on schema `ana_sales`: REVOKE CREATE, USAGE ON SCHEMA ana_sales FROM "stranger" CASCADE',
      '`stranger` has INSERT on table `ben_sales.notes`: REVOKE INSERT ON TABLE ben_sales.notes FROM "stranger" CASCADE',
    ],
    cleanUp: `revoke usage on schema ben_sales from public; revoke insert on ana_sales.drafts from public; ${NO_STRANGER}`,
  },
  {
    what: "CREATE on `public` and on the database",
    layOut: `${STRANGER} grant create on schema public to stranger; grant create, temporary on database analytics to stranger`,
    tells: [
      '`stranger` has CREATE on database `analytics`: REVOKE CREATE ON DATABASE analytics FROM "stranger" CASCADE',
      '`stranger` has CREATE on schema `public`: REVOKE CREATE ON SCHEMA public FROM "stranger" CASCADE',
    ],
    cleanUp: NO_STRANGER,
  },
  {
    what: "a schema under production's prefix that no source stands for, and what others may do there",
    layOut: `${STRANGER} set role $admin; create schema prod_legacy; create table prod_legacy.t (); reset role;
      grant usage on schema prod_legacy to public; grant insert on prod_legacy.t to stranger`,
    tells: [
      "everybody has USAGE on schema `prod_legacy`: REVOKE USAGE ON SCHEMA prod_legacy FROM PUBLIC CASCADE",
      '`stranger` has INSERT on table `prod_legacy.t`: REVOKE INSERT ON TABLE prod_legacy.t FROM "stranger" CASCADE',
    ],
    warns: ["schema `prod_legacy` is under production's prefix and of no source of the roster"],
    cleanUp: `drop schema prod_legacy cascade; ${NO_STRANGER}`,
  },
  {
    what: "schemas of strangers: production's, CI's, one under the prefix",
    layOut: `${STRANGER} create schema prod_legacy authorization stranger; create schema ci authorization stranger;
      alter schema prod_hr owner to stranger`,
    only: "managed",
    tells: [
      'schema `prod_hr` belongs to `stranger`, which `$admin` cannot act as: ALTER SCHEMA "prod_hr" OWNER TO "$admin"',
      'schema `prod_legacy` is under production\'s prefix and belongs to `stranger`: ALTER SCHEMA "prod_legacy" OWNER TO "$admin"',
      'schema `ci` belongs to `stranger` and not to `$admin`: ALTER SCHEMA "ci" OWNER TO "$admin"',
    ],
    warns: ["schema `prod_legacy` is under production's prefix and of no source of the roster"],
    cleanUp: `drop schema prod_legacy; drop schema ci; ${NO_STRANGER}`,
  },
  {
    what: "a team's schema with a developer's name",
    layOut:
      "create role team; create schema ana authorization team; create table ana.plans (); alter table ana.plans owner to team",
    tells: [
      'schema `ana` belongs to `team`, and what is in it would become `ana`\'s: ALTER SCHEMA "ana" RENAME TO "ana_before", or ALTER SCHEMA "ana" OWNER TO "$admin"',
    ],
    cleanUp: "drop owned by team; drop role team",
  },
  {
    what: "an empty schema of the admin, or one of somebody who left, with a developer's name",
    layOut: `create role "left:ben"; create schema ana authorization $admin; create schema ben authorization "left:ben";
      create table ben.old (); alter table ben.old owner to "left:ben"`,
    tells: [],
    cleanUp: 'drop schema ana; drop owned by "left:ben"; drop role "left:ben"',
  },
  {
    what: "things in production whose owner the admin cannot act as",
    since: 16,
    layOut: `${STRANGER} alter table prod_sales.items owner to stranger; alter sequence prod_sales.numbers owner to stranger`,
    only: "managed",
    tells: [
      '`stranger` owns 2 things in `prod_sales` and `$admin` cannot act as it: ALTER SEQUENCE prod_sales.numbers OWNER TO "$admin"; ALTER TABLE prod_sales.items OWNER TO "$admin"',
    ],
    cleanUp: "drop role stranger",
  },
  {
    what: "the same, where the admin can: they are to be adopted",
    layOut: `${STRANGER} alter table prod_sales.items owner to stranger`,
    only: "superuser",
    tells: [],
    warns: ["`stranger` owns TABLE prod_sales.items in production: `one-env adopt prod` gives them to `prod`"],
    cleanUp: "alter table prod_sales.items owner to $admin; drop role stranger",
  },
  {
    what: "a database of a stranger's",
    layOut: `${STRANGER} alter database analytics owner to stranger; alter schema public owner to $admin`,
    only: "superuser",
    tells: ['database `analytics` belongs to `stranger`: ALTER DATABASE "analytics" OWNER TO "$admin"'],
    cleanUp: "alter schema public owner to pg_database_owner; drop role stranger",
  },
  {
    what: "default privileges that open what administrators will make",
    layOut: `${STRANGER}
      alter default privileges for role $admin grant all on schemas to public;
      alter default privileges for role $admin in schema prod_hr grant select on tables to stranger;
      alter default privileges for role $admin in schema prod_sales grant execute on routines to public;
      alter default privileges for role postgres grant usage on sequences to stranger`,
    tells: [
      '`stranger` gets USAGE on every future sequence of `postgres`: ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" REVOKE USAGE ON SEQUENCES FROM "stranger" CASCADE',
      '`stranger` gets SELECT on every future table of `$admin` in `prod_hr`: ALTER DEFAULT PRIVILEGES FOR ROLE "$admin" IN SCHEMA "prod_hr" REVOKE SELECT ON TABLES FROM "stranger" CASCADE',
      'everybody gets EXECUTE on every future routine of `$admin` in `prod_sales`: ALTER DEFAULT PRIVILEGES FOR ROLE "$admin" IN SCHEMA "prod_sales" REVOKE EXECUTE ON ROUTINES FROM PUBLIC CASCADE',
      'everybody gets CREATE, USAGE on every future schema of `$admin`: ALTER DEFAULT PRIVILEGES FOR ROLE "$admin" REVOKE CREATE, USAGE ON SCHEMAS FROM PUBLIC CASCADE',
    ],
    cleanUp: NO_STRANGER,
  },
  {
    what: "logins that lose CONNECT, and logins that keep it",
    layOut: `create role zabbix login; create role backup login; create role monitors; create role watcher login; grant monitors to watcher;
      grant connect on database analytics to monitors, backup`,
    tells: [
      '`backup` may connect by a grant of its own or of a group\'s, and is not in the roster: REVOKE CONNECT ON DATABASE "analytics" FROM "backup", or list it in `one-environment:acceptKeeping`',
      '`watcher` may connect by a grant of its own or of a group\'s, and is not in the roster: REVOKE CONNECT ON DATABASE "analytics" FROM "monitors", or list it in `one-environment:acceptKeeping`',
      '`backup`, `watcher`, `zabbix` may connect because everybody may, and would not any more: pulumi config set acceptLosing \'["backup","watcher","zabbix"]\', or put them into the roster',
    ],
    cleanUp: "drop owned by monitors, backup; drop role zabbix, backup, monitors, watcher",
  },
  {
    what: "roles that the plan has a name for, harmless",
    layOut: `set role $admin; create role prod; create role developer; create role ana login connection limit 3; reset role;
      alter schema prod_hr owner to prod; alter table prod_hr.salaries owner to prod; alter table ana_sales.drafts owner to ana;
      alter role ana set statement_timeout = 5000; alter role ana set search_path = nowhere`,
    tells: [],
    taken: ["ana", "developer", "prod"],
    cleanUp: `
      alter table ana_sales.drafts owner to $admin; alter table prod_hr.salaries owner to $admin;
      alter schema prod_hr owner to $admin; drop role prod, developer, ana`,
  },
  {
    what: "roles of that name that would bring something along",
    layOut: `${STRANGER} create role watchers; set role $admin; create role prod login; create role read_prod_hr;
      create role ana createdb login; create role ben login; reset role;
      create table public.own (); alter table public.own owner to ben; grant prod to stranger; grant read_prod_hr to ben;
      grant watchers to ana; grant $admin to stranger; grant select on prod_hr.salaries to ana;
      alter role ben in database analytics set search_path = nowhere`,
    tells: [
      'role `ben` is there already and owns `TABLE public.own`: ALTER TABLE public.own OWNER TO "$admin", or ALTER ROLE "ben" RENAME TO "ben_before"',
      'role `ben` is there already and starts with search_path = nowhere in `analytics`: ALTER ROLE "ben" IN DATABASE "analytics" RESET search_path',
      'role `prod` is there already and logs in, and would be a group that nobody logs in as: ALTER ROLE "prod" NOLOGIN, or ALTER ROLE "prod" RENAME TO "prod_before"',
      '`ana` has SELECT on table `prod_hr.salaries`: REVOKE SELECT ON TABLE prod_hr.salaries FROM "ana" CASCADE',
      '`stranger` is a member of `prod`, and not by the roster: REVOKE "prod" FROM "stranger"$by(postgres) CASCADE',
      '`ben` is a member of `read_prod_hr`, and not by the roster: REVOKE "read_prod_hr" FROM "ben"$by(postgres) CASCADE',
      '`ana` is a member of `watchers`, and not by the roster: REVOKE "watchers" FROM "ana"$by(postgres) CASCADE',
      '`stranger` is a member of `$admin`, and not by the roster: REVOKE "$admin" FROM "stranger"$by(postgres) CASCADE',
      '`ana` has CREATEDB, which goes around the roster: ALTER ROLE "ana" NOCREATEDB',
    ],
    taken: ["ana", "ben", "prod", "read_prod_hr"],
    cleanUp: `drop table public.own; drop owned by ana; drop role prod, read_prod_hr, ana, ben, watchers; ${NO_STRANGER}`,
  },
  {
    what: "a role of that name that the admin cannot alter",
    layOut: "create role ana",
    only: "managed",
    since: 16,
    tells: [
      'role `ana` is there already, and `$admin` cannot alter it: GRANT "ana" TO "$admin" WITH ADMIN OPTION, or ALTER ROLE "ana" RENAME TO "ana_before"',
    ],
    taken: ["ana"],
    cleanUp: "drop role ana",
  },
  {
    what: "a role of that name whose settings the provider cannot read",
    layOut: `set role $admin; create role ana; reset role;
      alter role ana set statement_timeout = '7s'; alter role ana set idle_in_transaction_session_timeout = 5000`,
    tells: [
      'role `ana` starts with statement_timeout = 7s, which the provider reads in plain milliseconds only: ALTER ROLE "ana" RESET statement_timeout',
    ],
    taken: ["ana"],
    cleanUp: "drop role ana",
  },
  {
    what: "a role of that name that others get something from",
    layOut: `${STRANGER} set role $admin; create role ana; reset role;
      alter default privileges for role ana grant select on tables to stranger`,
    tells: [
      '`stranger` gets SELECT on every future table of `ana`: ALTER DEFAULT PRIVILEGES FOR ROLE "ana" REVOKE SELECT ON TABLES FROM "stranger" CASCADE',
    ],
    taken: ["ana"],
    cleanUp: `drop owned by ana; drop role ana; ${NO_STRANGER}`,
  },
];

/** After a deployment of the roster. */
export const DEPLOYED: readonly Case[] = [
  {
    what: "grants by hand to everybody, to the roster's people and to groups, beyond what is theirs",
    layOut: `
      grant usage on schema prod_hr to public; grant insert on prod_sales.orders to public;
      grant insert on all tables in schema prod_sales to read_prod_sales; grant create on schema prod_sales to ana;
      grant select on prod_hr.salaries to read_prod_sales; grant update (pay) on prod_hr.salaries to ben;
      grant connect on database analytics to public; grant create on schema public to public; grant usage on schema ci to ana`,
    tells: [
      "everybody has CONNECT on database `analytics`: REVOKE CONNECT ON DATABASE analytics FROM PUBLIC CASCADE",
      '`ana` has USAGE on schema `ci`: REVOKE USAGE ON SCHEMA ci FROM "ana" CASCADE',
      "everybody has USAGE on schema `prod_hr`: REVOKE USAGE ON SCHEMA prod_hr FROM PUBLIC CASCADE",
      '`ben` has UPDATE on table `prod_hr.salaries`: REVOKE UPDATE ON TABLE prod_hr.salaries FROM "ben" CASCADE',
      '`read_prod_sales` has SELECT on table `prod_hr.salaries`: REVOKE SELECT ON TABLE prod_hr.salaries FROM "read_prod_sales" CASCADE',
      '`ana` has CREATE on schema `prod_sales`: REVOKE CREATE ON SCHEMA prod_sales FROM "ana" CASCADE',
      "everybody has INSERT on table `prod_sales.orders`: REVOKE INSERT ON TABLE prod_sales.orders FROM PUBLIC CASCADE",
      '`read_prod_sales` has INSERT on 3 tables in `prod_sales`: REVOKE INSERT ON ALL TABLES IN SCHEMA "prod_sales" FROM "read_prod_sales" CASCADE',
      "everybody has CREATE on schema `public`: REVOKE CREATE ON SCHEMA public FROM PUBLIC CASCADE",
    ],
  },
  {
    what: "a right on production that the admin gave away, as somebody whom the owner let",
    layOut: `${STRANGER} grant usage on schema prod_sales to $admin; grant select on prod_sales.orders to $admin with grant option;
      set role $admin; grant select on prod_sales.orders to stranger; reset role`,
    only: "managed",
    tells: [
      '`stranger` has SELECT on table `prod_sales.orders`, given by `$admin`: SET ROLE "$admin"; REVOKE SELECT ON TABLE prod_sales.orders FROM "stranger" CASCADE; RESET ROLE',
    ],
    cleanUp: `revoke all on prod_sales.orders from $admin cascade; revoke usage on schema prod_sales from $admin; ${NO_STRANGER}`,
  },
  {
    what: "what a developer shares by hand is theirs to share, and what strangers share is not ours",
    layOut: `${STRANGER} grant usage on schema ana, ana_sales to ben, stranger; grant insert on ana_sales.drafts to ben;
      create schema theirs authorization stranger; create table theirs.t (); alter table theirs.t owner to stranger; grant all on theirs.t to public`,
    tells: [],
    cleanUp: `revoke all on schema ana, ana_sales from ben, stranger; revoke all on ana_sales.drafts from ben; ${NO_STRANGER}`,
  },
  {
    what: "routines that run as production or as an administrator, and that others may call",
    layOut: `
      create procedure prod_sales.purge() language sql security definer as 'delete from prod_sales.orders'; alter procedure prod_sales.purge() owner to prod;
      create function public.sudo(text) returns void language plpgsql security definer as 'begin execute $1; end';
      create function public.sum(text) returns int language sql as 'select 1';
      create schema tools authorization $admin; grant usage on schema tools to developer;
      create function tools.fix() returns void language sql security definer as ''; alter function tools.fix() owner to $admin;
      create schema vault; create function vault.closed() returns void language sql security definer as '';
      grant execute on function ci.open to ana`,
    tells: [
      '`ana` may execute `ci.open`, which runs as `$admin`: REVOKE EXECUTE ON ROUTINE ci.open(run text) FROM "ana" CASCADE',
      "everybody may execute `prod_sales.purge`, which runs as `prod`: REVOKE EXECUTE ON ROUTINE prod_sales.purge() FROM PUBLIC CASCADE",
      "everybody may execute `public.sudo`, which runs as `postgres`: REVOKE EXECUTE ON ROUTINE public.sudo(text) FROM PUBLIC CASCADE",
      "everybody may execute `tools.fix`, which runs as `$admin`: REVOKE EXECUTE ON ROUTINE tools.fix() FROM PUBLIC CASCADE",
    ],
    cleanUp: `
      drop procedure prod_sales.purge(); drop function public.sudo(text), public.sum(text); drop schema tools cascade; drop schema vault cascade`,
  },
  {
    what: "default privileges of production beyond the plan, and of the admin anywhere",
    layOut: `alter default privileges for role prod in schema prod_sales grant insert on tables to read_prod_sales;
      alter default privileges for role prod grant select on tables to ana;
      alter default privileges for role ana grant select on tables to ben;
      alter default privileges for role $admin in schema prod_sales grant select on tables to read_prod_sales`,
    tells: [
      '`read_prod_sales` gets INSERT on every future table of `prod` in `prod_sales`: ALTER DEFAULT PRIVILEGES FOR ROLE "prod" IN SCHEMA "prod_sales" REVOKE INSERT ON TABLES FROM "read_prod_sales" CASCADE',
      '`ana` gets SELECT on every future table of `prod`: ALTER DEFAULT PRIVILEGES FOR ROLE "prod" REVOKE SELECT ON TABLES FROM "ana" CASCADE',
    ],
    cleanUp: `alter default privileges for role ana revoke all on tables from ben;
      alter default privileges for role $admin in schema prod_sales revoke all on tables from read_prod_sales`,
  },
  {
    what: "memberships by hand",
    layOut: `${STRANGER} grant prod to ana; grant read_prod_hr to stranger; grant ana to ben; grant $admin to stranger;
      grant prod to jobs with admin option; grant pg_monitor to ben; create role helpers;
      grant pg_write_all_data to helpers; grant helpers to charts`,
    tells: [
      '`charts` is a member of `helpers`, and not by the roster: REVOKE "helpers" FROM "charts"$by(postgres) CASCADE',
      '`stranger` is a member of `read_prod_hr`, and not by the roster: REVOKE "read_prod_hr" FROM "stranger"$by(postgres) CASCADE',
      '`stranger` is a member of `$admin`, and not by the roster: REVOKE "$admin" FROM "stranger"$by(postgres) CASCADE',
      '`ben` is a member of `ana`, and not by the roster: REVOKE "ana" FROM "ben"$by(postgres) CASCADE',
      '`ana` is a member of `prod`, and not by the roster: REVOKE "prod" FROM "ana"$by(postgres) CASCADE',
      '`jobs` may hand out role `prod`: REVOKE $option"prod" FROM "jobs"$by(postgres) CASCADE',
    ],
    warns: ["`ben` is a member of `pg_monitor`, and not by the roster"],
    cleanUp: `revoke pg_monitor from ben; drop role helpers; ${NO_STRANGER}`,
  },
  {
    what: "attributes that go around the roster",
    layOut:
      "alter role ana createrole; alter role prod bypassrls; alter role charts superuser; create role copier replication login",
    tells: [
      '`ana` has CREATEROLE, which goes around the roster: ALTER ROLE "ana" NOCREATEROLE',
      '`charts` has SUPERUSER, which goes around the roster: ALTER ROLE "charts" NOSUPERUSER',
      '`prod` has BYPASSRLS, which goes around the roster: ALTER ROLE "prod" NOBYPASSRLS',
    ],
    warns: ["`copier` may replicate the whole server, production included"],
    cleanUp: "drop role copier",
  },
  {
    what: "strangers who can get in, or who reach the whole server",
    layOut: `create role backup login; create role loader login; create role shell login;
      grant connect on database analytics to backup, loader; grant pg_read_all_data to backup; grant pg_write_all_data to loader;
      grant pg_execute_server_program to shell; grant pg_read_all_data to shell`,
    settings: { acceptKeeping: ["backup", "loader"] },
    tells: [
      '`loader` is a member of `pg_write_all_data`, which goes around the roster: REVOKE "pg_write_all_data" FROM "loader"$by(postgres) CASCADE',
      '`shell` is a member of `pg_execute_server_program`, which goes around the roster: REVOKE "pg_execute_server_program" FROM "shell"$by(postgres) CASCADE',
    ],
    warns: ["`backup`, `loader` may connect without the roster, as `one-environment:acceptKeeping` says"],
    cleanUp: "drop owned by backup, loader; drop role backup, loader, shell",
  },
  {
    what: "a group that owns something",
    layOut: `create view ana_sales.forever as select * from prod_hr.salaries; alter view ana_sales.forever owner to read_prod_hr;
      create schema odd authorization ci`,
    tells: [
      'group `read_prod_hr` owns `VIEW ana_sales.forever`, which outlives memberships: ALTER VIEW ana_sales.forever OWNER TO "ana"',
      'group `ci` owns `SCHEMA odd`, which outlives memberships: ALTER SCHEMA odd OWNER TO "$admin"',
    ],
    cleanUp: "drop view ana_sales.forever; drop schema odd",
  },
  {
    what: "things in production of somebody in the roster",
    layOut: "alter table prod_sales.items owner to ana",
    tells: [
      '`ana` owns TABLE prod_sales.items in `prod_sales` and can change them outside the roster: ALTER TABLE prod_sales.items OWNER TO "$admin"',
    ],
    cleanUp: "alter table prod_sales.items owner to prod",
  },
  {
    what: "settings that lead sessions astray",
    layOut: `${STRANGER} create schema theirs authorization stranger; create schema shared authorization $admin;
      alter database analytics set search_path = '$user', 'shared', 'theirs', 'public', 'ana';
      alter role jobs in database analytics set role = none; alter role ana in database analytics set statement_timeout = 0;
      alter role charts set search_path = theirs; alter role ben set search_path = ben_sales, prod_sales;
      alter role stranger set search_path = theirs`,
    tells: [
      'sessions of `jobs` start with role = none: ALTER ROLE "jobs" IN DATABASE "analytics" RESET role',
      'sessions in `analytics` find names in `theirs`, `ana` first, where others make things: ALTER DATABASE "analytics" RESET search_path',
    ],
    warns: [
      'sessions of `ana` start with statement_timeout = 0, whatever the roster says: ALTER ROLE "ana" IN DATABASE "analytics" RESET statement_timeout',
      'sessions of `charts` find names in `theirs` first, where others make things: ALTER ROLE "charts" RESET search_path',
    ],
    cleanUp: `alter role ben reset search_path; alter role charts reset search_path; alter role ana in database analytics reset all;
      drop schema shared; ${NO_STRANGER}`,
  },
  {
    what: "a time in a unit that a login of the roster has given itself",
    layOut: "alter role ana set statement_timeout = '1h'",
    tells: [],
    warns: [
      'role `ana` starts with statement_timeout = 1h, which the provider reads in plain milliseconds only: ALTER ROLE "ana" RESET statement_timeout',
    ],
    cleanUp: "alter role ana set statement_timeout = 900000",
  },
  {
    what: "a membership of the roster's that somebody out of reach has made too",
    layOut: "grant read_prod_hr to ana",
    only: "managed",
    since: 16,
    tells: [
      '`postgres` made `ana` a member of `read_prod_hr`, which `$admin` cannot take back: REVOKE "read_prod_hr" FROM "ana"$by(postgres) CASCADE',
    ],
  },
  {
    what: "settings of the server that others may change, foreign servers, event triggers",
    layOut: `${STRANGER} grant set on parameter log_statement to ana; grant alter system on parameter work_mem to stranger;
      create foreign data wrapper nothing; create server remote foreign data wrapper nothing; create server plain foreign data wrapper nothing;
      create user mapping for public server remote; grant usage on foreign server remote to public, prod; grant usage on foreign server plain to public;
      create function public.watch() returns event_trigger language plpgsql as 'begin end';
      create event trigger watching on ddl_command_end execute function public.watch()`,
    tells: [
      '`ana` may SET parameter `log_statement`: REVOKE SET ON PARAMETER "log_statement" FROM "ana" CASCADE',
      '`stranger` may ALTER SYSTEM parameter `work_mem`: REVOKE ALTER SYSTEM ON PARAMETER "work_mem" FROM "stranger" CASCADE',
      'everybody may use foreign server `remote`, which logs everybody in as somebody: REVOKE USAGE ON FOREIGN SERVER "remote" FROM PUBLIC CASCADE',
    ],
    warns: ["event trigger `watching`: watch runs on ddl_command_end"],
    cleanUp: `drop event trigger watching; drop function public.watch(); drop foreign data wrapper nothing cascade; ${NO_STRANGER}`,
  },
  {
    what: "rows that show through, and rows that are hidden",
    layOut: `
      set role prod; create view prod_sales.pay as select pay from prod_hr.salaries; create view prod_hr.orders as select id from prod_sales.orders;
      create view prod_sales.asked with (security_invoker = true) as select pay from prod_hr.salaries;
      create table prod_sales.people (id int, pay int); create table prod_hr.people () inherits (prod_sales.people);
      create materialized view prod_sales.kept as select * from prod_sales.pay; alter table prod_sales.orders enable row level security; reset role;
      create view public.leak as select * from prod_hr.salaries; grant select on public.leak to public`,
    tells: [],
    warns: [
      "row security on `prod_sales.orders` hides rows from its readers where no policy shows them",
      "`prod_sales.kept` shows rows of `prod_hr.salaries` to `ben`, `charts`, `runner`",
      "`prod_sales.pay` shows rows of `prod_hr.salaries` to `ben`, `charts`, `runner`",
      "`prod_sales.people` shows rows of `prod_hr.people` to `ben`, `charts`, `runner`",
      "`public.leak` shows rows of `prod_hr.salaries` to `everybody`",
    ],
    cleanUp: `drop view public.leak; drop table prod_hr.people, prod_sales.people; drop materialized view prod_sales.kept;
      drop view prod_sales.pay, prod_sales.asked, prod_hr.orders; alter table prod_sales.orders disable row level security`,
  },
];
