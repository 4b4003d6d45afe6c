import fc from "fast-check";
import { arbitraryRoster, type RosterModel, type RosterSize, toYaml } from "./rosters";

/** What must be among the rosters that a proof is tried on; by what is left of one when people's access has ended. */
const TRAITS: Readonly<Record<string, (present: RosterModel, all: RosterModel) => boolean>> = {
  "developers who do not share": ({ developers }) => developers.filter(({ share }) => share === "private").length > 1,
  "one who does, beside another": ({ developers }) =>
    developers.length > 1 && developers.some(({ share }) => share === "team"),
  "a name of several words": ({ developers }) => developers.some(({ name }) => name.includes("_")),
  "a timeout of one's own": ({ developers }) => developers.some(({ limits }) => limits.statementTimeout !== undefined),
  "somebody whose access has ended": ({ developers }, all) => developers.length < all.developers.length,
  "an open source, and one for some": ({ sources, developers }) =>
    sources.some(({ readers }) => readers === undefined) &&
    sources.some(({ readers }) => readers && new Set(developers.map(({ name }) => readers.includes(name))).size === 2),
  "a prod service": ({ services }) => services.some(({ duty }) => duty === "prod"),
  "no prod service": ({ services }) => services.every(({ duty }) => duty !== "prod"),
  "several ci services": ({ services }) => services.filter(({ duty }) => duty === "ci").length > 1,
  "a reader of some sources": ({ services }) => services.some(({ sources = [] }) => sources.length > 0),
  "a reader of all that are open": ({ services }) =>
    services.some(({ duty, sources }) => duty === "reader" && sources === undefined),
};

/**
 * The fewest random rosters found that have all of these, as YAML: most random ones have little of it.
 *
 * @throws Error when the seed gives none with one of the traits
 */
export function variedRosters(size: RosterSize, seed: number): string[] {
  const sample = fc.sample(arbitraryRoster(size), { numRuns: 500, seed }).map((all) => {
    const today = new Date().toISOString().slice(0, 10);
    const isHere = ({ expires }: { readonly expires?: string }) => expires === undefined || expires > today;
    const { developers, services } = all;
    const present = { ...all, developers: developers.filter(isHere), services: services.filter(isHere) };
    return { all, traits: Object.keys(TRAITS).filter((name) => TRAITS[name]?.(present, all)) };
  });
  const picked: RosterModel[] = [];
  let missing = Object.keys(TRAITS);
  while (missing.length > 0) {
    const gain = (traits: readonly string[]) => traits.filter((trait) => missing.includes(trait)).length;
    const best = sample
      .filter(({ all }) => !picked.some((one) => isAnotherKind(one, all) || isAnotherKind(all, one)))
      .reduce((one, other) => (gain(other.traits) > gain(one.traits) ? other : one));
    if (gain(best.traits) === 0) throw new Error(`no roster of seed ${seed} has ${missing.join(", ")}`);
    picked.push(best.all);
    missing = missing.filter((trait) => !best.traits.includes(trait));
  }
  return picked.map((roster) => toYaml(roster));
}

/** Snowflake does not make a service of a person in one deployment, or the other way round. */
function isAnotherKind({ developers }: RosterModel, { services }: RosterModel): boolean {
  return services.some((service) => developers.some(({ name }) => name === service.name));
}
