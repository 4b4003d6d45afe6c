import { compareText } from "../collections";
import { CI_SCHEMAS, DUTY_ROLES, PROD, READ_PROD, readerRole, schemaName } from "../names";
import { DEFAULT_LIMITS } from "../roster/defaults";
import type { Developer, Duty, Limits, LimitsAsWritten, Roster, RosterPath, Service } from "../roster/roster";
import {
  type AccessPlan,
  DATABASE,
  type Grant,
  type GroupRole,
  type Identity,
  type Membership,
  type Privilege,
  type Schema,
} from "./plan";

const LIMIT_NAMES = ["connections", "idleInTransaction", "runs", "schemaTtl", "statementTimeout"] as const;

/** What each duty's group role may do on the database. Nobody may create schemas there. */
const DATABASE_PRIVILEGES: Record<Duty, readonly Privilege[]> = {
  developer: ["connect", "temporary"],
  ci: ["connect", "temporary"],
  reader: ["connect"],
  prod: ["temporary"],
};

/**
 * The access plan of a roster at a moment.
 *
 * @param now decides whose access has ended; the calculation reads no clock
 */
export function deriveAccess(roster: Roster, now: Date): AccessPlan {
  const live = withoutExpired(roster, now);
  const plan: AccessPlan = {
    roles: groupRoles(live),
    identities: [...live.developers.map((d) => person(live, d)), ...live.services.map((s) => machine(live, s))],
    schemas: allSchemas(live),
    grants: [...databaseGrants(live), ...schemaGrants(live)],
  };
  return sorted(plan);
}

/** Whether a member's access has ended: `expires` is the first day (UTC) without it. */
export function isExpired(member: Developer | Service, now: Date): boolean {
  return member.expires !== undefined && now.toISOString().slice(0, 10) >= member.expires;
}

function withoutExpired(roster: Roster, now: Date): Roster {
  const isLive = (member: Developer | Service) => !isExpired(member, now);
  return { ...roster, developers: roster.developers.filter(isLive), services: roster.services.filter(isLive) };
}

function groupRoles(roster: Roster): GroupRole[] {
  const openSources = roster.sources.filter((source) => source.readers === undefined);
  const readsProd = (because: RosterPath): Membership[] => [{ role: READ_PROD, because }];
  const duties: GroupRole[] = dutiesIn(roster).map(({ duty, because }) => ({
    name: DUTY_ROLES[duty],
    memberOf: duty === "developer" || duty === "ci" ? readsProd(because) : [],
    because,
  }));
  const readers = roster.sources.map(({ name }) => ({
    name: readerRole(name),
    memberOf: [],
    because: `sources.${name}`,
  }));
  const everyReader = openSources.map(({ name }) => ({ role: readerRole(name), because: `sources.${name}` }));
  return [
    ...duties,
    ...readers,
    { name: READ_PROD, memberOf: everyReader, because: "sources" },
    // `prod` owns production even while the roster has no prod service.
    ...(duties.some(({ name }) => name === PROD) ? [] : [{ name: PROD, memberOf: [], because: "sources" }]),
  ];
}

function dutiesIn(roster: Roster): { duty: Duty; because: RosterPath }[] {
  const duties = new Map<Duty, RosterPath>();
  if (roster.developers.length > 0) duties.set("developer", "developers");
  for (const { duty } of roster.services) duties.set(duty, "services");
  return [...duties].map(([duty, because]) => ({ duty, because }));
}

function person(roster: Roster, developer: Developer): Identity {
  const because = `developers.${developer.name}`;
  return {
    ...login(roster, developer, "developer", because),
    memberOf: [{ role: DUTY_ROLES.developer, because }, ...restrictedReaderOf(roster, developer.name)],
  };
}

function machine(roster: Roster, service: Service): Identity {
  const because = `services.${service.name}`;
  const base = login(roster, service, service.duty, because);
  const duty = { role: DUTY_ROLES[service.duty], because };
  switch (service.duty) {
    case "prod":
      return { ...base, memberOf: [duty], actsAs: PROD };
    case "ci":
      return { ...base, memberOf: [duty, ...restrictedReaderOf(roster, service.name)] };
    case "reader":
      return { ...base, memberOf: [duty, ...readsOf(roster, service, because)] };
  }
}

function login(
  roster: Roster,
  member: Developer | Service,
  duty: Duty,
  because: RosterPath,
): Omit<Identity, "memberOf"> {
  return {
    name: member.name,
    duty,
    limits: limitsOf(roster, duty, member.limits),
    ...(member.expires === undefined ? {} : { expires: member.expires }),
    rotation: member.rotation,
    because,
  };
}

/** What holds for everybody of a duty who has no limits of their own. */
export function dutyLimits(roster: Roster, duty: Duty): Limits {
  return thatHold({ ...DEFAULT_LIMITS[duty], ...roster.limits[duty] });
}

/** The duty's limits with somebody's own on top. */
function limitsOf(roster: Roster, duty: Duty, own: LimitsAsWritten): Limits {
  return thatHold({ ...dutyLimits(roster, duty), ...own });
}

