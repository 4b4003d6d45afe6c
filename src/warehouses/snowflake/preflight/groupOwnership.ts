import type { AccessPlan } from "../../../access/plan";
import { PROD } from "../../../names";
import type { StackState } from "../deploy/stackState";
import { exactly, identifier, snowflakeName } from "../quote";
import type { Session } from "../session";
import { unquoted } from "./authority";
import type { FoundSchema } from "./foundSchemas";
import { objectOf, readGrant } from "./grantRows";

/**
 * What a group owns. Its members may become it (USE ROLE), and a view that they make then reads what the group reads, for
 * whoever they let in and after they have lost the group. Only PROD is to own anything.
 */
export async function groupOwnership(
  session: Session,
  database: string,
  plan: AccessPlan,
  state: StackState,
  schemas: ReadonlyMap<string, FoundSchema>,
): Promise<string[]> {
  const groups = plan.roles.map(({ name }) => name).filter((name) => name !== PROD);
  const problems: string[] = [];
  for (const group of groups.map(snowflakeName).filter((name) => state.AccountRole.has(name))) {
    const grants = (await session.query(`SHOW GRANTS TO ROLE ${identifier(group)}`)).map(readGrant);
    for (const grant of grants.filter(({ privilege, path }) => privilege === "OWNERSHIP" && path[0] === database)) {
      const [, schema = ""] = grant.path;
      const owner = unquoted(schemas.get(schema)?.owner ?? group);
      const what = `${grant.on.toLowerCase()} \`${grant.path.slice(1).join(".")}\``;
      const mend =
        owner === group
          ? `DROP ${objectOf(grant)}`
          : `GRANT OWNERSHIP ON ${objectOf(grant)} TO ROLE ${exactly(owner)} REVOKE CURRENT GRANTS`;
      problems.push(`group \`${group}\` owns ${what}, which goes on reading what the group reads: ${mend}`);
    }
  }
  return problems;
}
