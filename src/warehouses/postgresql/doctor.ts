import { userInfo } from "node:os";
import type { Client } from "pg";
import type { DatedAccess } from "../../access/dated";
import { unknownLogin } from "../../environment/doctor";
import type { DoctorFinding } from "../../environment/finding";
import { identityNamed } from "../../load/identity";
import { UserError } from "../../messages/userError";
import { type OwnOptions, textOf } from "../options";
import { connectWarehouse } from "./connect";
import { explainLogin } from "./doctorLogin";
import { examine } from "./doctorSession";

/** Logs in as `--url` or PGUSER and the others say, and tries what the roster allows and what it does not. */
export async function diagnose(
  access: DatedAccess,
  who: string | undefined,
  own: OwnOptions,
): Promise<DoctorFinding[]> {
  const url = textOf(own, "url");
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

async function diagnoseSession(client: Client, access: DatedAccess, who: string | undefined): Promise<DoctorFinding[]> {
  const { rows } = await client.query<{ user: string; database: string; version: string }>(
    `select session_user::text as user, current_database() as database, current_setting('server_version') as version`,
  );
  const { user = "", database = "", version = "" } = rows[0] ?? {};
  const login: DoctorFinding = { ok: true, text: `logs in as ${user} to ${database}, PostgreSQL ${version}` };
  const unknown = unknownLogin(access, user);
  if (unknown) return [login, unknown];
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
