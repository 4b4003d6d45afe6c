/** What the audit looks for: one rule for each thing that can be broken, in the order in which it is mended. */

/** Rule → what it finds, as docs/audit.md says it. */
export const RULES = {
  "role-missing": "a login or group of the roster does not exist",
  "superuser-outside-roster": "a superuser that is neither the server's own nor the deploying admin",
  "attribute-outside-roster":
    "a role of the roster has SUPERUSER, CREATEROLE, CREATEDB, REPLICATION or BYPASSRLS; a stranger REPLICATION, or CREATEROLE before PostgreSQL 16",
  "role-changed": "a group logs in, a login cannot, or INHERIT is not as declared",
  "limit-changed": "connections, statement_timeout or idle_in_transaction are not what the roster says",
  "expiry-changed": "a login's password works longer, or shorter, than the roster says",
  "access-past-its-end": "somebody whose `expires` has passed can still log in",
  "unknown-login": "a login outside the roster may connect and nobody has accepted it",
  "setting-outside-roster":
    "sessions start as somebody else, load code, find names where others make things, or cannot write",
  "setting-missing": "sessions of a prod service do not start as `prod`",
  "database-changed": "the database is somebody else's, a template, or takes fewer connections",
  "schema-missing": "a schema of the roster does not exist",
  "schema-owner":
    "a schema of the roster, of the functions, of CI's runs or under production's prefix belongs to somebody else",
  "schema-outside-roster":
    "a schema belongs to a role of the roster, or lies under a developer's prefix, and is none of the roster's",
  "object-owner": "something in production does not belong to `prod`",
  "group-owns": "a group owns something, which outlives memberships",
  "function-changed": "a function of `ci` or `unblock` has another body, owner, result or setting",
  "function-missing": "a function of `ci` or `unblock` does not exist",
  "function-unknown": "schema `ci` or `unblock` has something that is not the program's",
  "membership-outside-roster":
    "somebody is in a role of the roster or of an administrator, or somebody of the roster in another role",
  "predefined-role": "somebody is in a predefined role that goes around grants",
  "membership-option": "a membership may be handed out, taken as a role, or inherited, otherwise than declared",
  "membership-twice":
    "a membership of the roster was granted a second time by somebody else, and would stay when it ends",
  "membership-missing": "a membership of the roster does not exist",
  "grant-outside-roster": "somebody has a privilege that the roster does not give",
  "grant-option": "somebody may pass on what the roster gives to them alone",
  "grant-missing": "somebody lacks a privilege that the roster gives",
  "system-grant": "somebody may use what a system schema keeps for superusers",
  "definer-open": "a routine runs with the rights of its owner for somebody who has less",
  "shown-to-strangers": "a relation shows rows of production to who may not read them",
  "default-outside-roster": "somebody would get a privilege on future things that the roster does not give",
  "default-missing": "readers would lack future things, or future functions would be everybody's",
  "trigger-on-production": "code of somebody else than `prod` runs when production writes",
  "code-in-production":
    "a default, check, index, policy or view of production calls a routine that somebody else than `prod` can change",
  "rule-on-production": "a rule changes what statements on production do",
  "row-security-on-production": "row security hides rows from production's readers",
  "event-trigger": "an event trigger runs in everybody's sessions",
  publication: "a publication sends production's rows to whoever subscribes",
  subscription: "a subscription writes what another server sends",
  "user-mapping": "a foreign server logs somebody of the roster in as somebody",
  "lease-broken": "a schema of CI has no lease, or one that is too long",
  "lease-expired": "a schema of CI is past its lease",
  "left-over": "what somebody left behind can act, or be used, again",
  "depends-on-production": "things of others keep production's tables from being changed or dropped",
} as const;

export type Rule = keyof typeof RULES;

/** The place of a rule in the order of mending. */
export function rankOf(rule: string): number {
  return Object.keys(RULES).indexOf(rule);
}
