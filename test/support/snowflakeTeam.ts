import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CI_SCHEMA, DUTY_ROLES, procedureName } from "../../src/access/names";
import { type AccessPlan, DATABASE, type Identity } from "../../src/access/plan";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { loadAccess } from "../../src/loadAccess";
import { procedureBody } from "../../src/warehouse/snowflake/ciFactory";
import { identifier, snowflakeName } from "../../src/warehouse/snowflake/quote";
import { openSession, type Session } from "../../src/warehouse/snowflake/session";
import { makeKeys } from "../emulator/client";
import { callPlugIn } from "./plugIn";

const ANALYTICS = "ANALYTICS";
const READABLE = ["TABLES", "VIEWS", "MATERIALIZED VIEWS", "DYNAMIC TABLES"];

/** An emulated Snowflake with what a roster implies, laid out in SQL, and a key file for everybody. */
export interface TestSnowflake {
  readonly emulator: Emulator;
  /** The file with the roster. */
  readonly team: string;
  /** ACCOUNTADMIN. */
  readonly admin: Session;
  /** The environment of a shell that `one-env env` has plugged in. */
  plugIn(who: string, ...words: string[]): Promise<Record<string, string>>;
  login(who: string): Promise<Session>;
  stop(): Promise<void>;
}

/** @param yaml the roster */
export async function startSnowflake(yaml: string): Promise<TestSnowflake> {
  const directory = mkdtempSync(join(tmpdir(), "one-env-snowflake-"));
  const team = join(directory, "team.yaml");
  writeFileSync(team, yaml);
  const { plan, roster } = loadPlan(team);
  const adminKeys = makeKeys();
  const emulator = await startEmulator({ admin: { user: "ADMIN", ...adminKeys }, database: ANALYTICS });
  const account = {
    ...{ organizationName: emulator.organization, accountName: emulator.account },
    ...{ host: emulator.host, port: emulator.port, protocol: "http" as const },
  };
  const pem = (key: ReturnType<typeof makeKeys>) => key.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const admin = await openSession({ ...account, user: "ADMIN", privateKey: pem(adminKeys) });
  const keys = new Map(plan.identities.map(({ name }) => [name, makeKeys()]));
  const sources = roster.sources.map(({ name }) => name);
  for (const sql of layOut(plan, sources, (who) => keys.get(who)?.bare ?? "")) await admin.query(sql);
  for (const [who, key] of keys) writeFileSync(join(directory, `${who}.p8`), pem(key), { mode: 0o600 });
  return {
    emulator,
    team,
    admin,
    async plugIn(who, ...words) {
      const found = {
        ...{ SNOWFLAKE_ACCOUNT: `${emulator.organization}-${emulator.account}` },
        ...{ SNOWFLAKE_PRIVATE_KEY_PATH: join(directory, `${who}.p8`) },
      };
      const command = ["env", "--who", who, "--warehouse", "snowflake", "--format", "json", "--team", team, ...words];
      const { code, stdout, stderr } = await callPlugIn(command, found);
      if (code !== 0) throw new Error(stderr);
      const emulated = { SNOWFLAKE_HOST: emulator.host, SNOWFLAKE_PORT: String(emulator.port) };
      return { ...JSON.parse(stdout), ...emulated, SNOWFLAKE_PROTOCOL: "http" };
    },
    login: (who) => openSession({ ...account, user: who, privateKey: pem(keys.get(who) ?? makeKeys()) }),
    async stop() {
      await admin.close();
      await emulator.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function loadPlan(team: string) {
  const { paths, roster } = loadAccess(team, new Date());
  return { plan: paths.plan, roster };
}

function* layOut(plan: AccessPlan, sources: readonly string[], key: (who: string) => string): Generator<string> {
  const actors = plan.identities.filter(({ actsAs }) => actsAs === undefined);
  for (const { name } of [...plan.roles, ...actors]) {
    yield `create role ${identifier(name)}`;
    yield `grant role ${identifier(name)} to role SYSADMIN`;
  }
  for (const { name, memberOf } of [...plan.roles, ...actors])
    for (const { role } of memberOf) yield `grant role ${identifier(role)} to role ${identifier(name)}`;
  for (const role of new Set(plan.identities.map(({ duty }) => DUTY_ROLES[duty]))) {
    yield `create warehouse ${identifier(role)}`;
    yield `grant usage on warehouse ${identifier(role)} to role ${identifier(role)}`;
  }
  for (const identity of plan.identities) yield* user(identity, key(identity.name));
  const actorOf = new Map(plan.identities.map(({ name, actsAs }) => [name, actsAs ?? name]));
  for (const { role, target, privilege } of plan.grants)
    if (target === DATABASE && privilege === "connect")
      yield `grant usage on database ${ANALYTICS} to role ${identifier(actorOf.get(role) ?? role)}`;
  for (const { name, kind, owner } of plan.schemas) {
    if (kind === "throwaway") continue;
    yield `create schema ${identifier(ANALYTICS, name)} ${kind === "prod" ? "with managed access" : ""}`;
    yield `grant ownership on schema ${identifier(ANALYTICS, name)} to role ${identifier(owner ?? "")} copy current grants`;
  }
  for (const { role, target, privilege } of plan.grants) {
    if (privilege !== "read") continue;
    const schema = identifier(ANALYTICS, target);
    yield `grant usage on schema ${schema} to role ${identifier(role)}`;
    for (const kind of READABLE) yield `grant select on future ${kind} in schema ${schema} to role ${identifier(role)}`;
  }
  yield* ci(plan, sources);
}

function* user({ name, duty, actsAs }: Identity, key: string): Generator<string> {
  const role = identifier(actsAs ?? name);
  yield `create user ${identifier(name)} type = ${duty === "developer" ? "PERSON" : "SERVICE"} rsa_public_key = '${key}'
    default_namespace = ${ANALYTICS} default_role = ${role} default_warehouse = ${identifier(DUTY_ROLES[duty])} default_secondary_roles = ()`;
  yield `grant role ${role} to user ${identifier(name)}`;
}

function* ci({ identities }: AccessPlan, sources: readonly string[]): Generator<string> {
  const services = identities.filter(({ duty }) => duty === "ci");
  if (services.length === 0) return;
  yield `create schema ${ANALYTICS}.CI with managed access`;
  yield `grant usage on schema ${ANALYTICS}.CI to role CI`;
  const procedure = (name: string, args: string, body: string) =>
    `create procedure ${identifier(ANALYTICS, CI_SCHEMA, name)}(${args}) returns ARRAY language SQL execute as owner as $$${body}$$`;
  for (const service of services)
    for (const [file, name, type] of [
      ["open", "RUN", "VARCHAR"],
      ["close", "RUN", "VARCHAR"],
      ["reap", "HOURS", "NUMBER"],
    ] as const) {
      const called = procedureName(file, service.name);
      yield procedure(called, `${name} ${type}`, procedureBody(file, ANALYTICS, sources, service));
      yield `grant usage on procedure ${identifier(ANALYTICS, CI_SCHEMA, called)}(${type}) to role ${identifier(service.name)}`;
    }
  yield procedure("leases", "", procedureBody("leases", ANALYTICS, sources));
  yield `grant usage on procedure ${ANALYTICS}.CI.LEASES() to role ${snowflakeName(DUTY_ROLES.ci)}`;
}

/** Each schema with all that is in it: owner, grants, objects as they were made, and rows. */
export async function takeSnowflakeFingerprint(admin: Session): Promise<Map<string, string>> {
  await admin.query("use warehouse PROD");
  const schemas = await admin.query(`show schemas in database ${ANALYTICS}`);
  const objects = await admin.query(`show objects in database ${ANALYTICS}`);
  const parts = new Map<string, unknown[]>();
  for (const schema of schemas) {
    const grants = await admin.query(`show grants on schema ${identifier(ANALYTICS, String(schema.name))}`);
    parts.set(String(schema.name), [schema.owner, schema.comment, grants]);
  }
  for (const object of objects) {
    const [schema, name] = [String(object.schema_name), String(object.name)];
    const place = identifier(ANALYTICS, schema, name);
    const rows = schema === "INFORMATION_SCHEMA" ? [] : await admin.query(`select * from ${place}`);
    parts.get(schema)?.push([object, rows, await admin.query(`show grants on ${object.kind} ${place}`)]);
  }
  return new Map([...parts].map(([schema, part]) => [schema.toLowerCase(), JSON.stringify(part)]));
}
