/** Context functions ("Context functions") and the system functions that the emulator has. */
import { randomUUID } from "node:crypto";
import { SnowflakeError, unknownToEmulator } from "../../errors";
import { authorityOf, rolesOfUser } from "../../privileges/authority";
import { BOOLEAN, DATE, TIMESTAMP_LTZ, TIMESTAMP_NTZ, VARCHAR, type Value } from "../../sql/types";
import type { Environment } from "../query/environment";
import { numberOf, textOf } from "../query/values";
import type { ScalarFunction } from "./functions";

function context(type: ScalarFunction["type"], value: (env: Environment) => Value): ScalarFunction {
  return { type, apply: (_, env) => value(env), takesNull: true };
}

const sessionOf = ({ viewer }: Environment) => viewer.context.session;
const now = (env: Environment) => new Date(sessionOf(env).account.now());
const startOfDay = (time: Date) => new Date(Math.floor(time.getTime() / 86_400_000) * 86_400_000);

export const CONTEXT_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  CURRENT_ACCOUNT: context(VARCHAR, () => "EMULATOR"),
  CURRENT_ACCOUNT_NAME: context(VARCHAR, (env) => sessionOf(env).account.name),
  CURRENT_ORGANIZATION_NAME: context(VARCHAR, (env) => sessionOf(env).account.organization),
  CURRENT_REGION: context(VARCHAR, () => "AWS_EU_CENTRAL_1"),
  CURRENT_VERSION: context(VARCHAR, () => "9.30.0"),
  CURRENT_CLIENT: context(VARCHAR, () => "emulator"),
  CURRENT_SESSION: context(VARCHAR, (env) => String(sessionOf(env).id)),
  CURRENT_USER: context(VARCHAR, (env) => sessionOf(env).user.name),
  CURRENT_ROLE: context(VARCHAR, ({ viewer }) => viewer.context.role.name),
  CURRENT_ROLE_TYPE: context(VARCHAR, () => "ROLE"),
  CURRENT_DATABASE: context(VARCHAR, ({ viewer }) => viewer.context.database?.name ?? null),
  CURRENT_SCHEMA: context(VARCHAR, ({ viewer }) => viewer.context.schema?.name ?? null),
  CURRENT_WAREHOUSE: context(VARCHAR, ({ viewer }) => viewer.context.warehouse?.name ?? null),
  CURRENT_SECONDARY_ROLES: context(VARCHAR, secondaryRoles),
  CURRENT_AVAILABLE_ROLES: context(VARCHAR, (env) => JSON.stringify(availableRoles(env))),
  CURRENT_TIMESTAMP: { type: TIMESTAMP_LTZ, apply: (_, env) => now(env), takesNull: true },
  LOCALTIMESTAMP: { type: TIMESTAMP_LTZ, apply: (_, env) => now(env), takesNull: true },
  GETDATE: context(TIMESTAMP_LTZ, now),
  SYSTIMESTAMP: context(TIMESTAMP_LTZ, now),
  SYSDATE: context(TIMESTAMP_NTZ, now),
  CURRENT_DATE: context(DATE, (env) => startOfDay(now(env))),
  UUID_STRING: context(VARCHAR, () => randomUUID()),
  LAST_QUERY_ID: { type: VARCHAR, apply: ([index], env) => lastQueryId(env, index ?? -1), takesNull: true },
  IS_ROLE_IN_SESSION: {
    type: BOOLEAN,
    apply: ([name], { viewer }) => [...authorityOf(viewer.context).roles].some((role) => role.name === name),
  },
  SYSTEM$BEHAVIOR_CHANGE_BUNDLE_STATUS: {
    type: VARCHAR,
    apply: ([bundle], env) => bundleStatus(env, textOf(bundle ?? "")),
  },
  SYSTEM$WAIT: { type: VARCHAR, apply: ([amount, unit], env) => wait(env, amount ?? 0, unit ?? "SECONDS") },
};

function secondaryRoles({ viewer: { context: where } }: Environment): string {
  const { session, secondaryRoles: set } = where;
  if (set === "NONE") return JSON.stringify({ roles: "", value: "" });
  const roles = set === "ALL" ? [...rolesOfUser(session.account, session.user)] : set;
  return JSON.stringify({ roles: roles.map(({ name }) => name).join(","), value: set === "ALL" ? "ALL" : "" });
}

function availableRoles(env: Environment): string[] {
  const { account, user } = sessionOf(env);
  return [...rolesOfUser(account, user)].map(({ name }) => name).sort();
}

/** "LAST_QUERY_ID": the last by default, -2 the one before, 1 the first. */
function lastQueryId(env: Environment, index: NonNullable<Value>): string | null {
  return [...sessionOf(env).results.keys()].at(numberOf(index) > 0 ? numberOf(index) - 1 : numberOf(index)) ?? null;
}

/** "SYSTEM$BEHAVIOR_CHANGE_BUNDLE_STATUS": of the one bundle that decides about ownership gifts. */
function bundleStatus(env: Environment, bundle: string): string {
  if (bundle !== "2026_07") throw unknownToEmulator(`the behavior change bundle ${bundle}`);
  return sessionOf(env).account.ownershipGifts ? "DISABLED" : "ENABLED";
}

const SECONDS: Readonly<Record<string, number>> = {
  DAYS: 86_400,
  HOURS: 3600,
  MINUTES: 60,
  SECONDS: 1,
  MILLISECONDS: 0.001,
};

/**
 * "SYSTEM$WAIT". Time passes for the statement only, and at once: a statement that would take longer than its limit is
 * cancelled, and nobody waits for it.
 * @throws SnowflakeError 000630
 */
function wait(env: Environment, amount: NonNullable<Value>, unit: NonNullable<Value>): string {
  const session = sessionOf(env);
  session.elapsed += numberOf(amount) * (SECONDS[textOf(unit).toUpperCase()] ?? 1);
  if (session.elapsed > session.limit) {
    const message = `Statement reached its statement or warehouse timeout of ${session.limit} second(s) and was canceled.`;
    throw new SnowflakeError("000630", "57014", message);
  }
  return `waited ${textOf(amount)} ${textOf(unit).toLowerCase()}`;
}
