import type { TestSession } from "../../../proof/session";
import { Refusal } from "../../../proof/statement";
import { type AccountLogin, openSession } from "../session";

/** Where an account answers. */
export type Account = Pick<AccountLogin, "organizationName" | "accountName" | "host" | "port" | "protocol">;

/** Who logs in; without a role as the user's default. */
export type Credentials = Pick<AccountLogin, "user" | "role" | "privateKey">;

/** A session whose refusals are told from other failures. */
export type Client = TestSession;

/** @throws Refusal when the account does not let the user in */
export async function connect(account: Account, credentials: Credentials): Promise<Client> {
  const session = await openSession({ ...account, ...credentials }).catch(refuse);
  return { query: (sql) => session.query(sql).catch(refuse), end: () => session.close() };
}

/** What the server says has six digits, and an exception of a procedure's own is `-20001`; the driver's own differ. */
function refuse(error: Error & { code?: unknown }): never {
  const code = String(error.code);
  throw /^(\d{6}|-\d{5})$/.test(code) ? new Refusal(code, error.message) : error;
}
