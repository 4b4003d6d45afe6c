import type { AccessPaths } from "../../access/paths";
import { DATABASE, type Level } from "../../access/plan";
import { groupBy } from "../../collections";
import { PROD, schemaName } from "../../names";
import { formatPosition, locate, type Roster, type RosterPath } from "../../roster/roster";

/** Index into {@link PageData.lines}. */
type Line = number;

/**
 * The plan as the page's script reads it: memberships, ownership and grants, not their product, so that a thousand
 * people fit. The script follows the ways as `accessPaths` does; a test holds the two together.
 */
export interface PageData {
  /** Places in the roster: `team.yaml:9:5`. */
  readonly lines: readonly string[];
  readonly identities: readonly PageIdentity[];
  readonly roles: readonly { readonly name: string; readonly memberOf: readonly PageMembership[] }[];
  readonly schemas: readonly PageSchemas[];
  readonly grants: readonly PageGrant[];
  readonly restricted: readonly string[];
}

type PageMembership = readonly [role: string, line: Line];

export interface PageIdentity {
  readonly name: string;
  readonly duty: string;
  readonly email?: string;
  readonly expires?: string;
  readonly actsAs?: string;
  readonly line: Line;
  readonly memberOf: readonly PageMembership[];
}

/** Schemas of one owner and one cause. */
export interface PageSchemas {
  readonly kind: string;
  readonly owner?: string;
  readonly line: Line;
  readonly names: readonly string[];
}

/** What one role may do in some schemas, for one cause. */
export interface PageGrant {
  readonly role: string;
  readonly level: Level;
  readonly line: Line;
  readonly schemas: readonly string[];
}

export function pageData(roster: Roster, { plan }: AccessPaths): PageData {
  const lines = new Map<string, Line>();
  const lineOf = (path: RosterPath): Line => {
    const text = formatPosition(locate(roster, path));
    const known = lines.get(text) ?? lines.size;
    lines.set(text, known);
    return known;
  };
  const memberships = (all: readonly { role: string; because: RosterPath }[]) =>
    all.map(({ role, because }): PageMembership => [role, lineOf(because)]);
  const emails = new Map(roster.developers.map(({ name, email }) => [name, email]));
  const data = {
    identities: plan.identities.map(({ name, duty, expires, actsAs, because, memberOf }): PageIdentity => {
      const email = emails.get(name);
      return {
        name,
        duty,
        ...(email === undefined ? {} : { email }),
        ...(expires === undefined ? {} : { expires }),
        ...(actsAs === undefined ? {} : { actsAs }),
        line: lineOf(because),
        memberOf: memberships(memberOf),
      };
    }),
    roles: plan.roles.map(({ name, memberOf }) => ({ name, memberOf: memberships(memberOf) })),
    schemas: groups(plan.schemas, ({ kind, owner, because }) => `${kind} ${owner} ${because}`).map((group) => ({
      kind: group[0].kind,
      ...(group[0].owner === undefined ? {} : { owner: group[0].owner }),
      line: lineOf(group[0].because),
      names: group.map(({ name }) => name),
    })),
    grants: groups(
      plan.grants.filter(({ target }) => target !== DATABASE),
      ({ role, privilege, because }) => `${role} ${privilege} ${because}`,
    ).map((group) => ({
      role: group[0].role,
      level: group[0].privilege as Level,
      line: lineOf(group[0].because),
      schemas: group.map(({ target }) => target),
    })),
    restricted: roster.sources.filter(({ readers }) => readers).map(({ name }) => schemaName(PROD, name)),
  };
  return { lines: [...lines.keys()], ...data };
}

function groups<T>(items: readonly T[], key: (item: T) => string): [T, ...T[]][] {
  return [...groupBy(items, key).values()] as [T, ...T[]][];
}
