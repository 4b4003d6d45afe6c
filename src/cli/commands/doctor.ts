import { userInfo } from "node:os";
import type { Client } from "pg";
import type { DatedAccess } from "../../access/dated";
import type { Finding } from "../../environment/finding";
import type { WarehouseKind } from "../../environment/warehouse";
import { identityNamed } from "../../load/identity";
import { UserError } from "../../messages/userError";
import { warehouseKind } from "../../warehouses/chosen";
import { connectWarehouse } from "../../warehouses/postgresql/connect";
import { examine } from "../../warehouses/postgresql/doctor";
import { explainLogin, unknownLogin } from "../../warehouses/postgresql/doctorLogin";
import { EXIT, type ExitCode } from "../exit";
import { openRoster } from "../openRoster";

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
  const access = openRoster(team);
  if (who !== undefined) identityNamed(access, who);
  const findings = await diagnose(
    access,
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
  access: DatedAccess,
  who: string | undefined,
  url: string | undefined,
  warehouse: WarehouseKind,
): Promise<Finding[]> {
  switch (warehouse) {
    case "postgresql":
      return diagnosePostgresql(access, who, url);
    case "snowflake":
      return (await import("../../warehouses/snowflake/doctor.js")).diagnoseSnowflake(access, who);
  }
}

async function diagnosePostgresql(
  access: DatedAccess,
  who: string | undefined,
  url: string | undefined,
): Promise<Finding[]> {
  let client: Client;
  try {
    client = await connectWarehouse(url);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { user, password } = loginFrom(url);
    return [explainLogin(error, access, user, password)];
  }
  try {
    return await diagnoseSession(client, access, who);
  } finally {
    await client.end();
  }
}

async function diagnoseSession(client: Client, access: DatedAccess, who: string | undefined): Promise<Finding[]> {
  const { rows } = await client.query<{ user: string; database: string; version: string }>(
    `select session_user::text as user, current_database() as database, current_setting('server_version') as version`,
  );
  const { user = "", database = "", version = "" } = rows[0] ?? {};
  const login: Finding = { ok: true, text: `logs in as ${user} to ${database}, PostgreSQL ${version}` };
  const stranger = unknownLogin(access, user);
  if (stranger) return [login, stranger];
  if (who !== undefined && who !== user) {
    const text = `the login is \`${user}\`, not \`${who}\``;
    return [login, { ok: false, text, help: `set PGUSER=${who} and its password` }];
  }
  const identity = identityNamed(access, user);
  return [login, ...(await examine({ client, paths: access.paths, identity }))];
}

/** Who tries to log in, for the words about a failure. */
function loginFrom(url: string | undefined): { user: string; password: string | undefined } {
  const parsed = url !== undefined && URL.canParse(url) ? new URL(url) : undefined;
  return {
    user: decodeURIComponent(parsed?.username ?? "") || process.env.PGUSER || userInfo().username,
    password: decodeURIComponent(parsed?.password ?? "") || process.env.PGPASSWORD,
  };
}
