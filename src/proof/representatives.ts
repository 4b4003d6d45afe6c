import type { AccessPaths } from "../access/paths";
import type { Identity, Schema } from "../access/plan";
import { groupBy, remembered } from "../collections";

/**
 * Who tries for whom. In the schemas of people, whoever has the same memberships is tried once; everybody tries what is
 * theirs, and everything in production.
 */
export interface Representation {
  /** How many identities somebody else tries for. */
  readonly represented: number;
  /** How many groups of equal memberships they are. */
  readonly representatives: number;
  /**
   * Who tries for an identity in a schema: itself, or another with the same memberships. A schema that the plan does not
   * know, such as one that CI has opened, everybody tries.
   */
  triesFor(who: string, schema: string): string;
}

/** Groups by what decides over access: duty, memberships, and the role that sessions start as. */
export function representativesOf({ plan, schemas, identities, powersOf }: AccessPaths): Representation {
  const keyOf = ({ duty, memberOf, actsAs }: Identity) =>
    JSON.stringify([duty, actsAs ?? "", memberOf.map(({ role }) => role).sort()]);
  const keys = new Map(plan.identities.map((identity) => [identity.name, keyOf(identity)]));
  const groups = groupBy(keys.keys(), (name) => keys.get(name));
  const hasOwnPower = (who: string, schema: string) => powersOf(who).some((power) => power.schema === schema);
  // For each schema the first of each group that has nothing there by itself.
  const chosenFor = remembered(
    (schema) => new Map([...groups].map(([key, group]) => [key, group.find((who) => !hasOwnPower(who, schema))])),
  );
  const isShared = (schema: Schema | undefined) => schema?.kind === "personal";
  const large = [...groups.values()].filter(({ length }) => length > 1);
  return {
    represented: large.reduce((count, { length }) => count + length - 1, 0),
    representatives: large.length,
    triesFor(who, schema) {
      if (!identities.has(who) || !isShared(schemas.get(schema)) || hasOwnPower(who, schema)) return who;
      return chosenFor(schema).get(keys.get(who)) ?? who;
    },
  };
}

/** `in schemas of others 298 identities are proven by 7 representatives of equal memberships; all: --exhaustive`. */
export function describeRepresentation({
  represented,
  representatives,
}: Pick<Representation, "represented" | "representatives">): string {
  const people = `${represented.toLocaleString("en-US")} ${represented === 1 ? "identity is" : "identities are"}`;
  const by = `${representatives.toLocaleString("en-US")} ${representatives === 1 ? "representative" : "representatives"}`;
  return `in schemas of others ${people} proven by ${by} of equal memberships; all: --exhaustive`;
}
