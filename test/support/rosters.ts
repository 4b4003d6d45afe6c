/** Random valid rosters, as plain models and as YAML. */
import fc from "fast-check";
import { stringify } from "yaml";
import type {
  Claim,
  Developer,
  Duty,
  Expectation,
  LimitsAsWritten,
  Roster,
  Service,
  Source,
} from "../../src/roster/roster";
import { refuseReserved } from "../../src/roster/rules/naming";

/** A roster without its file, that accepts nothing an audit finds. */
export type RosterModel = Omit<Roster, "file" | "positions" | "audit">;

export interface RosterSize {
  /** Most entries; at least one source there always is. */
  readonly sources?: number;
  readonly developers?: number;
  readonly services?: number;
  /** Most expectations. They keep the grammar, but are not true: none by default. */
  readonly expectations?: number;
}

/** Short names that often share their beginnings, as those that collide do. */
const arbitraryName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("a", "b", "a_b", "b_c", "alice", "hr", "s3", "read", "produce", "ci2", "constructor", "yes", "null1"),
  fc.stringMatching(/^[a-z][a-z0-9]{0,5}(_[a-z0-9]{1,4}){0,2}$/),
);

const arbitraryLimits = (duty: Duty): fc.Arbitrary<LimitsAsWritten> => {
  const none = fc.constant("none" as const);
  const timeout = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 2_147_483_647 }) }, none);
  return fc.record(
    {
      statementTimeout: timeout,
      idleInTransaction: timeout,
      connections: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 1000 }) }, none),
      ...(duty === "ci"
        ? { schemaTtl: fc.integer({ min: 1, max: 1_000_000_000 }), runs: fc.integer({ min: 1, max: 1000 }) }
        : {}),
    },
    { requiredKeys: [] },
  );
};

const arbitraryMember = {
  expires: fc
    .date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  rotation: fc.integer({ min: 1, max: 5 }),
};

const arbitraryDeveloper = (name: string): fc.Arbitrary<Developer> =>
  fc.record(
    {
      name: fc.constant(name),
      email: fc.constant(`${name}@example.com`),
      share: fc.constantFrom("private" as const, "team" as const),
      limits: arbitraryLimits("developer"),
      ...arbitraryMember,
    },
    { requiredKeys: ["name", "share", "rotation", "limits"] },
  );

const arbitraryService = (name: string, sources: readonly string[]): fc.Arbitrary<Service> =>
  fc.constantFrom("prod" as const, "ci" as const, "reader" as const).chain((duty) =>
    fc.record(
      {
        name: fc.constant(name),
        duty: fc.constant(duty),
        limits: arbitraryLimits(duty),
        ...arbitraryMember,
        ...(duty === "reader" ? { sources: fc.subarray([...sources]) } : {}),
      },
      { requiredKeys: ["name", "duty", "rotation", "limits"] },
    ),
  );

// Made once: fast-check takes milliseconds to compile a pattern.
const arbitraryTarget = fc.stringMatching(/^(prod|ci|[a-z]{1,3})_(\*|[a-z]{1,3}\*?)$/);

const arbitraryClaims = (path: string): fc.Arbitrary<Claim[]> =>
  fc
    .array(
      fc.record({
        action: fc.constantFrom("read" as const, "write" as const),
        target: arbitraryTarget,
      }),
      { maxLength: 3 },
    )
    .map((claims) => claims.map((claim, index) => ({ ...claim, path: `${path}.${index}` })));

const arbitraryExpectation = (who: readonly string[], index: number): fc.Arbitrary<Expectation> =>
  fc
    .record({
      who: fc.subarray([...who], { minLength: 1 }),
      can: arbitraryClaims(`expect.${index}.can`),
      cannot: arbitraryClaims(`expect.${index}.cannot`),
    })
    .filter(({ can, cannot }) => can.length + cannot.length > 0);

