/**
 * What can lie in a schema. Whatever the program grants on a kind of thing, what a rehearsal makes of it, what it tries on
 * it and how that is taken back, and how things come to their owner stands in the kind's entry, and nowhere else.
 */
import type { FixtureTime } from "../../proof/probes";
import type { ActionStatement } from "../../proof/statement";
import { identifier, literal } from "./quote";
import type { Row } from "./session";

/** A kind of thing, as GRANT tells them apart. */
export interface Kind {
  /** As GRANT and the provider call all of them: `DYNAMIC TABLES`. */
  readonly plural: string;
  /** What readers get on all that is there and on all that is to come. Absent: nothing. */
  readonly read?: readonly string[];
  /** Whether CI makes some in schemas that were opened for it. */
  readonly ciMakes: boolean;
  /** How they are found that are not their schema's owner's. Absent: they go with another kind. */
  readonly adopt?: KindAdoption;
  readonly fixtures: readonly Fixture[];
}

/** How `one-env adopt` sees things of a kind. */
export interface KindAdoption {
  /** What SHOW calls them. */
  readonly show: string;
  /** Of what SHOW lists, those that are of the kind. */
  readonly counts?: (row: Row) => boolean;
  /** Whether one may run with its owner's rights, and comes as one that runs with its caller's. */
  readonly disarmed?: true;
  /** Whether they come after all that is no code: code may use it. */
  readonly code?: true;
}

/** An object that a rehearsal makes: `before_<name>` or `after_<name>`. */
export interface Fixture {
  readonly name: string;
  /** Statements that make it, by whoever is to own it. @param warehouse what it is computed on */
  readonly make: (it: string, where: FixturePlace, warehouse: string) => readonly string[];
  /** What is tried on it, each with what takes it back. */
  readonly tries?: (it: string, where: FixturePlace) => readonly ActionStatement[];
}

/** Where fixtures lie. */
export interface FixturePlace {
  readonly database: string;
  readonly schema: string;
  readonly time: FixtureTime;
  /** A role that is nobody's: what may be granted is granted to it. */
  readonly nobody: string;
  /** The name of another fixture of the same schema and time, as SQL. */
  readonly beside: (name: string) => string;
}

const count = (it: string): ActionStatement[] => [{ action: "read", sql: `select count(*) from ${it}` }];

const TABLES: Kind = {
  plural: "TABLES",
  read: ["SELECT"],
  ciMakes: true,
  // SHOW TABLES lists those of other kinds too, which have statements of their own.
  adopt: { show: "tables", counts: ({ is_dynamic, is_external }) => is_dynamic !== "Y" && is_external !== "Y" },
  fixtures: [
    {
      name: "table",
      make: (it, where) => [`create table ${it} (ID int, NOTE varchar)`, rowsOf(it, where)],
      tries: (it, where) => [...count(it), ...tableChanges(it, where)],
    },
    // What derived tables are made from.
    { name: "base", make: (it) => [`create table ${it} (ID int)`, `insert into ${it} values (1), (2)`] },
  ],
};

const VIEWS: Kind = {
  plural: "VIEWS",
  read: ["SELECT"],
  ciMakes: true,
  adopt: { show: "views" },
  fixtures: [
    {
      name: "view",
      make: (it, { beside }) => [`create view ${it} as select ID from ${beside("table")}`],
      tries: count,
    },
  ],
};

const MATERIALIZED_VIEWS: Kind = {
  plural: "MATERIALIZED VIEWS",
  read: ["SELECT"],
  ciMakes: true,
  // Their ownership goes with that of views ("GRANT OWNERSHIP", usage notes).
  fixtures: [
    {
      name: "matview",
      make: (it, { beside }) => [`create materialized view ${it} as select ID from ${beside("base")}`],
      tries: count,
    },
  ],
};

const DYNAMIC_TABLES: Kind = {
  plural: "DYNAMIC TABLES",
  read: ["SELECT"],
  ciMakes: true,
  adopt: { show: "dynamic tables" },
  fixtures: [
    {
      name: "dynamic",
      make: (it, { beside }, warehouse) => [
        `create dynamic table ${it} target_lag = '1 day' warehouse = ${identifier(warehouse)} as select ID from ${beside("base")}`,
      ],
      tries: count,
    },
  ],
};

const FUNCTIONS: Kind = {
  plural: "FUNCTIONS",
  ciMakes: true,
  adopt: { show: "user functions", code: true },
  fixtures: [
    {
      name: "function",
      make: (it) => [`create function ${it}() returns int as '1'`],
      tries: (it) => [{ action: "execute", sql: `select ${it}()` }],
    },
  ],
};

const PROCEDURES: Kind = {
  plural: "PROCEDURES",
  ciMakes: true,
  adopt: { show: "procedures", counts: ({ is_builtin }) => is_builtin !== "Y", disarmed: true, code: true },
  fixtures: [
    {
      name: "procedure",
      make: (it) => [`create procedure ${it}() returns int language sql as 'begin return 1; end'`],
      tries: (it) => [{ action: "execute", sql: `call ${it}()` }],
    },
  ],
};

/** Nobody reads these: the only privilege on a sequence advances it, and reading a stream moves it on ("Access control privileges"). */
const UNREAD: readonly Kind[] = [
  { plural: "SEQUENCES", ciMakes: true, adopt: { show: "sequences" }, fixtures: [] },
  { plural: "STAGES", ciMakes: true, adopt: { show: "stages" }, fixtures: [] },
  { plural: "FILE FORMATS", ciMakes: true, adopt: { show: "file formats" }, fixtures: [] },
  { plural: "STREAMS", ciMakes: false, adopt: { show: "streams" }, fixtures: [] },
];

/** In the order in which fixtures are made and grants declared. A new kind is one more. */
export const KINDS: readonly Kind[] = [
  ...[TABLES, VIEWS, MATERIALIZED_VIEWS, DYNAMIC_TABLES, FUNCTIONS, PROCEDURES],
  ...UNREAD,
];

/** A kind that readers get something on. */
export type ReadableKind = Kind & Required<Pick<Kind, "read">>;

/** Those that readers get something on. */
export function readableKinds(): ReadableKind[] {
  return KINDS.filter((kind): kind is ReadableKind => kind.read !== undefined);
}

/** A statement commits at once, so each comes with what takes it back. */
function tableChanges(it: string, where: FixturePlace): ActionStatement[] {
  const undo = [`delete from ${it}`, rowsOf(it, where)];
  const renamed = identifier(where.database, where.schema, "probe_renamed");
  return [
    { action: "insert", sql: `insert into ${it} values (3, 'probe')`, undo },
    { action: "update", sql: `update ${it} set NOTE = 'probe'`, undo },
    { action: "delete", sql: `delete from ${it}`, undo },
    { action: "truncate", sql: `truncate table ${it}`, undo },
    { action: "alter", sql: `alter table ${it} add column PROBE int`, undo: [`alter table ${it} drop column PROBE`] },
    {
      action: "rename",
      sql: `alter table ${it} rename to ${renamed}`,
      undo: [`alter table ${renamed} rename to ${it}`],
    },
    { action: "drop", sql: `drop table ${it}`, undo: [`undrop table ${it}`] },
    {
      action: "grant",
      sql: `grant select on table ${it} to role ${where.nobody}`,
      effect: `show grants on table ${it}`,
      undo: [`revoke select on table ${it} from role ${where.nobody}`],
    },
  ];
}

function rowsOf(table: string, { schema, time }: FixturePlace): string {
  return `insert into ${table} values (1, ${literal(schema)}), (2, ${literal(time)})`;
}
