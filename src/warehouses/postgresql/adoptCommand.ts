import type { Adopter } from "../../cli/commands/adopt";
import type { AdoptionChoice } from "../adoption";
import { adopt, adoptionOf, type PostgresqlAdoption } from "./adopt";
import { withWarehouse } from "./connect";

/** On PostgreSQL every object has a statement, and all are one transaction. */
export async function withPostgresqlAdopter<T>(
  url: string | undefined,
  choice: AdoptionChoice,
  work: (adopter: Adopter<PostgresqlAdoption>) => Promise<T>,
): Promise<T> {
  return withWarehouse(url, (client) =>
    work({
      find: (owner, schemas) => adoptionOf(client, owner, schemas, choice),
      apply: (owner, adoption) => adopt(client, owner, adoption),
    }),
  );
}