/** A valid roster; its warnings may be several. */
export function arbitraryRoster(size: RosterSize = {}): fc.Arbitrary<RosterModel> {
  const { sources = 4, developers = 4, services = 5, expectations = 0 } = size;
  return fc
    .record({
      sources: fc.uniqueArray(arbitraryName, { minLength: 1, maxLength: sources }),
      people: fc.uniqueArray(arbitraryName, { maxLength: developers }),
      machines: fc.uniqueArray(arbitraryName, { maxLength: services }),
    })
    .chain((names) => {
      const people = withoutCollisions(names.people, names.sources);
      const machines = names.machines.filter((name) => !people.includes(name) && refuseReserved(name) === undefined);
      return fc.record({
        sources: fc.constant(names.sources),
        developers: fc.tuple(...people.map(arbitraryDeveloper)),
        services: fc.tuple(...machines.map((name) => arbitraryService(name, names.sources))),
        limits: fc.record({
          developer: arbitraryLimits("developer"),
          prod: arbitraryLimits("prod"),
          ci: arbitraryLimits("ci"),
          reader: arbitraryLimits("reader"),
        }),
      });
    })
    .chain(({ sources, developers, services, limits }) => {
      const readers = [...developers, ...services.filter(({ duty }) => duty !== "prod")].map(({ name }) => name);
      const identities = [...developers, ...services].map(({ name }) => name);
      const count = identities.length === 0 ? 0 : expectations;
      return fc.record({
        sources: fc.tuple(...sources.map((name) => arbitrarySource(name, readers))),
        developers: fc.constant(developers),
        services: fc.constant(services),
        limits: fc.constant(limits),
        expect: fc.tuple(...Array.from({ length: count }, (_, index) => arbitraryExpectation(identities, index))),
      });
    });
}

function arbitrarySource(name: string, readers: readonly string[]): fc.Arbitrary<Source> {
  return fc.record({ name: fc.constant(name), readers: fc.subarray([...readers]) }, { requiredKeys: ["name"] });
}

/** Drops those whose schemas an earlier developer has; written without the code under test. */
function withoutCollisions(people: readonly string[], sources: readonly string[]): string[] {
  const taken = new Set(["information_schema"]);
  return people.filter((name) => {
    const schemas = [name, ...sources.map((source) => `${name}_${source}`)];
    if (refuseReserved(name) !== undefined || schemas.some((schema) => taken.has(schema))) return false;
    for (const schema of schemas) taken.add(schema);
    return true;
  });
}

/** How {@link toYaml} writes. */
export interface YamlStyle {
  /** `{ name: alice }` rather than indented blocks. */
  readonly flow?: boolean;
  /** Write what could be left out: defaults, empty lists, single names as lists. */
  readonly explicit?: boolean;
}

/** The roster file that says what the model says. */
export function toYaml(model: RosterModel, { flow = false, explicit = false }: YamlStyle = {}): string {
  const maybe = (key: string, value: object) => (explicit || Object.keys(value).length > 0 ? { [key]: value } : {});
  const member = ({ name, expires, rotation, limits }: Developer | Service) => ({
    name,
    ...(expires === undefined ? {} : { expires }),
    ...(explicit || rotation !== 1 ? { rotation } : {}),
    ...maybe("limits", writeLimits(limits)),
  });
  const duties = Object.entries(model.limits).map(([duty, limits]) => [duty, writeLimits(limits)] as const);
  const plain = {
    sources: model.sources.map((source) => (explicit || source.readers ? { ...source } : source.name)),
    ...maybe(
      "developers",
      model.developers.map((developer) => ({
        ...member(developer),
        ...(developer.email === undefined ? {} : { email: developer.email }),
        ...(explicit || developer.share !== "private" ? { share: developer.share } : {}),
      })),
    ),
    ...maybe(
      "services",
      model.services.map((service) => ({
        ...member(service),
        duty: service.duty,
        ...(service.sources === undefined ? {} : { sources: service.sources }),
      })),
    ),
    ...maybe("limits", Object.fromEntries(duties.filter(([, limits]) => explicit || Object.keys(limits).length > 0))),
    ...maybe(
      "expect",
      model.expect.map(({ who, can, cannot }) => ({
        who: !explicit && who.length === 1 ? who[0] : who,
        ...maybe("can", can.map(writeClaim)),
        ...maybe("cannot", cannot.map(writeClaim)),
      })),
    ),
  };
  // No aliases: equal entries of the model may be one object.
  return stringify(plain, { aliasDuplicateObjects: false, collectionStyle: flow ? "flow" : "block" });
}

function writeLimits({ statementTimeout, idleInTransaction, connections, schemaTtl, runs }: LimitsAsWritten) {
  const written = (timeout: number | "none") => (timeout === "none" ? timeout : `${timeout}ms`);
  return {
    ...(statementTimeout === undefined ? {} : { statement_timeout: written(statementTimeout) }),
    ...(idleInTransaction === undefined ? {} : { idle_in_transaction: written(idleInTransaction) }),
    ...(connections === undefined ? {} : { connections }),
    ...(schemaTtl === undefined ? {} : { schema_ttl: `${schemaTtl}ms` }),
    ...(runs === undefined ? {} : { runs }),
  };
}

function writeClaim({ action, target }: Claim): string {
  return `${action} ${target}`;
}
