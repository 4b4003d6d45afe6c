import type { Session } from "../session";
import type { Settings } from "../settings";
import { administratorsOver } from "./authority";
import type { Grantee } from "./grantRows";

/** Who may hold privileges that the plan does not give: only the deploying role, and the roles above it. */
export interface TrustedGrantees {
  /** The deploying role. */
  readonly role: string;
  /** The roles that existing objects may belong to: what they own, the deploying role reaches. */
  readonly acceptedOwners: ReadonlySet<string>;
  isAdministrator(grantee: Grantee): boolean;
  /** A role that is neither of the stack nor an administrator's, or no role at all. */
  isOutside(grantee: Grantee): boolean;
}

/** @param ours roles of the plan, and of the deployment before it */
export async function trustedGranteesOf(
  session: Session,
  role: string,
  { parentRole }: Settings,
  ours: ReadonlySet<string>,
): Promise<TrustedGrantees> {
  const administrators = await administratorsOver(session, [role, parentRole]);
  const isAdministrator = ({ kind, name }: Grantee) => kind === "ROLE" && administrators.has(name);
  return {
    role,
    acceptedOwners: new Set([role, parentRole]),
    isAdministrator,
    isOutside: (grantee) => !isAdministrator(grantee) && !(grantee.kind === "ROLE" && ours.has(grantee.name)),
  };
}
