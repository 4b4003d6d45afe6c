import { type Client, DatabaseError } from "pg";
import { UserError } from "../../messages/userError";
import { type OwnOptions, textOf } from "../options";
import type { Auditor, Refused } from "../warehouse";
import { transaction } from "./admin";
import { auditWarehouse } from "./audit/audit";
import { RULES } from "./audit/rules";
import { withWarehouse } from "./connect";

/** On PostgreSQL the catalog tells all, and what mends it is one transaction. */
export async function withAuditor<T>(own: OwnOptions, work: (auditor: Auditor) => Promise<T>): Promise<T> {
  return withWarehouse(textOf(own, "url"), async (client) => {
    await requireAdmin(client);
    return work({
      rules: RULES,
      findings: (access, acceptKeeping) => auditWarehouse(client, access, { acceptKeeping }, access.now),
      mend: (statements) => mend(client, statements),
    });
  });
}

/** To anybody else all that the admin owns would look like a stranger's. */
async function requireAdmin(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string; admin: boolean }>(
    "select rolname as name, rolsuper or rolcreaterole as admin from pg_roles where rolname = current_user",
  );
  const [login] = rows;
  if (login?.admin) return;
  throw new UserError(
    `\`${login?.name}\` is no admin: it has neither SUPERUSER nor CREATEROLE`,
    "log in as the deploying admin",
  );
}

async function mend(client: Client, statements: readonly string[]): Promise<Refused | undefined> {
  let statement = "";
  try {
    await transaction(client, async () => {
      // Whoever waits for a lock makes everybody after it wait.
      await client.query("set local lock_timeout = '10s'");
      for (statement of statements) await client.query(statement);
      statement = "COMMIT";
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return { statement, reason: `${error.message} (${error.code})` };
  }
}
