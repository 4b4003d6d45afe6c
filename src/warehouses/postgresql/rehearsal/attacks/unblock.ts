import { PROD, schemaName, UNBLOCK_SCHEMA } from "../../../../names";
import { outcomeOf } from "../../../../proof/statement";
import { identifier, literal } from "../../quote";
import { DENIED } from "../session";
import type { PostgresqlAttack, PostgresqlScriptedAttack } from "./attack";
import { type Blockade, withBlockade } from "./blockade";
import { trap } from "./unblockTrap";

/** SQLSTATE of an argument that is no relation of production. */
const BAD_RELATION = "22023";

/** SQLSTATE of a call in a transaction of one snapshot (REPEATABLE READ), which would not see what others commit. */
const WRONG_ISOLATION = "25000";

/** A name that would end the statement of a function that puts it into SQL without quoting it. */
const HOSTILE = 'v"; drop schema prod cascade; --';

const CALLS = ["blockers()", "end_blocker(0)", "dependents('prod.after_table')", "drop_dependents('prod.after_table')"];

/** Attacks on the functions by which production frees itself: they run with the deploying admin's rights. */
export const UNBLOCK_ATTACKS: readonly PostgresqlAttack[] = [
  {
    name: "unblock functions for others",
    wants: "to end sessions and drop views of others",
    attempts: ({ outsiders, prodServices: [service] }) =>
      outsiders.flatMap(({ name: who }) =>
        CALLS.map((call) => {
          const sql = `select * from ${UNBLOCK_SCHEMA}.${call}`;
          return { who, sql, ...(service === undefined ? {} : { control: { who: service.name, sql } }) };
        }),
      ),
  },
  {
    name: "unblock function overwrite",
    wants: "own code in place of the functions",
    attempts: ({ prodServices }) =>
      prodServices.flatMap(({ name: who }) =>
        [
          "create or replace function unblock.end_blocker(pid int) returns boolean language sql as 'select true'",
          "create function unblock.end_blocker(pid bigint) returns boolean language sql as 'select true'",
          "alter function unblock.drop_dependents(regclass) security invoker",
          "drop function unblock.blockers()",
          "create table unblock.loot (id int)",
        ].map((sql) => ({ who, sql })),
      ),
  },
];

