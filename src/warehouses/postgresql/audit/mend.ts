/** Statements that mend, such that whoever deploys can execute them as they are. */
import type { AuditFinding } from "../../../audit/finding";
import { compareText } from "../../../collections";
import { identifier } from "../quote";
import type { Reach } from "../reach";
import type { Scene } from "./scene";

/** Who has to execute what the admin may not. */
export const SUPERUSER = "a superuser";

export type Mend = Pick<AuditFinding, "mend" | "by">;

/**
 * As some roles: a superuser has their rights, another admin joins them for as long as it takes, if it may.
 *
 * @param statements for a member of these roles
 */
export function actingFor(scene: Scene, roles: readonly string[], statements: readonly string[]): Mend {
  const needed = [...new Set(roles)].filter((role) => role !== scene.admin).sort(compareText);
  if (isSuperuser(scene)) return { mend: statements };
  const reach = needed.map((role) => scene.facts.reach.get(role) ?? reachOfNew(scene, role));
  if (reach.some(({ reachable }) => !reachable)) return { mend: statements, by: SUPERUSER };
  const given = (texts: (string | null)[]) => texts.flatMap((text) => text ?? []);
  const joins = given(reach.map(({ join }) => join));
  const leaves = given(reach.map(({ leave }) => leave).reverse());
  return { mend: [...joins, ...statements, ...leaves] };
}

/** A role that is missing is made before this, and then the admin's to join. */
function reachOfNew({ admin, facts }: Scene, name: string): Reach {
  const options = facts.database.version >= 16 ? " WITH INHERIT TRUE, SET TRUE" : "";
  const [role, member] = [identifier(name), identifier(admin)];
  return {
    name,
    reachable: true,
    join: `GRANT ${role} TO ${member}${options}`,
    leave: `REVOKE ${role} FROM ${member}`,
  };
}

/** As the grantor itself, where that is not the owner: else nothing of what it granted is taken back. */
export function actingAs(scene: Scene, role: string, statements: readonly string[]): Mend {
  if (role === scene.admin && !isSuperuser(scene)) return { mend: statements };
  return actingFor(scene, [role], [`SET ROLE ${identifier(role)}`, ...statements, "RESET ROLE"]);
}

/** What changes a role itself. */
export function altering(scene: Scene, role: string, statements: readonly string[]): Mend {
  return scene.server.roles.get(role)?.manageable === false ? bySuperuser(scene, statements) : { mend: statements };
}

export function bySuperuser(scene: Scene, statements: readonly string[]): Mend {
  return isSuperuser(scene) ? { mend: statements } : { mend: statements, by: SUPERUSER };
}

export function isSuperuser({ server, admin }: Scene): boolean {
  return server.roles.get(admin)?.superuser === true;
}

/** One after the other; a superuser does all if one of them takes one. */
export function together(mends: readonly Mend[]): Mend {
  const by = mends.find((mend) => mend.by !== undefined)?.by;
  return { mend: [...new Set(mends.flatMap(({ mend }) => mend))], ...(by === undefined ? {} : { by }) };
}
