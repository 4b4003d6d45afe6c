import type { Adopter, AdoptionChoice } from "../adoption";
import { adopterOf, type PostgresqlAdoption } from "./adopt";
import { withWarehouse } from "./connect";

/** On PostgreSQL every object has a statement, and all are one transaction. */
export async function withPostgresqlAdopter<T>(
  url: string | undefined,
  choice: AdoptionChoice,
  work: (adopter: Adopter<PostgresqlAdoption>) => Promise<T>,
): Promise<T> {
  return withWarehouse(url, (client) => work(adopterOf(client, choice)));
}
