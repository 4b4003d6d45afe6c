/**
 * A small company for tests of the emulator. OWNER owns schema S with table T (two rows), view V over it, procedure P and
 * function F; READER may SELECT, WRITER may INSERT, UPDATE, DELETE and TRUNCATE but not SELECT, VISITOR may only enter S,
 * STRANGER may only log in. All of them may use warehouse W but STRANGER. Each role has a user of its name.
 */
import { type Emulator, type EmulatorOptions, startEmulator } from "../src/emulator";
import { type Connection, connect, type Login, makeKeys } from "./client";

const keys = makeKeys();

export const CAST = ["OWNER", "READER", "WRITER", "VISITOR", "STRANGER"] as const;
export type Role = (typeof CAST)[number] | "ADMIN";

export interface World {
  readonly emulator: Emulator;
  readonly admin: Connection;
  /** A new session, with the user's defaults unless told. */
  login(user: string, login?: Partial<Login>): Promise<Connection>;
  close(): Promise<void>;
}

/** Starts one; `setup` are more statements of the administrator. */
export async function startWorld(options: Partial<EmulatorOptions> = {}, ...setup: readonly string[]): Promise<World> {
  const emulator = await startEmulator({
    admin: { user: "ADMIN", publicKey: keys.publicKey },
    database: "DB",
    ...options,
  });
  const login = (user: string, more: Partial<Login> = {}) => connect(emulator, { user, keys, ...more });
  const admin = await login("ADMIN", { database: "DB" });
  for (const statement of ["CREATE WAREHOUSE W", ...CAST.flatMap(hire)]) await admin.query(statement);
  for (const role of CAST.filter((each) => each !== "STRANGER")) {
    await admin.query(`GRANT USAGE ON WAREHOUSE W TO ROLE ${role}`);
    await admin.query(`GRANT USAGE ON DATABASE DB TO ROLE ${role}`);
  }
  await admin.query("CREATE SCHEMA S");
  await admin.query("GRANT OWNERSHIP ON SCHEMA S TO ROLE OWNER");
  const owner = await login("OWNER");
  for (const statement of BY_OWNER) await owner.query(statement);
  await owner.close();
  for (const statement of setup) await admin.query(statement);
  return { emulator, admin, login, close: () => emulator.close() };
}

function hire(role: string): string[] {
  return [
    `CREATE ROLE ${role}`,
    `GRANT ROLE ${role} TO ROLE SYSADMIN`,
    `CREATE USER ${role} RSA_PUBLIC_KEY = '${keys.bare}' DEFAULT_ROLE = ${role} DEFAULT_WAREHOUSE = W ` +
      "DEFAULT_NAMESPACE = DB.S DEFAULT_SECONDARY_ROLES = ()",
    `GRANT ROLE ${role} TO USER ${role}`,
  ];
}

const BY_OWNER = [
  "CREATE TABLE T (A INT, B VARCHAR)",
  "INSERT INTO T VALUES (1, 'one'), (2, 'two')",
  "CREATE VIEW V AS SELECT A FROM T",
  "CREATE FUNCTION F(X INT) RETURNS INT AS 'X + 1'",
  "CREATE PROCEDURE P() RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN RETURN CURRENT_ROLE(); END'",
  "CREATE SEQUENCE Q",
  ...["READER", "WRITER", "VISITOR"].map((role) => `GRANT USAGE ON SCHEMA S TO ROLE ${role}`),
  "GRANT SELECT ON TABLE T TO ROLE READER",
  "GRANT SELECT ON VIEW V TO ROLE READER",
  "GRANT USAGE ON FUNCTION F(INT) TO ROLE READER",
  "GRANT USAGE ON PROCEDURE P() TO ROLE READER",
  "GRANT USAGE ON SEQUENCE Q TO ROLE READER",
  "GRANT INSERT, UPDATE, DELETE, TRUNCATE ON TABLE T TO ROLE WRITER",
];

/** `003001 42501` for each of some roles, in sessions of their own; undefined for those who may. */
export async function refusals(world: World, statement: string, roles: readonly Role[]) {
  const answers: Partial<Record<Role, string | undefined>> = {};
  for (const role of roles) {
    const session = role === "ADMIN" ? world.admin : await world.login(role);
    answers[role] = await session.refusal(statement);
    if (role !== "ADMIN") await session.close();
  }
  return answers;
}
