import type { Problem } from "../roster/problem";
import { locate, type Roster } from "../roster/roster";
import type { DatedAccess } from "./dated";
import { isExpired } from "./derive";
import { expectationProblems } from "./expectations";
import { INVARIANTS } from "./invariants";
import type { AccessPaths } from "./paths";

/** All that speaks against deploying it: the invariants and the roster's expectations that do not hold, and warnings. */
export function checkAccess({ roster, paths, now }: DatedAccess): Problem[] {
  return [
    ...invariantProblems(roster, paths),
    ...expectationProblems(roster, paths),
    ...endedAccess(roster, now),
    ...acceptances(roster, now),
  ];
}

/** Broken promises of the access model as problems on the roster's lines. */
export function invariantProblems(roster: Roster, paths: AccessPaths): Problem[] {
  return INVARIANTS.flatMap(({ number, promise, violations }) =>
    violations(paths, roster).map(({ message, because }) => ({
      severity: "error" as const,
      position: locate(roster, because),
      message,
      help: `invariant ${number}: ${promise}`,
    })),
  );
}

function endedAccess(roster: Roster, now: Date): Problem[] {
  const members = [
    ...roster.developers.map((member) => ({ member, path: `developers.${member.name}.expires` })),
    ...roster.services.map((member) => ({ member, path: `services.${member.name}.expires` })),
  ];
  return members
    .filter(({ member }) => isExpired(member, now))
    .map(({ member, path }) => ({
      severity: "warning" as const,
      position: locate(roster, path),
      message: `the access of \`${member.name}\` ended on ${member.expires}`,
      help: "move the date to give it back, or remove the entry; the schemas and their rows stay either way",
    }));
}

/** An acceptance that is over is a finding again; one without an end would never be looked at again. */
function acceptances(roster: Roster, now: Date): Problem[] {
  const limit = new Date(now);
  limit.setUTCFullYear(limit.getUTCFullYear() + 1);
  const [today, last] = [now, limit].map((date) => date.toISOString().slice(0, 10)) as [string, string];
  return roster.audit.flatMap(({ rule, until, path }): Problem[] => {
    const position = locate(roster, `${path}.until`);
    if (until > last) {
      const message = `\`${rule}\` is accepted until ${until}: more than a year ahead`;
      return [
        { severity: "error", position, message, help: `write \`${last}\` or earlier, and look at it again then` },
      ];
    }
    if (until > today) return [];
    const message = `\`${rule}\` was accepted until ${until}, and is a finding again`;
    return [{ severity: "warning", position, message, help: "mend it, or accept it anew; or remove the entry" }];
  });
}