/** Attacks on the same functions that are not refused but must stay without effect. */
export const SCRIPTED_UNBLOCK_ATTACKS: readonly PostgresqlScriptedAttack[] = [
  {
    name: "unblock session overreach",
    wants: "to end sessions of the admin, of production, or of somebody who is in nobody's way",
    run: (context) =>
      withBlockade(context, async (blockade) => {
        const { superuser, peer, developer } = blockade;
        for (const [who, session] of Object.entries({ "the superuser": superuser, "a prod service": peer })) {
          const ended = await outcomeOf(
            blockade.whileBlocking(session, (pid) => blockade.caller.query(endBlocker(pid))),
          );
          if (ended.code !== DENIED) return `ended ${who}: expected ${DENIED}, got ${ended.code ?? "ALLOWED"}`;
        }
        const idle = await blockade.caller.query(endBlocker(await blockade.pidOf(developer)));
        if (idle.rows[0].ended) return "ended somebody who is in nobody's way";
        const freed = await blockade.whileBlocking(developer, (pid) => blockade.caller.query(endBlocker(pid)));
        return freed.rows[0].ended ? undefined : "did not free production (positive control)";
      }),
  },
  {
    name: "unblock view overreach",
    wants: "to drop what holds rows, or is production's or a stranger's",
    run: (context) =>
      withBlockade(context, async (blockade) => {
        const { caller, developer, home, table } = blockade;
        const asked = `select * from unblock.drop_dependents(${literal(table)})`;
        await blockade.superuser.query(`
          create view ${home}.foreign_view as select * from ${table};
          create table ${PROD}.foreign_table (id int);
          create table ${home}.not_prods (id int); alter table ${home}.not_prods owner to ${PROD}`);
        await developer.query(`
          create view ${home}.base as select * from ${table}; create materialized view ${home}.held as select * from ${home}.base;
          create table ${home}.copies (c ${table}); create view ${home}.of_copies as select count(*) from ${home}.copies;
          create view ${home}.${identifier(HOSTILE)} as select * from ${table}`);
        await caller.query(`create view ${PROD}.own as select * from ${table}`);
        for (const [argument, code] of [
          [`${home}.copies`, BAD_RELATION],
          ["pg_catalog.pg_class", BAD_RELATION],
          [`${PROD}.foreign_table`, BAD_RELATION],
          [`${home}.not_prods`, BAD_RELATION],
        ] as const) {
          // Production cannot even name what is in a schema of others; a number needs no such right.
          const { rows } = await blockade.superuser.query("select $1::regclass::oid as oid", [argument]);
          const refused = await outcomeOf(caller.query(`select * from unblock.drop_dependents(${rows[0].oid})`));
          if (refused.code !== code) return `${argument}: expected ${code}, got ${refused.code ?? "ALLOWED"}`;
        }
        await caller.query("begin isolation level repeatable read");
        const stale = await outcomeOf(caller.query(asked));
        await caller.query("rollback");
        if (stale.code !== WRONG_ISOLATION) return `in one snapshot: expected ${WRONG_ISOLATION}, got ${stale.code}`;
        const { rows } = await caller.query({ text: asked, rowMode: "array" });
        const dropped = rows.map(([name]) => name).join(", ");
        return dropped === `${blockade.namespace}.${identifier(HOSTILE)}`
          ? undefined
          : `dropped ${dropped || "nothing"}`;
      }),
  },
  {
    name: "unblock function hijack",
    wants: "types, functions, operators and tables of one's own to be used by the functions as they run as the admin",
    run: (context) =>
      withBlockade(context, async (blockade) => {
        await blockade.developer.query(`create view ${blockade.home}.v as select * from ${blockade.table}`);
        await blockade.caller.query(`begin; ${trap(schemaName(PROD))}`);
        try {
          // The first call compiles with the attacker's path; a later one with a harmless path must not suffer from it.
          for (const path of ["prod, pg_temp, pg_catalog", "pg_temp, prod, pg_catalog", "pg_catalog"]) {
            const wrong = await callAll(blockade, `search_path = ${path}`);
            if (wrong) return wrong;
          }
          for (const setting of SETTINGS) {
            const wrong = await callAll(blockade, setting);
            if (wrong) return wrong;
          }
          await blockade.caller.query("set local search_path = prod, pg_temp, pg_catalog");
          const freed = await blockade.whileBlocking(blockade.developer, (pid) =>
            blockade.caller.query(endBlocker(pid)),
          );
          return freed.rows[0].ended ? undefined : "did not free production (positive control)";
        } catch (error) {
          return error instanceof Error ? error.message : String(error);
        } finally {
          await blockade.caller.query("rollback");
        }
      }),
  },
];

const SETTINGS = [
  "standard_conforming_strings = off",
  "quote_all_identifiers = on",
  "transform_null_equals = on",
  "array_nulls = off",
  "intervalstyle = sql_standard",
  "datestyle = 'SQL, DMY'",
];

function endBlocker(pid: number): string {
  return `select ended from unblock.end_blocker(${pid}) as ended`;
}

/** Calls every function with a setting of the attacker's; nothing of it stays. @returns what is wrong */
async function callAll({ caller, table }: Blockade, setting: string): Promise<string | undefined> {
  await caller.query(`savepoint untouched; set local ${setting}`);
  try {
    await caller.query("select * from unblock.blockers()");
    await caller.query(endBlocker(0));
    const listed = await caller.query(`select * from unblock.dependents(${literal(table)}) where droppable`);
    const dropped = await caller.query(`select * from unblock.drop_dependents(${literal(table)})`);
    if (listed.rowCount === 1 && dropped.rowCount === 1) return undefined;
    return `${setting}: listed ${listed.rowCount}, dropped ${dropped.rowCount}`;
  } finally {
    await caller.query("rollback to untouched");
  }
}
