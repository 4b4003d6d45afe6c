/** Routines that run as production or as an administrator, and that others may call. */

import { groupBy } from "../../../collections";
import { CI_SCHEMA, PROD, UNBLOCK_SCHEMA } from "../../../names";
import { PUBLIC } from "../deploy/component";
import { CI_FUNCTIONS, UNBLOCK_FUNCTIONS } from "../deploy/functionSpecs";
import { functionSchemas, privilegeKey } from "../deploy/planned";
import { identifier } from "../quote";
import type { DefinerRow } from "./catalog";
import type { PreflightFinding } from "./finding";
import { toSql, whoIs } from "./grants";
import type { Snapshot } from "./snapshot";

const OWN_FUNCTIONS = new Map([
  [CI_SCHEMA, CI_FUNCTIONS],
  [UNBLOCK_SCHEMA, UNBLOCK_FUNCTIONS],
]);

export function definerFindings(snapshot: Snapshot): PreflightFinding[] {
  const open = snapshot.definers.filter((row) => isWrong(snapshot, row));
  return [...groupBy(open, ({ place, grantee, grantor }) => `${place} ${grantee} ${grantor}`).values()].flatMap(
    ([row]) => {
      if (row === undefined) return [];
      const { schema, name, place, owner, grantee, grantor } = row;
      const revoke = `REVOKE EXECUTE ON ${place} FROM ${toSql(grantee)} CASCADE`;
      return [
        {
          what: `${whoIs(grantee)} may execute \`${schema}.${name}\`, which runs as \`${owner}\``,
          mend: grantor === null ? revoke : `SET ROLE ${identifier(grantor)}; ${revoke}; RESET ROLE`,
        },
      ];
    },
  );
}

function isWrong(
  { plan, serverRoles, planned, state }: Snapshot,
  { schema, name, grantee, grantor }: DefinerRow,
): boolean {
  if (grantee === PROD || serverRoles.isLeaving(grantee)) return false;
  const isOurs = OWN_FUNCTIONS.get(schema)?.some((own) => own.name === name);
  if (isOurs && grantee === functionSchemas(plan).get(schema)) return false;
  const key = privilegeKey(grantee, "routine", schema);
  const isClosed = grantee === PUBLIC && grantor === null && planned.has(key) && !state.grants.has(key);
  return !isClosed;
}
