import { userInfo } from "node:os";
import type { Client } from "pg";
import type { AccessSide } from "../../access/diff/change";
import type { Finding } from "../../environment/finding";
import type { WarehouseKind } from "../../environment/warehouse";
import { loadSide } from "../../load/base";
import { identityNamed } from "../../load/identity";
import { UserError } from "../../messages/userError";
import { warehouseKind } from "../../warehouses/chosen";
import { connectWarehouse } from "../../warehouses/postgresql/connect";
import { examine } from "../../warehouses/postgresql/doctor";
import { explainLogin, unknownLogin } from "../../warehouses/postgresql/doctorLogin";
import { EXIT, type ExitCode } from "../exit";

export interface DoctorOptions {
  readonly team: string;
  /** Default: whoever the credentials log in. */
  readonly who?: string;
  readonly url?: string;
  /** Default: that of the stack; PostgreSQL where there is a URL. */
  readonly warehouse?: WarehouseKind;
}

/** `one-env doctor`: whether one's own login does what the roster says, and what to do if not. Changes nothing. */
export async function runDoctor({ team, who, url, warehouse }: DoctorOptions): Promise<ExitCode> {
  const side = loadSide(team, new Date());
  if (who !== undefined) identityNamed(side, who);
  const findings = await diagnose(
    side,
    who,
    url,
    warehouseKind(warehouse ?? (url === undefined ? undefined : "postgresql")),
  );
  const wrong = findings.filter(({ ok }) => !ok).length;
  for (const { ok, text, help } of findings) {
    console.log(`${ok ? "ok   " : "wrong"}  ${text}`);
    if (help !== undefined) console.log(`         help: ${help}`);
  }
  console.log(wrong === 0 ? "\nall is well" : `\n${wrong} wrong`);
  return wrong === 0 ? EXIT.fine : EXIT.findings;
}

async function diagnose(
  side: AccessSide,
  who: string | undefined,
  url: string | undefined,
  warehouse: WarehouseKind,
): Promise<Finding[]> {
  switch (warehouse) {
    case "postgresql":
      return diagnosePostgresql(side, who, url);
    case "snowflake":
      return (await import("../../warehouses/snowflake/doctor.js")).diagnoseSnowflake(side, who);
  }
}

async function diagnosePostgresql(
  side: AccessSide,
  who: string | undefined,
  url: string | undefined,
): Promise<Finding[]> {
  let client: Client;
  try {
    client = await connectWarehouse(url);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { user, password } = loginFrom(url);
    return [explainLogin(error, side, user, password)];
  }
  try {
    return await diagnoseSession(client, side, who);
  } finally {
    await client.end();
  }
}

async function diagnoseSession(client: Client, side: AccessSide, who: string | undefined): Promise<Finding[]> {
  const { rows } = await client.query<{ user: string; database: string; version: string }>(
    `select session_user::text as user, current_database() as database, current_setting('server_version') as version`,
  );
  const { user = "", database = "", version = "" } = rows[0] ?? {};
  const login: Finding = { ok: true, text: `logs in as ${user} to ${database}, PostgreSQL ${version}` };
  const stranger = unknownLogin(side, user);
  if (stranger) return [login, stranger];
  if (who !== undefined && who !== user) {
    const text = `the login is \`${user}\`, not \`${who}\``;
    return [login, { ok: false, text, help: `set PGUSER=${who} and its password` }];
  }
  const identity = identityNamed(side, user);
  return [login, ...(await examine({ client, paths: side.paths, identity }))];
}

/** Who tries to log in, for the words about a failure. */
function loginFrom(url: string | undefined): { user: string; password: string | undefined } {
  const parsed = url !== undefined && URL.canParse(url) ? new URL(url) : undefined;
  return {
    user: decodeURIComponent(parsed?.username ?? "") || process.env.PGUSER || userInfo().username,
    password: decodeURIComponent(parsed?.password ?? "") || process.env.PGPASSWORD,
  };
}
