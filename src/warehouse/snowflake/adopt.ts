import { identifier } from "./quote";

/** What a schema can hold that the access model speaks of. Materialized views go with the views ("GRANT OWNERSHIP"). */
const KINDS = ["tables", "views", "dynamic tables", "functions", "procedures"] as const;

/**
 * Statements that give an owner what lies in a schema ("GRANT OWNERSHIP"); grants that are on it stay. What belongs to
 * the owner already is left as it is.
 *
 * @param owner role
 */
export function adoptionOf(database: string, schema: string, owner: string): string[] {
  const [place, role] = [identifier(database, schema), identifier(owner)];
  return KINDS.map((kind) => `grant ownership on all ${kind} in schema ${place} to role ${role} copy current grants`);
}
