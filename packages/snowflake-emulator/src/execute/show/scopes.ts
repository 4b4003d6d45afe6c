/** The schemas that SHOW … IN means. */

import type { Schema } from "../../catalog/securables";
import { noSuchObject, SnowflakeError } from "../../errors";
import { resolveDatabase, resolveSchema, type Viewer } from "../../privileges/resolve";
import type { Scope } from "../../sql/show";

/** SHOW of a container that is missing or closed is `002043`. */
export function schemasIn(viewer: Viewer, { kind, path }: Scope): Schema[] {
  const { account } = viewer.context.session;
  try {
    if (kind === "ACCOUNT") return [...account.schemas()];
    if (kind === "SCHEMA") return [resolveSchema({ ...viewer, asGrantor: true }, path)];
    return [...resolveDatabase({ ...viewer, asGrantor: true }, path.at(-1)).schemas.values()];
  } catch (error) {
    if (error instanceof SnowflakeError && error.code === "002003") throw noSuchObject();
    throw error;
  }
}
