/** Who gets at what is in a schema. */
import { PUBLIC } from "../deploy/component";
import type { Scene } from "./scene";

/** Whether a role, or somebody who has it, may use a schema. Everybody may, if anybody does who is no administrator. */
export function canUse(scene: Scene, role: string, schema: string): boolean {
  const row = scene.thingsIn.get(schema)?.find(({ kind }) => kind === "schema");
  if (row === undefined) return false;
  const users = row.items.filter(({ privilege }) => privilege === "USAGE").map(({ grantee }) => grantee);
  const holders = [...users, row.owner].filter((name) => !scene.server.trusted.has(name));
  if (holders.includes(PUBLIC)) return true;
  if (role === PUBLIC) return holders.some((name) => name !== row.owner);
  const below = [...scene.server.below(role)];
  return below.some((member) => holders.some((holder) => scene.server.above(member).has(holder)));
}
