/** Who may connect, now and afterwards. */
import type { AccessPlan } from "../../../access/plan";
import { PUBLIC } from "../deploy/component";
import { identifier } from "../quote";
import { listed, type PreflightFinding } from "./finding";
import type { Snapshot } from "./snapshot";

/** Logins outside the roster that may connect, by what lets them. */
export interface OutsideLogins {
  readonly all: readonly string[];
  /** With CONNECT of their own or of a group: they keep it. */
  readonly keeping: readonly string[];
  /** Through PUBLIC: with the first deployment they lose that. */
  readonly losing: readonly string[];
}

export function outsideLoginsOf(snapshot: Snapshot): OutsideLogins {
  const { serverRoles } = snapshot;
  const connects = connectors(snapshot);
  const logins = [...serverRoles.roles.values()]
    .filter(({ login, name }) => login && !name.startsWith("pg_"))
    .map(({ name }) => name)
    .filter(
      (name) => !serverRoles.trusted.has(name) && !serverRoles.declared.has(name) && !serverRoles.isLeaving(name),
    );
  const keeping = logins.filter((name) => [...serverRoles.above(name)].some((role) => connects.has(role)));
  return { all: logins, keeping, losing: connects.has(PUBLIC) ? logins : [] };
}

/** Logins outside the roster that neither `acceptKeeping` nor `acceptLosing` names. */
export function outsideLoginFindings(snapshot: Snapshot, { keeping, losing }: OutsideLogins): PreflightFinding[] {
  const { database, acceptKeeping = [], acceptLosing = [] } = snapshot.settings;
  const kept = keeping.filter((name) => !acceptKeeping.includes(name));
  const lost = losing.filter((name) => ![...acceptLosing, ...acceptKeeping].includes(name));
  return [
    ...kept.map((name) => ({
      what: `\`${name}\` may connect by a grant of its own or of a group's, and is not in the roster`,
      mend: waysIn(snapshot, name)
        .map((role) => `REVOKE CONNECT ON DATABASE ${identifier(database)} FROM ${identifier(role)}`)
        .join("; "),
      otherwise: "list it in `one-environment:acceptKeeping`",
    })),
    ...(lost.length === 0
      ? []
      : [
          {
            what: `${listed(lost, lost.length)} may connect because everybody may, and would not any more`,
            mend: `pulumi config set acceptLosing '${JSON.stringify([...acceptLosing, ...lost])}'`,
            otherwise: "put them into the roster",
          },
        ]),
  ];
}

/** Warnings of logins outside the roster, and of accepted names that need no decision. */
export function outsideLoginWarnings(snapshot: Snapshot, { keeping }: OutsideLogins): string[] {
  const { acceptKeeping = [], acceptLosing = [] } = snapshot.settings;
  const { plan } = snapshot;
  const kept = keeping.filter((name) => acceptKeeping.includes(name));
  const inRoster = [...acceptKeeping, ...acceptLosing].filter((name) => isIdentity(plan, name));
  return [
    ...(kept.length === 0
      ? []
      : [`${listed(kept)} may connect without the roster, as \`one-environment:acceptKeeping\` says`]),
    ...inRoster.map((name) => `\`${name}\` is in the roster and need not be accepted`),
  ];
}

function isIdentity({ identities }: AccessPlan, name: string): boolean {
  return identities.some((identity) => identity.name === name);
}

/** The roles that a login may connect by. */
function waysIn(snapshot: Snapshot, login: string): string[] {
  return [...connectors(snapshot)].filter((role) => snapshot.serverRoles.above(login).has(role));
}

/** Who has CONNECT and is none of the plan: who is in a role of the plan is reported by members.ts. */
function connectors({ grants, serverRoles }: Snapshot): ReadonlySet<string> {
  const holders = grants
    .filter(({ kind, privileges }) => kind === "database" && privileges.includes("CONNECT"))
    .map(({ grantee }) => grantee);
  return new Set(holders.filter((name) => !serverRoles.declared.has(name) && !serverRoles.isLeaving(name)));
}