/** Without those that the roster takes away; keys in one order, whatever the roster's. */
function thatHold(written: LimitsAsWritten): Limits {
  const limits = LIMIT_NAMES.map((limit) => [limit, written[limit]] as const);
  return Object.fromEntries(limits.filter(([, value]) => typeof value === "number"));
}

/** The restricted sources that name the identity as a reader. */
function restrictedReaderOf(roster: Roster, name: string): Membership[] {
  return roster.sources
    .filter((source) => source.readers?.includes(name))
    .map((source) => ({ role: readerRole(source.name), because: `sources.${source.name}.readers.${name}` }));
}

/** What a reader service reads: every unrestricted source, or those it lists; a restricted one must list it as well. */
function readsOf(roster: Roster, service: Service, because: RosterPath): Membership[] {
  const listed = service.sources;
  if (listed === undefined) return [{ role: READ_PROD, because }];
  const open = roster.sources.filter(({ name, readers }) => readers === undefined && listed.includes(name));
  const listedRoles = new Set(listed.map(readerRole));
  return [
    ...open.map(({ name }) => ({ role: readerRole(name), because: `${because}.sources.${name}` })),
    ...restrictedReaderOf(roster, service.name).filter(({ role }) => listedRoles.has(role)),
  ];
}

/** Every schema of a roster, whoever's access has ended. */
export function allSchemas(roster: Roster): Schema[] {
  return [...prodSchemas(roster), ...personalSchemas(roster), ...throwawaySchemas(roster)];
}

function prodSchemas(roster: Roster): Schema[] {
  const base: Schema = { name: schemaName(PROD), kind: "prod", owner: PROD, because: "sources" };
  const perSource = roster.sources.map(
    ({ name }): Schema => ({ name: schemaName(PROD, name), kind: "prod", owner: PROD, because: `sources.${name}` }),
  );
  return [base, ...perSource];
}

function personalSchemas(roster: Roster): Schema[] {
  return roster.developers.flatMap(({ name }) => {
    const because = `developers.${name}`;
    return personalNames(roster, name).map(
      (schema): Schema => ({ name: schema, kind: "personal", owner: name, because }),
    );
  });
}

function personalNames(roster: Roster, developer: string): string[] {
  return [schemaName(developer), ...roster.sources.map((source) => schemaName(developer, source.name))];
}

function throwawaySchemas(roster: Roster): Schema[] {
  return ciCause(roster).map((because) => ({ name: CI_SCHEMAS, kind: "throwaway", because }));
}

/** One cause if the roster has a CI service, none otherwise. */
function ciCause(roster: Roster): RosterPath[] {
  return roster.services.some(({ duty }) => duty === "ci") ? ["services"] : [];
}

function databaseGrants(roster: Roster): Grant[] {
  const onDatabase = (role: string, privilege: Privilege, because: RosterPath): Grant => ({
    role,
    privilege,
    target: DATABASE,
    because,
  });
  const duties = dutiesIn(roster).flatMap(({ duty, because }) =>
    DATABASE_PRIVILEGES[duty].map((privilege) => onDatabase(DUTY_ROLES[duty], privilege, because)),
  );
  // A prod service does not inherit, so its group's CONNECT would not let it in (PG-6).
  const prodServices = roster.services
    .filter(({ duty }) => duty === "prod")
    .map(({ name }) => onDatabase(name, "connect", `services.${name}`));
  return [...duties, ...prodServices];
}

function schemaGrants(roster: Roster): Grant[] {
  const read = (role: string, target: string, because: RosterPath): Grant => ({
    role,
    privilege: "read",
    target,
    because,
  });
  const shared = roster.developers
    .filter(({ share }) => share === "team")
    .flatMap(({ name }) =>
      personalNames(roster, name).map((schema) => read(DUTY_ROLES.developer, schema, `developers.${name}.share`)),
    );
  return [
    read(READ_PROD, schemaName(PROD), "sources"),
    ...roster.sources.map(({ name }) => read(readerRole(name), schemaName(PROD, name), `sources.${name}`)),
    ...shared,
    ...ciCause(roster).map(
      (because): Grant => ({ role: DUTY_ROLES.ci, privilege: "write", target: CI_SCHEMAS, because }),
    ),
  ];
}

function sorted(plan: AccessPlan): AccessPlan {
  const byName = (a: { name: string }, b: { name: string }) => compareText(a.name, b.name);
  const grantKey = ({ role, privilege, target }: Grant) => `${target}\0${role}\0${privilege}`;
  const withMemberships = <T extends { memberOf: readonly Membership[] }>(role: T): T => ({
    ...role,
    memberOf: [...role.memberOf].sort((a, b) => compareText(a.role, b.role)),
  });
  return {
    roles: plan.roles.map(withMemberships).sort(byName),
    identities: plan.identities.map(withMemberships).sort(byName),
    schemas: [...plan.schemas].sort(byName),
    grants: [...plan.grants].sort((a, b) => compareText(grantKey(a), grantKey(b))),
  };
}
