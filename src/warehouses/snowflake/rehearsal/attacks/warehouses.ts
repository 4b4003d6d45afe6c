import { DUTY_ROLES } from "../../../../names";
import type { Attempt, Control } from "../../../../proof/attacks";
import { identifier } from "../../quote";
import { CREDIT_QUOTA } from "../quota";
import { DECOY, NOT_AUTHORIZED } from "../session";
import { type AttackContext, type SnowflakeAttack, withOwn } from "./attack";

/** What would make a warehouse another one, and what keeps it as it is for the control's sake. */
const CHANGES: readonly { readonly set: string; readonly undo: (warehouse: string) => string[] }[] = [
  { set: "set comment = 'loot'", undo: (warehouse) => [`alter warehouse ${warehouse} unset comment`] },
  { set: "set AUTO_RESUME = true", undo: () => [] },
];

/** What the admin tries on a warehouse that nobody works on. */
const ENDINGS = ["set WAREHOUSE_SIZE = XLARGE", "set STATEMENT_TIMEOUT_IN_SECONDS = 0", "suspend"];

/** A new warehouse is the session's from then on: it gets its own back. */
function onDecoy({ logins }: AttackContext, sql: string): Control {
  return {
    prepare: [
      `create warehouse ${DECOY} with AUTO_SUSPEND = 60`,
      `use warehouse ${identifier(logins.adminLogin.warehouse)}`,
    ],
    sql,
    tidy: [`drop warehouse if exists ${DECOY}`],
  };
}

function onWarehouses(
  attempts: (warehouse: string, context: AttackContext) => Omit<Attempt, "who" | "code">[],
): (context: AttackContext) => Attempt[] {
  return (context) => {
    const { plan } = context;
    const duties = [...new Set(plan.identities.map(({ duty }) => duty))].sort();
    return plan.identities.flatMap(({ name: who, duty: own }) =>
      duties.flatMap((duty) =>
        attempts(identifier(DUTY_ROLES[duty]), context).map((attempt) => ({
          who,
          ...attempt,
          // One may see one's own warehouse, and not the others.
          ...(duty === own ? {} : { code: NOT_AUTHORIZED }),
        })),
      ),
    );
  };
}

/** Attacks on the compute that production shares with nobody, and on what it may cost. */
export const WAREHOUSE_ATTACKS: readonly SnowflakeAttack[] = [
  {
    name: "warehouse abuse",
    wants: "a bigger warehouse, one without a timeout, or production's to stand still",
    attempts: onWarehouses((warehouse, context) => [
      ...CHANGES.map(({ set, undo }) => ({ sql: `alter warehouse ${warehouse} ${set}`, undo: undo(warehouse) })),
      ...ENDINGS.map((change) => ({
        sql: `alter warehouse ${warehouse} ${change}`,
        control: onDecoy(context, `alter warehouse ${DECOY} ${change}`),
      })),
      { sql: `drop warehouse ${warehouse}`, control: onDecoy(context, `drop warehouse ${DECOY}`) },
    ]),
  },
  {
    name: "refresh on others' compute",
    wants: "own tables that production's warehouse keeps fresh",
    attempts: withOwn(({ schema, table }, { prodServices }) => {
      const [own, prod] = [`${schema}."BAIT_DYNAMIC"`, identifier(DUTY_ROLES.prod)];
      const on = (warehouse: string) =>
        `create dynamic table ${own} target_lag = '1 day' warehouse = ${warehouse} as select ID from ${table}`;
      const prepare = { prepare: [on(identifier(DUTY_ROLES.developer))], tidy: [`drop dynamic table ${own}`] };
      return prodServices.length === 0
        ? []
        : [
            { sql: on(prod), code: NOT_AUTHORIZED, undo: [`drop dynamic table ${own}`] },
            { sql: `alter dynamic table ${own} set WAREHOUSE = ${prod}`, code: NOT_AUTHORIZED, ...prepare },
          ];
    }),
  },
  {
    name: "monitor abuse",
    wants: "more credits than the duty has",
    attempts: ({ plan }) =>
      plan.identities.map(({ name: who, duty }) => ({
        who,
        code: NOT_AUTHORIZED,
        sql: `alter resource monitor ${identifier(DUTY_ROLES[duty])} set CREDIT_QUOTA = ${CREDIT_QUOTA + 1}`,
        undo: [`alter resource monitor ${identifier(DUTY_ROLES[duty])} set CREDIT_QUOTA = ${CREDIT_QUOTA}`],
      })),
  },
  {
    name: "new warehouse",
    wants: "compute that no monitor watches",
    attempts: ({ plan }) =>
      plan.identities.map(({ name: who }) => ({
        who,
        sql: "create warehouse LOOT",
        undo: ["drop warehouse LOOT"],
      })),
  },
];
