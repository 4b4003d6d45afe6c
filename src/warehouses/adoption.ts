import type { AccessPlan } from "../access/plan";
import { groupBy } from "../collections";
import { READ_PROD } from "../names";

/** A statement that gives an owner what lies in their schemas. */
export interface Change {
  readonly sql: string;
  /** How many tables, views … it gives. */
  readonly objects: number;
}

/** A schema with an owner, and the groups that read it. */
export interface OwnedSchema {
  readonly name: string;
  readonly readers: readonly string[];
  /** Production that not every reader of production may read. */
  readonly restricted: boolean;
}

/** What would be done to give an owner what lies in their schemas, and what would not. */
export interface Adoption {
  readonly changes: readonly Change[];
  readonly left: readonly LeftAlone[];
}

/** Something that stays as it is. */
export interface LeftAlone {
  readonly what: string;
  readonly reason: string;
}

/** What is given only when somebody says so. */
export interface AdoptionChoice {
  /** Routines that run with their owner's rights stay so. */
  readonly keepDefiner?: boolean;
}

/** Finds, in a session of the deploying admin, what does not belong to its owner and readers yet, and gives it to them. */
export interface Adopter<A extends Adoption = Adoption> {
  find(owner: string, schemas: readonly OwnedSchema[]): Promise<A>;
  /** @returns what was refused after all */
  apply(owner: string, adoption: A): Promise<readonly LeftAlone[]>;
}

/** The schemas of everybody who owns some, by owner. */
export function ownedSchemas({ roles, schemas, grants }: AccessPlan): ReadonlyMap<string, readonly OwnedSchema[]> {
  const reads = grants.filter(({ privilege }) => privilege === "read");
  const open = roles.find(({ name }) => name === READ_PROD)?.memberOf.map(({ role }) => role) ?? [];
  const owned = schemas.flatMap(({ name, owner, kind }) => {
    const readers = reads.filter(({ target }) => target === name).map(({ role }) => role);
    const restricted = kind === "prod" && !readers.some((role) => role === READ_PROD || open.includes(role));
    return owner === undefined ? [] : [{ name, owner, readers, restricted }];
  });
  return groupBy(owned, ({ owner }) => owner);
}

/** Gives every owner of a plan what lies in their schemas. @throws Error where something would be left alone */
export async function adoptAll<A extends Adoption>(plan: AccessPlan, { find, apply }: Adopter<A>): Promise<void> {
  for (const [owner, schemas] of ownedSchemas(plan)) {
    const adoption = await find(owner, schemas);
    const left = [...adoption.left, ...(await apply(owner, adoption))];
    if (left.length > 0) throw new Error(left.map(({ what, reason }) => `${what}: ${reason}`).join("\n"));
  }
}
