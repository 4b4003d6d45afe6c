import { UserError } from "../errors";
import { adopt, adoptionOf } from "../warehouse/postgresql/adopt";
import type { Adopter } from "./adopt";
import { withWarehouse } from "./connection";

/** On PostgreSQL every object has a statement, and all are one transaction. */
export async function withPostgresqlAdopter<T>(
  url: string | undefined,
  work: (adopter: Adopter) => Promise<T>,
): Promise<T> {
  return withWarehouse(url, (client) =>
    work({
      find: async (owner, schemas) => (await adoptionOf(client, owner, schemas)).map((sql) => ({ sql, objects: 1 })),
      apply: (owner, changes) =>
        adopt(
          client,
          owner,
          changes.map(({ sql }) => sql),
        ).catch((error: Error & { code?: unknown }) => {
          if (error.code !== "42501") throw error;
          throw new UserError(`${error.message} (42501)`, "log in as the deploying admin; nothing was changed");
        }),
    }),
  );
}
