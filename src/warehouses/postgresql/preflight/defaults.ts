/** What others would get on things that administrators, production and newcomers will make. */
import { isProdSchema, PROD } from "../../../names";
import { PUBLIC } from "../deploy/component";
import { privilegeKey } from "../deploy/planned";
import { identifier } from "../quote";
import type { DefaultRow } from "./catalog";
import type { PreflightFinding } from "./finding";
import { toSql, whoIs } from "./grants";
import type { Snapshot } from "./snapshot";

export function defaultFindings(snapshot: Snapshot): PreflightFinding[] {
  return snapshot.defaults.flatMap((row) => {
    const { owner, schema, kind, grantee } = row;
    const excess = excessOf(snapshot, row).join(", ");
    if (excess === "") return [];
    const inSchema = schema === null ? "" : ` IN SCHEMA ${identifier(schema)}`;
    const where = schema === null ? "" : ` in \`${schema}\``;
    const revoke = `REVOKE ${excess} ON ${kind.toUpperCase()}S FROM ${toSql(grantee)}`;
    return [
      {
        what: `${whoIs(grantee)} gets ${excess} on every future ${kind} of \`${owner}\`${where}`,
        mend: `ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(owner)}${inSchema} ${revoke} CASCADE`,
      },
    ];
  });
}

function excessOf(snapshot: Snapshot, { owner, schema, kind, grantee, privileges }: DefaultRow): readonly string[] {
  const { serverRoles, planSchemas, planned, state, taken } = snapshot;
  if (kind === "type" || grantee === PROD || serverRoles.isLeaving(grantee)) return [];
  // Elsewhere an administrator may share what they like.
  const isGuarded = schema === null || isProdSchema(schema) || planSchemas.has(schema);
  if (!isGuarded && !taken.has(owner)) return [];
  const allowed = schema === null ? undefined : planned.get(privilegeKey(grantee, kind, schema));
  // What the program declares of `prod` it first takes away.
  const key = privilegeKey(grantee, `future ${kind} of ${owner}`, schema ?? "");
  if (owner === PROD && allowed !== undefined && grantee !== PUBLIC && !state.grants.has(key)) return [];
  return privileges.filter((privilege) => !allowed?.has(privilege));
}
