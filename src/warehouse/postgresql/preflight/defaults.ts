/** What others would get on things that administrators, production and newcomers will make. */
import { isProdSchema, PROD } from "../../../access/names";
import { privilegeKey } from "../planned";
import { identifier } from "../quote";
import { PUBLIC } from "../resources";
import type { DefaultRow } from "./catalog";
import type { Finding } from "./finding";
import { toSql, whoIs } from "./grants";
import type { Scene } from "./scene";

export function defaultFindings(scene: Scene): Finding[] {
  return scene.defaults
    .filter((row) => isWrong(scene, row))
    .map(({ owner, schema, kind, grantee, privileges }) => {
      const inSchema = schema === null ? "" : ` IN SCHEMA ${identifier(schema)}`;
      const where = schema === null ? "" : ` in \`${schema}\``;
      return {
        what: `${whoIs(grantee)} gets ${privileges.join(", ")} on every future ${kind} of \`${owner}\`${where}`,
        mend: `ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(owner)}${inSchema} REVOKE ALL ON ${kind.toUpperCase()}S FROM ${toSql(grantee)}`,
      };
    });
}

function isWrong(scene: Scene, { owner, schema, kind, grantee, privileges }: DefaultRow): boolean {
  const { standing, planned, state, taken } = scene;
  if (kind === "type" || standing.isLeaving(grantee)) return false;
  // Outside the plan's schemas an administrator may share what they like.
  const isGuarded =
    schema === null ||
    isProdSchema(schema) ||
    schema === PUBLIC ||
    scene.plan.schemas.some(({ name }) => name === schema);
  if (!isGuarded && !taken.has(owner)) return false;
  if (grantee === PROD) return false;
  // What the program declares it also takes away, with the first deployment.
  const key = privilegeKey(grantee, `future ${kind === "routine" ? "function" : kind} of ${owner}`, schema ?? "");
  const readers = schema === null ? undefined : planned.get(privilegeKey(grantee, kind, schema));
  if (readers === undefined) return true;
  return privileges.some((privilege) => !readers.has(privilege)) && (state.grants.has(key) || owner !== PROD);
}
