/** How bad a privilege is. */
import type { Severity } from "../../../audit/finding";
import { PROD } from "../../../names";
import { PUBLIC } from "../deploy/component";
import type { ThingRow } from "./facts";
import { placeOf, type Scene } from "./scene";

const CHANGES = new Set(["CREATE", "DELETE", "INSERT", "TRIGGER", "TRUNCATE", "UPDATE"]);
const READS = new Set(["SELECT", "USAGE", "EXECUTE", "CONNECT"]);

/** Changing production or the rules is critical, reading it high; what is somebody's own to share is low. */
export function severityOf(scene: Scene, row: ThingRow, privileges: readonly string[], grantee: string): Severity {
  const { kind, schema, owner, definer } = row;
  const changes = privileges.some((privilege) => CHANGES.has(privilege));
  const reads = privileges.some((privilege) => READS.has(privilege));
  if (kind === "routine") return routine(scene, owner, definer);
  if (kind === "database") return changes ? "critical" : grantee === PUBLIC ? "high" : "low";
  if (schema === "") return "high";
  switch (placeOf(scene, schema)) {
    case "functions":
      return "critical";
    case "production":
      return changes ? "critical" : reads ? "high" : "medium";
    case "personal":
      return changes ? "medium" : "low";
    default:
      return changes ? "high" : "medium";
  }
}

function routine({ server }: Scene, owner: string, definer: boolean): Severity {
  if (!definer) return "low";
  return owner === PROD || server.trusted.has(owner) ? "critical" : "medium";
}
