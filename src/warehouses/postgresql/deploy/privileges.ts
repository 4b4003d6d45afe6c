import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import { within } from "./component";
import type { Roles } from "./roles";

type WithoutDatabase<Args extends { database: unknown }> = Omit<Args, "database">;

interface Grant {
  readonly name: string;
  readonly args: WithoutDatabase<postgresql.GrantArgs>;
  readonly parent: pulumi.Resource;
  readonly after: readonly pulumi.Resource[];
  readonly ignoreChanges: string[];
}

/**
 * Grants and default privileges of one database, in an order in which no two of them lock the same roles (see
 * {@link retryConflicts}): first the roles; then default privileges, all at once, because whoever owns them has no
 * member who owns some too; then grants, one after the other, because the groups that they go to are members of each
 * other. Grants are as many as sources, not as people.
 */
export class Privileges {
  private readonly futures: postgresql.DefaultPrivileges[] = [];
  private readonly grants: Grant[] = [];

  constructor(
    private readonly database: string,
    private readonly roles: Roles,
  ) {}

  /** Notes a grant; {@link declareGrants} declares it. */
  grant(
    name: string,
    args: Grant["args"],
    parent: pulumi.Resource,
    { after = [], ignoreChanges = [] }: Partial<Pick<Grant, "after" | "ignoreChanges">> = {},
  ): void {
    this.grants.push({ name, args, parent, after, ignoreChanges });
  }

  /** What others may do with objects that `args.owner` will make. */
  grantInFuture(name: string, args: WithoutDatabase<postgresql.DefaultPrivilegesArgs>, parent: pulumi.Resource): void {
    const options = within(parent, this.roles.acting);
    this.futures.push(new postgresql.DefaultPrivileges(name, { ...args, database: this.database }, options));
  }

  /** Call it when everything else is declared. */
  declareGrants(): void {
    let previous: readonly pulumi.Resource[] = [...this.roles.all, ...this.futures];
    for (const { name, args, parent, after, ignoreChanges } of this.grants) {
      const options = { ...within(parent, [...previous, ...after]), ignoreChanges };
      previous = [new postgresql.Grant(name, { ...args, database: this.database }, options)];
    }
  }
}
