import type { Client } from "pg";
import { UserError } from "../../../messages/userError";
import { defaultFindings } from "./defaults";
import { definerFindings } from "./definers";
import { lineOf, type PreflightFinding } from "./finding";
import { grantFindings } from "./grants";
import { attributeFindings, attributeWarnings, memberFindings, memberWarnings, strangerFindings } from "./members";
import { outsideLoginFindings, outsideLoginsOf, outsideLoginWarnings } from "./outsideLogins";
import { databaseFindings, groupFindings, objectFindings, objectWarnings, schemaFindings } from "./owners";
import { type Deployment, readSnapshot, type Snapshot } from "./snapshot";
import { serverFindings, settingFindings, surroundingWarnings } from "./surroundings";
import { takenFindings } from "./taken";

/** What a warehouse has that is not from the plan. */
export interface Examination {
  /** In the way of the plan or against it. */
  readonly findings: readonly PreflightFinding[];
  /** What breaks no promise and that somebody should know. */
  readonly warnings: readonly string[];
  /** Roles that are there already and can be taken over. */
  readonly taken: ReadonlySet<string>;
  /** Schemas with routines that the deploying admin cannot close. */
  readonly foreignRoutines: ReadonlySet<string>;
}

/** Everything that is found in one snapshot of the warehouse; nothing is changed. */
export async function examine(client: Client, deployment: Deployment): Promise<Examination> {
  const snapshot = await readSnapshot(client, deployment);
  const foreign = [...snapshot.schemas.values()].filter(({ foreignRoutines }) => foreignRoutines);
  return {
    findings: findingsIn(snapshot),
    warnings: warningsIn(snapshot),
    taken: snapshot.taken,
    foreignRoutines: new Set(foreign.map(({ name }) => name)),
  };
}

/** @throws UserError that lists what is found, a line each with the statement that mends it */
export function refuse(findings: readonly PreflightFinding[]): void {
  if (findings.length > 0) throw new UserError([...new Set(findings.map(lineOf))].join("\n"));
}

/** In the order in which the statements can be run: what a role has before the role itself. */
function findingsIn(snapshot: Snapshot): PreflightFinding[] {
  const outside = outsideLoginsOf(snapshot);
  return [
    ...databaseFindings(snapshot),
    ...schemaFindings(snapshot),
    ...objectFindings(snapshot),
    ...groupFindings(snapshot),
    ...takenFindings(snapshot),
    ...definerFindings(snapshot),
    ...grantFindings(snapshot),
    ...defaultFindings(snapshot),
    ...memberFindings(snapshot),
    ...attributeFindings(snapshot),
    ...strangerFindings(snapshot, outside),
    ...outsideLoginFindings(snapshot, outside),
    ...settingFindings(snapshot),
    ...serverFindings(snapshot),
  ];
}

function warningsIn(snapshot: Snapshot): string[] {
  const outside = outsideLoginsOf(snapshot);
  return [
    ...memberWarnings(snapshot),
    ...attributeWarnings(snapshot),
    ...objectWarnings(snapshot),
    ...outsideLoginWarnings(snapshot, outside),
    ...surroundingWarnings(snapshot),
  ];
}
