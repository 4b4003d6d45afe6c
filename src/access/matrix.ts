import type { AccessPaths } from "./paths";
import type { Level } from "./plan";

/** identity → schema → level. */
export type AccessMatrix = Record<string, Record<string, Level>>;

/**
 * Who may do what where. Every `prod` schema is listed for everybody, `none` included, for that is what people ask;
 * of the other schemas those somebody can use. What is not listed is `none`.
 */
export function accessMatrix(paths: AccessPaths): AccessMatrix {
  const matrix: AccessMatrix = {};
  for (const { name } of paths.plan.identities) matrix[name] = {};
  for (const { name: schema, kind } of paths.plan.schemas) {
    const holders = paths.accessTo(schema);
    const listed = kind === "prod" ? paths.identities.keys() : holders.keys();
    for (const identity of listed) {
      const row = matrix[identity];
      if (row) row[schema] = holders.get(identity)?.level ?? "none";
    }
  }
  return matrix;
}
