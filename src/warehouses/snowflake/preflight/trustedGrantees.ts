import type { Session } from "../session";
import type { Settings } from "../settings";
import { administratorsOver } from "./authority";
import type { Grantee } from "./grantRows";

/** Who may have what beside the plan: nobody but those who deploy, and who is above them. */
export interface TrustedGrantees {
  /** The deploying role. */
  readonly role: string;
  /** The roles that what is there may belong to: the deploying role reaches it then. */
  readonly acceptedOwners: ReadonlySet<string>;
  isAdministrator(grantee: Grantee): boolean;
  /** A role that is neither of the stack nor an administrator's, or no role at all. */
  isStranger(grantee: Grantee): boolean;
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
    isStranger: (grantee) => !isAdministrator(grantee) && !(grantee.kind === "ROLE" && ours.has(grantee.name)),
  };
}
