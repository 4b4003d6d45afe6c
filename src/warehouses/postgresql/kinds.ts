/**
 * What can lie in a schema. Whatever the program grants on a kind of thing, what a rehearsal makes of it and what it tries
 * on it stands in the kind's entry, and nowhere else.
 */
import { isProdSchema, PROD, schemaName } from "../../names";
import type { FixtureTime } from "../../proof/probes";
import type { ActionStatement } from "../../proof/statement";
import { literal } from "./quote";

/** A kind of thing, as GRANT tells them apart. What is tried on one is rolled back. */
export interface Kind {
  /** As GRANT and the provider call it. */
  readonly objectType: string;
  /** Absent: nobody is granted anything on it. */
  readonly grant?: KindGrant;
  readonly fixtures: readonly Fixture[];
}

/** What the program declares of a kind: PUBLIC gets nothing, in any schema that others read. */
export interface KindGrant {
  /** In logical names, which stay: `read_prod:<label>:prod`. */
  readonly label: string;
  /** What readers get on all that is there. */
  readonly read: readonly string[];
  /** Whether readers get it on all that is to come, by a default privilege. */
  readonly future: boolean;
  /**
   * What ALTER DEFAULT PRIVILEGES calls things that PUBLIC may use as soon as they are made: the program takes that back,
   * for everything that an owner will make.
   */
  readonly openByDefault?: string;
  /**
   * A query for all things of the kind, as the preflight and `one-env adopt` see them: `classid`, `objid`, `namespace`,
   * `name`, `owner`, `acl`, the `privilege` that readers get on it (null: none), and `leader`, the table that it follows.
   */
  readonly things: string;
}

/** An object that a rehearsal makes: `before_<name>` or `after_<name>`. */
export interface Fixture {
  readonly name: string;
  /** SQL that makes it, by whoever is to own it. Absent: it takes more than an owner, and is laid out apart. */
  readonly make?: (it: string, where: FixturePlace) => string;
  /** SQL that grants PUBLIC something on it, in production before the first deployment. */
  readonly opened?: (it: string) => string;
  /** What is tried on it. */
  readonly tries?: (it: string, where: FixturePlace) => readonly ActionStatement[];
}

/** Where fixtures lie. */
export interface FixturePlace {
  readonly schema: string;
  readonly time: FixtureTime;
  /** The name of another fixture of the same schema and time, as SQL. */
  readonly beside: (name: string) => string;
}

const count = (it: string): ActionStatement[] => [{ action: "read", sql: `select count(*) from ${it}` }];
const openTable = (it: string) => `grant all on ${it} to public`;

/** `table` is views, materialized views and foreign tables too. */
const TABLE: Kind = {
  objectType: "table",
  grant: {
    label: "table",
    read: ["SELECT"],
    future: true,
    things: `
      select 'pg_class'::regclass as classid, oid as objid, relnamespace as namespace, relname as name, relowner as owner,
             coalesce(relacl, acldefault('r', relowner)) as acl, 'SELECT' as privilege, null::oid as leader
        from pg_class where relkind in ('r', 'p', 'v', 'm', 'f')`,
  },
  fixtures: [
    {
      name: "table",
      make: (it, { schema, time }) => `
        create table ${it} (id int primary key, note text);
        insert into ${it} values (1, ${literal(schema)}), (2, ${literal(time)})`,
      opened: (it) => `${openTable(it)}; grant update (note) on ${it} to public`,
      tries: (it) => [
        ...count(it),
        { action: "insert", sql: `insert into ${it} values (3, 'probe')` },
        { action: "update", sql: `update ${it} set note = 'probe'` },
        { action: "delete", sql: `delete from ${it}` },
        { action: "truncate", sql: `truncate ${it}` },
        { action: "alter", sql: `alter table ${it} add column probe int` },
        { action: "rename", sql: `alter table ${it} rename to probe_renamed` },
        { action: "drop", sql: `drop table ${it} cascade` },
        {
          action: "grant",
          sql: `grant select on ${it} to public`,
          effect: grantedToPublic("pg_class", "relacl", `oid = ${literal(it)}::regclass`),
        },
      ],
    },
    {
      name: "view",
      make: (it, { beside }) => `create view ${it} as select id from ${beside("table")}`,
      opened: openTable,
      tries: count,
    },
    {
      name: "matview",
      make: (it, { beside }) => `create materialized view ${it} as select id from ${beside("table")}`,
      tries: count,
    },
    {
      name: "parts",
      make: (it) => `create table ${it} (id int) partition by list (id)`,
      opened: openTable,
      tries: (it) => [...count(it), { action: "insert", sql: `insert into ${it} values (1)` }],
    },
    {
      name: "part",
      make: (it, { beside }) => `create table ${it} partition of ${beside("parts")} for values in (1, 2)`,
      tries: (it) => [...count(it), { action: "insert", sql: `insert into ${it} values (1)` }],
    },
    { name: "numbered", make: (it) => `create table ${it} (line serial, number int generated always as identity)` },
    {
      name: "foreign",
      // Only the warehouse as found has it, and only in the sources' schemas of production.
      tries: (it, { schema, time }) =>
        time === "before" && isProdSchema(schema) && schema !== schemaName(PROD) ? count(it) : [],
    },
  ],
};

