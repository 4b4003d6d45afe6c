import { CI_SCHEMA, schemaName } from "../../../../names";
import type { Control } from "../../../../proof/attacks";
import { identifier, literal } from "../../quote";
import { ciCall } from "../runs";
import { NO_SUCH_PROCEDURE, NOT_AUTHORIZED } from "../session";
import type { SnowflakeAttack } from "./attack";

const BAD_RUNS = [
  "",
  "X",
  "a-b",
  "a__b",
  "_a",
  "a_",
  "../prod",
  "a'b",
  'x" with managed access; --',
  "x; drop schema prod cascade",
  "x\n",
  "a".repeat(21),
  // Upper case and ASCII meet here: ı is I, ſ is S and the Kelvin sign K in upper or lower case, and ß becomes two.
  "ß",
  "ı",
  "ſ",
  "\u212a",
  "ａ",
];

/** The exception that the procedures raise themselves. */
const BAD_RUN = "-20001";

/** Attacks on the procedures that open and close CI's schemas: they run with the deploying role's rights. */
export const CI_ATTACKS: readonly SnowflakeAttack[] = [
  {
    name: "ci procedures for others",
    wants: "a schema of one's own through CI's door, or through another CI service's",
    attempts: ({ plan, ciServices, database }) =>
      ciServices.flatMap(({ name: service }) => {
        const close = [ciCall(database, "close", service, "'loot'")];
        return plan.identities
          .filter(({ name }) => name !== service)
          .flatMap(({ name: who, duty }) => {
            // CI services may look into the schema and find no procedure there; others do not get so far.
            const code = duty === "ci" ? NO_SUCH_PROCEDURE : NOT_AUTHORIZED;
            return [
              { who, code, sql: ciCall(database, "open", service, "'loot'"), undo: close },
              { who, code, sql: ciCall(database, "close", service, "'loot'") },
              { who, code, sql: ciCall(database, "reap", service, "1000000") },
            ];
          });
      }),
  },
  {
    name: "ci procedure injection",
    wants: "SQL of one's own to run as the admin",
    attempts: ({ ciServices, database }) =>
      ciServices.flatMap(({ name: who }) =>
        [...BAD_RUNS.map(literal), "null"].map((run) => ({
          who,
          sql: ciCall(database, "open", who, run),
          code: BAD_RUN,
          control: {
            who,
            sql: ciCall(database, "open", who, "'fine'"),
            undo: [ciCall(database, "close", who, "'fine'")],
          },
          unharmed: `select count_if(SCHEMA_NAME = 'PROD') = 1 and count_if(SCHEMA_NAME in ('CI_', 'CI_X', 'CI__A', 'CI_A_')) = 0 from ${identifier(database, "information_schema", "schemata")}`,
        })),
      ),
  },
  {
    name: "ci forged lease",
    wants: "a lease on what is not one's own, or one that never ends",
    attempts: ({ runs, database }) =>
      [...runs].flatMap(([who, run]) => {
        const schema = identifier(database, schemaName(CI_SCHEMA, run));
        const mine = identifier(database, schemaName(CI_SCHEMA, "mine"));
        const lease = (name: string) => `comment on schema ${name} is '{"run": "prod"}'`;
        return [
          {
            who,
            sql: lease(schema),
            // Not of the lease that the run needs.
            control: { prepare: [`create schema ${mine}`], sql: lease(mine), tidy: [`drop schema ${mine}`] },
          },
          { who, sql: `alter schema ${schema} rename to ${mine}`, undo: [`alter schema ${mine} rename to ${schema}`] },
          { who, sql: `drop schema ${schema}`, undo: [`undrop schema ${schema}`] },
          { who, sql: `create schema ${mine}`, undo: [`drop schema ${mine}`] },
        ];
      }),
  },
  {
    name: "ci procedure overwrite",
    wants: "own code in place of the procedures",
    attempts: ({ ciServices, database }) =>
      ciServices.flatMap(({ name: who }) => {
        const here = (name: string) => identifier(database, CI_SCHEMA, name);
        const [open, decoy] = [here(`open_${who}`), here("decoy")];
        const own = "returns int language sql as 'begin return 1; end'";
        const replace = (name: string) => `create or replace procedure ${name}(RUN varchar) ${own}`;
        // Nothing brings a procedure back.
        const onDecoy = (sql: string): Control => ({
          prepare: [`create procedure ${decoy}(RUN varchar) ${own}`],
          sql,
          tidy: [`drop procedure if exists ${decoy}(varchar)`],
        });
        return [
          { who, sql: replace(open), control: onDecoy(replace(decoy)) },
          { who, sql: `drop procedure ${open}(varchar)`, control: onDecoy(`drop procedure ${decoy}(varchar)`) },
          {
            who,
            sql: `create procedure ${open}(RUN varchar, MORE varchar) ${own}`,
            undo: [`drop procedure ${open}(varchar, varchar)`],
          },
          { who, sql: `create table ${here("loot")} (ID int)`, undo: [`drop table ${here("loot")}`] },
        ];
      }),
  },
];
