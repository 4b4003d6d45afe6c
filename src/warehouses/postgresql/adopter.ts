import type { Adopter, AdoptionChoice } from "../adoption";
import { type OwnOptions, textOf } from "../options";
import { adopt, adoptionOf, type PostgresqlAdoption } from "./adopt";
import { withWarehouse } from "./connect";

/** On PostgreSQL every object has a statement, and all are one transaction. */
export async function withAdopter<T>(
  choice: AdoptionChoice,
  own: OwnOptions,
  work: (adopter: Adopter<PostgresqlAdoption>) => Promise<T>,
): Promise<T> {
  const includeUsed = own.includeUsed === true;
  return withWarehouse(textOf(own, "url"), (client) =>
    work({
      find: (owner, schemas) => adoptionOf(client, owner, schemas, { ...choice, includeUsed }),
      apply: (owner, adoption) => adopt(client, owner, adoption),
    }),
  );
}
