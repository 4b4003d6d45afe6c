import { DUTY_ROLES, PROD, READ_PROD } from "../../../../names";
import { as } from "../../../../proof/session";
import { outcomeOf } from "../../../../proof/statement";
import { identifier, literal } from "../../quote";
import { newKeyPair } from "../../server/keys";
import type { Client } from "../client";
import { DECOY, NO_SUCH_ROLE, NOT_GRANTED } from "../session";
import {
  type AttackContext,
  prodTable,
  refusalOf,
  refused,
  type SnowflakeAttack,
  type SnowflakeScriptedAttack,
} from "./attack";

/** The roles that Snowflake brings. */
const SYSTEM_ROLES = ["accountadmin", "securityadmin", "useradmin", "sysadmin"];

/** Attacks that would turn an identity into more than it is. */
export const ROLE_ATTACKS: readonly SnowflakeAttack[] = [
  {
    name: "set role",
    wants: "to act as prod or as an administrator",
    attempts: ({ plan }) =>
      plan.identities.flatMap(({ name: who, duty }) =>
        [...(duty === "prod" ? [] : [PROD]), ...SYSTEM_ROLES].map((role) => ({
          who,
          sql: `use role ${identifier(role)}`,
          code: NO_SUCH_ROLE,
        })),
      ),
  },
  {
    name: "self-grant",
    wants: "to join a role by granting it to oneself",
    attempts: ({ plan, outsiders }) =>
      outsiders.flatMap(({ name: who }) =>
        plan.roles
          .filter(({ name }) => name === PROD || name.startsWith(READ_PROD))
          .map(({ name }) => ({
            who,
            sql: `grant role ${identifier(name)} to user ${identifier(who)}`,
            code: NOT_GRANTED,
            undo: [`revoke role ${identifier(name)} from user ${identifier(who)}`],
          })),
      ),
  },
  {
    name: "role gift",
    wants: "prod to inherit a role of the attacker's, and with it a way into what is laid out there",
    attempts: ({ developers }) =>
      developers.map(({ name: who }) => ({
        who,
        sql: `grant role ${identifier(who)} to role ${identifier(PROD)}`,
        code: NOT_GRANTED,
        undo: [`revoke role ${identifier(who)} from role ${identifier(PROD)}`],
      })),
  },
  {
    name: "new role",
    wants: "a role or a user of one's own making",
    attempts: ({ plan }) =>
      plan.identities.flatMap(({ name: who }) => [
        { who, sql: "create role LOOT", undo: ["drop role LOOT"] },
        { who, sql: "create user LOOT", undo: ["drop user LOOT"] },
      ]),
  },
  {
    name: "key theft",
    wants: "to log in as somebody else, or with a key of one's own after a rotation",
    attempts: ({ plan, prodServices, logins }) =>
      plan.identities.flatMap(({ name: who }) =>
        [who, ...prodServices.map(({ name }) => name).filter((name) => name !== who)].map((name) => {
          const take = (user: string) =>
            `alter user ${identifier(user)} set RSA_PUBLIC_KEY_2 = ${literal(logins.keys.get(who)?.publicKey ?? "")}`;
          return {
            who,
            sql: take(name),
            undo: [`alter user ${identifier(name)} unset RSA_PUBLIC_KEY_2`],
            // Somebody may have a second key, in the middle of a rotation.
            control: { prepare: [`create user ${DECOY}`], sql: take(DECOY), tidy: [`drop user ${DECOY}`] },
          };
        }),
      ),
  },
  {
    name: "network policy",
    wants: "logins from anywhere, or nobody's",
    attempts: ({ plan }) =>
      plan.identities.flatMap(({ name: who }) => [
        {
          who,
          sql: "create network policy LOOT ALLOWED_IP_LIST = ('0.0.0.0/0')",
          undo: ["drop network policy LOOT"],
        },
        { who, sql: `alter user ${identifier(who)} unset NETWORK_POLICY` },
      ]),
  },
  {
    name: "settings of others",
    wants: "others' sessions, schemas and the database to behave as the attacker likes",
    attempts: (context) => {
      const { database, outsiders, prodServices, prodSchema } = context;
      const [place, schema] = [identifier(database), identifier(database, prodSchema.name)];
      return outsiders.flatMap(({ name: who }) => [
        ...prodServices.map(({ name }) => ({
          who,
          sql: `alter user ${identifier(name)} set comment = 'loot'`,
          undo: [`alter user ${identifier(name)} unset comment`],
        })),
        { who, sql: `alter database ${place} set comment = 'loot'`, undo: [`alter database ${place} unset comment`] },
        {
          who,
          code: refusalOf(context, who),
          sql: `alter schema ${schema} set comment = 'loot'`,
          undo: [`alter schema ${schema} unset comment`],
        },
      ]);
    },
  },
];

/** The same, where it takes more than one refused statement. */
export const SCRIPTED_ROLE_ATTACKS: readonly SnowflakeScriptedAttack[] = [
  {
    name: "default role",
    wants: "to start as prod or as an administrator the next time",
    async run(context) {
      const { outsiders, logins } = context;
      for (const { name } of outsiders) {
        const set = (role: string) => `alter user ${identifier(name)} set DEFAULT_ROLE = ${identifier(role)}`;
        for (const role of [PROD, ...SYSTEM_ROLES]) {
          // A user's own settings may be the user's to change; they must not help.
          await as(logins.login(name), (client) => outcomeOf(client.query(set(role))));
          const wrong = await as(logins.login(name), async (client) => {
            // With the role would come its compute.
            await outcomeOf(client.query(`use warehouse ${identifier(DUTY_ROLES.prod)}`));
            return refusedToWrite(client, context);
          }).finally(() => logins.admin.query(set(name)));
          if (wrong) return `${name}, as ${role}: ${wrong}`;
        }
      }
    },
  },
  {
    name: "secondary roles",
    wants: "every role at once, the forgotten one among them",
    async run(context) {
      const { outsiders, logins } = context;
      for (const { name } of outsiders) {
        const wrong = await as(logins.login(name), async (client) => {
          await outcomeOf(client.query(`alter user ${identifier(name)} set DEFAULT_SECONDARY_ROLES = ('ALL')`));
          await client.query("use secondary roles all");
          return refusedToWrite(client, context);
        }).finally(() => logins.admin.query(`alter user ${identifier(name)} set DEFAULT_SECONDARY_ROLES = ()`));
        if (wrong) return `${name}: ${wrong}`;
      }
    },
  },
  {
    name: "stranger",
    wants: "into the warehouse with a user that the roster does not know",
    async run(context) {
      const { logins } = context;
      const name = "ONE_ENV_STRANGER";
      const { publicKey, privateKey } = await newKeyPair();
      await logins.admin.query(`create user ${name} RSA_PUBLIC_KEY = ${literal(publicKey)}`);
      try {
        const read = `select count(*) from ${prodTable(context)}`;
        return await as(logins.loginWith(name, privateKey), (client) =>
          refused(client.query(read), () => logins.admin.query(read)),
        );
      } finally {
        await logins.admin.query(`drop user ${name}`);
      }
    },
  },
];

/** Of no row: the control is to change nothing. */
function refusedToWrite(client: Client, context: AttackContext): Promise<string | undefined> {
  const write = `insert into ${prodTable(context)} select 9, 'loot' where false`;
  return refused(client.query(write), () => context.logins.admin.query(write));
}
