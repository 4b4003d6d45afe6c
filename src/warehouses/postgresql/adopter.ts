import type { Adopter, AdoptionChoice } from "../adoption";
import { type OwnOptions, textOf } from "../options";
import { adopterOf, type PostgresqlAdoption } from "./adopt";
import { withWarehouse } from "./connect";

/** On PostgreSQL every object has a statement, and all are one transaction. */
export async function withAdopter<T>(
  choice: AdoptionChoice,
  own: OwnOptions,
  work: (adopter: Adopter<PostgresqlAdoption>) => Promise<T>,
): Promise<T> {
  const includeUsed = own.includeUsed === true;
  return withWarehouse(textOf(own, "url"), (client) => work(adopterOf(client, { ...choice, includeUsed })));
}
