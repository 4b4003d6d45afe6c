import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Emulator } from "snowflake-access-emulator";
import { loadAccess } from "../../src/load/loadAccess";
import { startStandIn } from "../../src/rehearsal/engines/standIn";
import { identifier } from "../../src/warehouses/snowflake/quote";
import type { Session } from "../../src/warehouses/snowflake/session";
import { callPlugIn } from "./plugIn";
import { bareHalf, newKey, startSnowflake } from "./snowflake";

const DATABASE = "ANALYTICS";

/** An emulated Snowflake that the real program has been applied to, and a key file for everybody in the roster. */
export interface SnowflakeTeam {
  readonly emulator: Emulator;
  /** The file with the roster. */
  readonly team: string;
  /** ACCOUNTADMIN. */
  readonly admin: Session;
  /** The environment of a shell that `one-env env` has plugged in. */
  plugIn(who: string, ...words: string[]): Promise<Record<string, string>>;
  login(who: string): Promise<Session>;
  /** Applies another roster. */
  apply(yaml: string): Promise<void>;
  /** The environment of the deploying admin's shell. */
  readonly adminShell: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** @param yaml the roster */
export async function startSnowflakeTeam(yaml: string): Promise<SnowflakeTeam> {
  const directory = mkdtempSync(join(tmpdir(), "one-env-snowflake-"));
  const team = join(directory, "team.yaml");
  writeFileSync(team, yaml);
  const identities = [...loadAccess(team, new Date()).paths.identities.keys()];
  const keys = new Map(identities.map((who) => [who, newKey()]));
  const publicKeys = Object.fromEntries([...keys].map(([who, key]) => [who, [bareHalf(key)]]));
  const { emulator, target, connect, stop } = await startSnowflake({ publicKeys });
  const engine = await startStandIn(target);
  const apply = async (roster: string) => {
    writeFileSync(team, roster);
    await engine.apply(loadAccess(team, new Date()));
  };
  await apply(yaml);
  for (const [who, key] of keys) writeFileSync(join(directory, `${who}.p8`), key, { mode: 0o600 });
  writeFileSync(join(directory, "admin.p8"), target.connection.privateKey, { mode: 0o600 });
  const emulated = {
    SNOWFLAKE_HOST: emulator.host,
    SNOWFLAKE_PORT: String(emulator.port),
    SNOWFLAKE_PROTOCOL: "http",
  };
  const account = `${emulator.organization}-${emulator.account}`;
  const admin = await connect("ADMIN", target.connection.privateKey);
  return {
    emulator,
    team,
    admin,
    async plugIn(who, ...words) {
      const found = {
        SNOWFLAKE_ACCOUNT: account,
        SNOWFLAKE_PRIVATE_KEY_PATH: join(directory, `${who}.p8`),
      };
      const command = ["env", "--who", who, "--warehouse", "snowflake", "--format", "json", "--team", team, ...words];
      const { code, stdout, stderr } = await callPlugIn(command, found);
      if (code !== 0) throw new Error(stderr);
      return { ...JSON.parse(stdout), ...emulated };
    },
    apply,
    adminShell: {
      ...emulated,
      SNOWFLAKE_ACCOUNT: account,
      SNOWFLAKE_USER: "ADMIN",
      SNOWFLAKE_PRIVATE_KEY_PATH: join(directory, "admin.p8"),
    },
    login: (who) => connect(who, keys.get(who) ?? ""),
    async stop() {
      await engine.close();
      await admin.close();
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Each schema with all that is in it: owner, grants, objects as they were made, and rows. */
export async function takeSnowflakeFingerprint(admin: Session): Promise<Map<string, string>> {
  await admin.query("use warehouse PROD");
  const schemas = await admin.query(`show schemas in database ${DATABASE}`);
  const objects = await admin.query(`show objects in database ${DATABASE}`);
  const parts = new Map<string, unknown[]>();
  for (const schema of schemas) {
    const grants = await admin.query(`show grants on schema ${identifier(DATABASE, String(schema.name))}`);
    parts.set(String(schema.name), [schema.owner, schema.comment, grants]);
  }
  for (const object of objects) {
    const [schema, name] = [String(object.schema_name), String(object.name)];
    const place = identifier(DATABASE, schema, name);
    const rows = schema === "INFORMATION_SCHEMA" ? [] : await admin.query(`select * from ${place}`);
    parts.get(schema)?.push([object, rows, await admin.query(`show grants on ${object.kind} ${place}`)]);
  }
  return new Map([...parts].map(([schema, part]) => [schema.toLowerCase(), JSON.stringify(part)]));
}
