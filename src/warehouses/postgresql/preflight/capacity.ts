import type { AccessPlan, Identity } from "../../../access/plan";
import { DEFAULT_LIMITS } from "../../../roster/defaults";
import type { Connection } from "../settings";
import { withClient } from "./preflight";

/** What the deploying admin needs: the provider, the program, and somebody who looks after it by hand. */
const FOR_THE_ADMIN = 3;

/** What is kept for superusers and the like is out of reach for everybody of the roster; PostgreSQL 16 keeps two sorts. */
const AVAILABLE = `
  select least(
           current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
             - coalesce(current_setting('reserved_connections', true)::int, 0),
           nullif(datconnlimit, -1)
         ) as available
    from pg_database where datname = current_database()`;

/** @returns how many connections the warehouse takes from those who are no superusers */
async function readAvailable(connection: Connection, database: string): Promise<number> {
  return withClient(connection, database, async (client) => {
    const { rows } = await client.query<{ available: number }>(AVAILABLE);
    return rows[0]?.available ?? 0;
  });
}

/** What a deployment should be told when somebody could take the connections that production needs. */
export async function capacityWarnings(plan: AccessPlan, connection: Connection, database: string): Promise<string[]> {
  const warning = capacityWarning(plan, await readAvailable(connection, database));
  return warning === undefined ? [] : [warning];
}

/** Whether the limits of everybody else leave production its connections; undefined: they do. */
export function capacityWarning({ identities }: AccessPlan, available: number): string | undefined {
  const others = identities.filter(({ duty }) => duty !== "prod");
  const [first, ...more] = others.filter(({ limits }) => limits.connections === undefined).map(({ name }) => name);
  const prod = sumOf(identities.filter(({ duty }) => duty === "prod"));
  const left = available - prod - FOR_THE_ADMIN;
  const taken = sumOf(others);
  if (first === undefined && taken <= left) return undefined;
  const who =
    first === undefined
      ? `developers, CI and readers may have ${taken} connections together`
      : `\`${first}\`${more.length === 0 ? "" : ` and ${more.length} more`} may have any number of connections`;
  return (
    `production may find no connection left: ${who}, and of the server's ${available} there are ${Math.max(left, 0)} for them ` +
    `when prod services have ${prod} and the admin ${FOR_THE_ADMIN}; lower \`connections\` in \`limits\`, or raise max_connections`
  );
}

/** A prod service without a limit needs what it would have by default. */
function sumOf(identities: readonly Identity[]): number {
  const usual = DEFAULT_LIMITS.prod.connections ?? 0;
  return identities.reduce((sum, { limits }) => sum + (limits.connections ?? usual), 0);
}
