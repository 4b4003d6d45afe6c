import type { Client } from "pg";
import { UserError } from "../../../messages/userError";
import { defaultFindings } from "./defaults";
import { definerFindings } from "./definers";
import { type Finding, lineOf } from "./finding";
import { grantFindings } from "./grants";
import { doorFindings, doorsOf, doorWarnings } from "./logins";
import { attributeFindings, attributeWarnings, memberFindings, memberWarnings, strangerFindings } from "./members";
import { databaseFindings, groupFindings, objectFindings, objectWarnings, schemaFindings } from "./owners";
import { type Deployment, readScene, type Scene } from "./scene";
import { serverFindings, settingFindings, surroundingWarnings } from "./surroundings";
import { takenFindings } from "./taken";

/** What a warehouse has beside the plan. */
export interface Examination {
  /** In the way of the plan or against it. */
  readonly findings: readonly Finding[];
  /** What breaks no promise and that somebody should know. */
  readonly warnings: readonly string[];
  /** Roles that are there already and can be taken over. */
  readonly taken: ReadonlySet<string>;
}

/** Everything that is found in one snapshot of the warehouse; nothing is changed. */
export async function examine(client: Client, deployment: Deployment): Promise<Examination> {
  const scene = await readScene(client, deployment);
  return { findings: findingsIn(scene), warnings: warningsIn(scene), taken: scene.taken };
}

/** @throws UserError that lists what is found, a line each with the statement that mends it */
export function refuse(findings: readonly Finding[]): void {
  if (findings.length > 0) throw new UserError([...new Set(findings.map(lineOf))].join("\n"));
}

/** In the order in which the statements can be run: what a role has before the role itself. */
function findingsIn(scene: Scene): Finding[] {
  const doors = doorsOf(scene);
  return [
    ...databaseFindings(scene),
    ...schemaFindings(scene),
    ...objectFindings(scene),
    ...groupFindings(scene),
    ...takenFindings(scene),
    ...definerFindings(scene),
    ...grantFindings(scene),
    ...defaultFindings(scene),
    ...memberFindings(scene),
    ...attributeFindings(scene),
    ...strangerFindings(scene, doors),
    ...doorFindings(scene, doors),
    ...settingFindings(scene),
    ...serverFindings(scene),
  ];
}

function warningsIn(scene: Scene): string[] {
  const doors = doorsOf(scene);
  return [
    ...memberWarnings(scene),
    ...attributeWarnings(scene),
    ...objectWarnings(scene),
    ...doorWarnings(scene, doors),
    ...surroundingWarnings(scene),
  ];
}