const SEQUENCE: Kind = {
  objectType: "sequence",
  grant: {
    label: "sequence",
    read: ["SELECT"],
    future: true,
    // The sequence of an identity or serial column follows its table.
    things: `
      select 'pg_class'::regclass, oid, relnamespace, relname, relowner, coalesce(relacl, acldefault('s', relowner)), 'SELECT',
             (select refobjid from pg_depend where classid = 'pg_class'::regclass and objid = c.oid
                 and deptype in ('a', 'i') and refclassid = 'pg_class'::regclass)
        from pg_class as c where relkind = 'S'`,
  },
  fixtures: [
    {
      name: "sequence",
      make: (it) => `create sequence ${it}`,
      opened: (it) => `grant all on sequence ${it} to public`,
      tries: (it) => [{ action: "read", sql: `select last_value from ${it}` }],
    },
  ],
};

/** Functions, procedures and aggregates (PG-26). */
const ROUTINE: Kind = {
  objectType: "routine",
  grant: {
    label: "function",
    read: [],
    future: false,
    openByDefault: "function",
    // Readers of production get what runs with their own rights (see callOf), never what runs with its owner's.
    things: `
      select 'pg_proc'::regclass, oid, pronamespace, proname, proowner, coalesce(proacl, acldefault('f', proowner)),
             case when not prosecdef then 'EXECUTE' end, null::oid
        from pg_proc`,
  },
  fixtures: [
    {
      name: "function",
      make: (it) => `create function ${it}() returns int language sql as 'select 1'`,
      opened: (it) => `grant execute on function ${it}() to public`,
      tries: (it, where) => callOf(`select ${it}()`, where),
    },
    {
      name: "definer",
      make: (it) => `create function ${it}() returns int language sql security definer as 'select 1'`,
      opened: (it) => `grant execute on function ${it}() to public`,
      tries: (it) => [{ action: "execute", sql: `select ${it}()` }],
    },
    {
      name: "procedure",
      make: (it) => `create procedure ${it}() language sql as 'select 1'`,
      opened: (it) => `grant execute on procedure ${it}() to public`,
      tries: (it, where) => callOf(`call ${it}()`, where),
    },
    { name: "total", make: (it) => `create aggregate ${it} (int) (sfunc = int4pl, stype = int)` },
    {
      name: "touch",
      make: (it, { beside }) => `
        create function ${it}() returns trigger language plpgsql as 'begin return new; end';
        create trigger touch before insert on ${beside("table")} for each row execute function ${it}()`,
    },
  ],
};

const TYPE: Kind = {
  objectType: "type",
  fixtures: [
    { name: "mood", make: (it) => `create type ${it} as enum ('good', 'bad')` },
    { name: "pair", make: (it) => `create type ${it} as (one int, other int)` },
    { name: "amount", make: (it) => `create domain ${it} as int check (value >= 0)` },
  ],
};

const STATISTICS: Kind = {
  objectType: "statistics",
  fixtures: [
    { name: "together", make: (it, { beside }) => `create statistics ${it} on id, note from ${beside("table")}` },
  ],
};

/** In the order in which fixtures are made. A new kind is one more. */
export const KINDS: readonly Kind[] = [TABLE, SEQUENCE, ROUTINE, TYPE, STATISTICS];

/** A kind that something is granted on. */
export type GrantableKind = Kind & Required<Pick<Kind, "grant">>;

/** Those that something is granted on. */
export function grantableKinds(): GrantableKind[] {
  return KINDS.filter((kind): kind is GrantableKind => kind.grant !== undefined);
}

/** Those that readers get something on whatever it is, and not only once `adopt` has looked at it. */
export function readableKinds(): GrantableKind[] {
  return grantableKinds().filter(({ grant }) => grant.read.length > 0);
}

/** The things of some kinds as one query, whose first column is the kind's `objectType`. */
export function thingsOf(kinds: readonly GrantableKind[]): string {
  const queries = kinds.map(
    ({ objectType, grant }) => `select ${literal(objectType)}, t.* from (${grant.things}) as t`,
  );
  return queries.join("\nunion all\n");
}

/**
 * A call of a routine that runs with its caller's rights. Production's readers may execute it, but only once `adopt` has
 * granted it: PostgreSQL knows no default that would tell it from one that runs with its owner's rights.
 */
function callOf(sql: string, { schema, time }: FixturePlace): ActionStatement[] {
  if (!isProdSchema(schema)) return [{ action: "execute", sql }];
  return time === "before" ? [{ action: "read", sql }] : [];
}

/** A query that says whether PUBLIC was given something. */
export function grantedToPublic(catalog: string, acl: string, condition: string): string {
  return `select exists (select from ${catalog} cross join lateral aclexplode(${acl}) as acl where ${condition} and acl.grantee = 0)`;
}
