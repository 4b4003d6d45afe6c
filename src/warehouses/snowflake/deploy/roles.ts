import * as pulumi from "@pulumi/pulumi";
import * as snowflake from "@pulumi/snowflake";
import type { AccessPlan, Identity, Membership } from "../../../access/plan";
import { grantName } from "../../../names";
import type { Lifecycle } from "../lifecycle/lifecycle";
import { snowflakeName } from "../quote";
import { componentType, within } from "./component";

/** The group roles of the plan, and the role of each identity that joins them. */
export class Roles extends pulumi.ComponentResource {
  private readonly roles = new Map<string, snowflake.AccountRole>();
  private readonly upward = new Map<string, snowflake.GrantAccountRole>();

  /** @param parentRole the existing role that all others are below */
  constructor(
    private readonly plan: AccessPlan,
    private readonly parentRole: string,
    private readonly life: Lifecycle,
    provider: snowflake.Provider,
  ) {
    super(componentType("Roles"), "roles", {}, { provider });
    for (const { name } of plan.roles) this.declare(name, this);
    for (const { name, memberOf } of plan.roles) this.join(name, memberOf, this);
    for (const { name } of plan.roles) if (this.isTop(name)) this.raise(name, this);
  }

  /** The name of a declared role on Snowflake, once it exists. */
  name(role: string): pulumi.Output<string> {
    return this.of(role).name;
  }

  /** What there must be before a role may own something. */
  anchors(role: string): readonly pulumi.Resource[] {
    return [this.upward.get(role) ?? this.of(role)];
  }

  /** The role of somebody who acts as nobody else: it owns what they make, and joins the groups. */
  own({ name, duty, memberOf }: Identity, parent: pulumi.Resource): void {
    // Whoever changes duty leaves and joins: what somebody has made as one thing is not the other's.
    this.declare(name, parent, { replacementTrigger: duty });
    this.join(name, memberOf, parent);
    this.raise(name, parent);
  }

  /** Lets a user use a role. */
  open(role: string, user: string, userName: pulumi.Input<string>, parent: pulumi.Resource): void {
    new snowflake.GrantAccountRole(
      grantName(user, "login", role),
      { roleName: this.name(role), userName },
      within(parent),
    );
  }

  private of(role: string): snowflake.AccountRole {
    const made = this.roles.get(role);
    if (made === undefined) throw new Error(`role \`${role}\` is not in the plan`);
    return made;
  }

  private declare(name: string, parent: pulumi.Resource, options: pulumi.CustomResourceOptions = {}): void {
    const args = { name: snowflakeName(name) };
    const role = new snowflake.AccountRole(name, args, { ...within(parent, [], this.life.role), ...options });
    this.roles.set(name, role);
  }

  private join(member: string, memberOf: readonly Membership[], parent: pulumi.Resource): void {
    for (const { role } of memberOf) {
      new snowflake.GrantAccountRole(
        grantName(member, "role", role),
        { roleName: this.name(role), parentRoleName: this.name(member) },
        within(parent),
      );
    }
  }

  /** Puts a role below the parent role: administrators must reach what it owns ("Role hierarchy"). */
  private raise(name: string, parent: pulumi.Resource): void {
    const { parentRole } = this;
    this.upward.set(
      name,
      new snowflake.GrantAccountRole(
        grantName(parentRole.toLowerCase(), "role", name),
        { roleName: this.name(name), parentRoleName: parentRole },
        within(parent),
      ),
    );
  }

  /** Whether no other role of the plan is above a group role. */
  private isTop(group: string): boolean {
    const members = [...this.plan.roles, ...this.plan.identities.filter(({ actsAs }) => actsAs === undefined)];
    return !members.some(({ memberOf }) => memberOf.some(({ role }) => role === group));
  }
}
