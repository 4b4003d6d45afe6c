/** Rosters and what they mean, for comparisons. */
import fc from "fast-check";
import { accessAt, type DatedAccess } from "../../src/access/dated";
import { parseRoster } from "../../src/roster/parse";
import { formatProblem } from "../../src/roster/problem";
import { arbitraryRoster, type RosterModel, toYaml } from "./rosters";

/** A day in the middle of those that the generator lets access end on. */
export const NOW = new Date("2050-06-15T12:00:00Z");

export function accessFrom(yaml: string, file = "team.yaml", now = NOW): DatedAccess {
  const { roster, problems } = parseRoster(yaml, file);
  if (!roster) throw new Error(problems.map(formatProblem).join("\n"));
  return accessAt(roster, now);
}

/** Two rosters that share much: the second takes some of its parts from the first, some from a stranger. */
export const arbitraryChange: fc.Arbitrary<{ before: DatedAccess; after: DatedAccess }> = fc
  .record({
    one: arbitraryRoster({ sources: 3, developers: 4, services: 3, expectations: 2 }),
    other: arbitraryRoster({ sources: 3, developers: 4, services: 3, expectations: 2 }),
    keeps: fc.record({ sources: fc.boolean(), developers: fc.boolean(), services: fc.boolean(), limits: fc.boolean() }),
    dropped: fc.nat({ max: 6 }),
  })
  .map(({ one, other, keeps, dropped }) => ({
    before: toYaml(one),
    after: toYaml(
      consistent({
        sources: (keeps.sources ? one : other).sources,
        developers: (keeps.developers ? one : other).developers.filter((_, index) => index !== dropped),
        services: (keeps.services ? one : other).services.filter((_, index) => index + 3 !== dropped),
        limits: (keeps.limits ? one : other).limits,
        expect: other.expect,
      }),
    ),
  }))
  .filter(({ after }) => parseRoster(after, "team.yaml").roster !== undefined)
  .map(({ before, after }) => ({ before: accessFrom(before, "old.yaml"), after: accessFrom(after) }));

/** Without names that are not there any more. */
function consistent(model: RosterModel): RosterModel {
  const people = model.developers.map(({ name }) => name);
  const services = model.services.filter(({ name }) => !people.includes(name));
  const everybody = [...people, ...services.map(({ name }) => name)];
  const readers = [...people, ...services.filter(({ duty }) => duty !== "prod").map(({ name }) => name)];
  const sources = model.sources.map(({ name }) => name);
  return {
    ...model,
    sources: model.sources.map((source) =>
      source.readers ? { ...source, readers: source.readers.filter((name) => readers.includes(name)) } : source,
    ),
    services: services.map((service) =>
      service.sources ? { ...service, sources: service.sources.filter((name) => sources.includes(name)) } : service,
    ),
    expect: model.expect
      .map((expectation) => ({ ...expectation, who: expectation.who.filter((name) => everybody.includes(name)) }))
      .filter(({ who }) => who.length > 0),
  };
}
