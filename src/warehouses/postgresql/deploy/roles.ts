import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import type { AccessPlan, Identity, Membership } from "../../../access/plan";
import type { Lifecycle } from "../lifecycle/lifecycle";
import type { PreflightResult } from "../preflight/preflight";
import { componentType, within } from "./component";

/** The group roles of the plan, and the logins that join them. */
export class Roles extends pulumi.ComponentResource {
  private readonly groups = new Map<string, postgresql.Role>();
  private readonly logins: postgresql.Role[] = [];
  /** The logins that act as another role. */
  readonly acting: postgresql.Role[] = [];

  constructor(
    private readonly plan: AccessPlan,
    private readonly found: Pick<PreflightResult, "expiries" | "roles">,
    private readonly life: Lifecycle,
    provider: postgresql.Provider,
  ) {
    super(componentType("Roles"), "roles", {}, { provider });
    for (const { name } of plan.roles) this.group(name);
  }

  /** All that were made so far. */
  get all(): readonly postgresql.Role[] {
    return [...this.groups.values(), ...this.logins];
  }

  /** The name of a group role, once it exists. */
  name(group: string): pulumi.Output<string> {
    return this.group(group).name;
  }

  /**
   * A login role. Memberships stand on the role itself: a separate GrantRole for the same member would fight with them
   * (PG-5), and one resource is cheaper than several.
   */
  login(identity: Identity, password: string, parent: pulumi.Resource): postgresql.Role {
    const { name, actsAs, limits, expires } = identity;
    const role = new postgresql.Role(
      name,
      {
        name,
        login: true,
        password: pulumi.secret(password),
        roles: this.names(identity.memberOf),
        ...(actsAs === undefined ? {} : { inherit: false, assumeRole: this.name(actsAs) }),
        ...(limits.statementTimeout === undefined ? {} : { statementTimeout: limits.statementTimeout }),
        ...(limits.idleInTransaction === undefined
          ? {}
          : { idleInTransactionSessionTimeout: limits.idleInTransaction }),
        ...(limits.connections === undefined ? {} : { connectionLimit: limits.connections }),
        ...(expires === undefined ? {} : { validUntil: this.ending(expires) }),
      },
      // Whoever changes duty leaves and joins: what somebody has made as a developer is not a service's.
      { ...this.takenOver(name, parent, this.life.login), replacementTrigger: identity.duty },
    );
    this.logins.push(role);
    if (actsAs !== undefined) this.acting.push(role);
    return role;
  }

  /** The provider can only create (42710), so a role that is there already is imported. */
  private takenOver(
    name: string,
    parent: pulumi.Resource,
    hooks: pulumi.ResourceHookBinding,
  ): pulumi.CustomResourceOptions {
    return { ...within(parent, [], hooks), ...(this.found.roles.has(name) ? { import: name } : {}) };
  }

  private ending(expires: string): string {
    const ending = this.found.expiries.get(expires);
    if (ending === undefined) throw new Error(`nobody asked the server how it prints ${expires}`);
    return ending;
  }

  private group(name: string): postgresql.Role {
    const made = this.groups.get(name);
    if (made) return made;
    const memberOf = this.plan.roles.find((role) => role.name === name)?.memberOf ?? [];
    const role = new postgresql.Role(
      name,
      { name, login: false, roles: this.names(memberOf) },
      this.takenOver(name, this, this.life.group),
    );
    this.groups.set(name, role);
    return role;
  }

  private names(memberOf: readonly Membership[]): pulumi.Output<string>[] {
    return memberOf.map(({ role }) => this.name(role));
  }
}
