import type { AccessPlan } from "../../../access/plan";
import { CI_SCHEMA } from "../../../names";
import { identifier, snowflakeName } from "../quote";
import type { Session } from "../session";
import { showAll } from "./listing";

/** A schema of the database. */
export interface FoundSchema {
  readonly owner: string;
  readonly transient: boolean;
  readonly managed: boolean;
}

/** Every schema of the database, by its name. */
export async function schemasOf(session: Session, database: string): Promise<Map<string, FoundSchema>> {
  const schemas = await showAll(session, `SHOW SCHEMAS IN DATABASE ${identifier(database)}`);
  return new Map(
    schemas.map(({ name, owner, options }) => {
      const words = String(options).split(", ");
      const found = {
        owner: String(owner),
        transient: words.includes("TRANSIENT"),
        managed: words.includes("MANAGED ACCESS"),
      };
      return [String(name), found];
    }),
  );
}

/** A declared schema that is there already. */
export interface TakenSchema extends FoundSchema {
  readonly name: string;
  /** Whether only its owner grants in it once it is declared: production's, and CI's own. */
  readonly guarded: boolean;
  /** It has the owner that the plan gives it: it was taken over before. */
  readonly settled: boolean;
}

/** @param role the deploying one, which keeps CI's schema */
export function takenSchemas({ schemas }: AccessPlan, role: string, found: Map<string, FoundSchema>): TakenSchema[] {
  const wanted = schemas.map(({ name, kind, owner }) =>
    kind === "throwaway" ? { name: CI_SCHEMA, guarded: true } : { name, guarded: kind === "prod", owner },
  );
  return wanted.flatMap(({ name: planned, guarded, ...rest }) => {
    const name = snowflakeName(planned);
    const schema = found.get(name);
    const owner = "owner" in rest && rest.owner !== undefined ? snowflakeName(rest.owner) : role;
    return schema === undefined ? [] : [{ ...schema, name, guarded, settled: schema.owner === owner }];
  });
}
