import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import { within } from "./resources";

type WithoutDatabase<Args extends { database: unknown }> = Omit<Args, "database">;

/**
 * Grants and default privileges of one database. Each waits for the one before, and the first for the roles: all of
 * them lock roles and their members, and two at a time can wait for each other (see {@link retryConflicts}).
 */
export class Privileges {
  private previous: readonly pulumi.Resource[];

  constructor(
    private readonly database: string,
    roles: readonly postgresql.Role[],
  ) {
    this.previous = roles;
  }

  grant(
    name: string,
    args: WithoutDatabase<postgresql.GrantArgs>,
    parent: pulumi.Resource,
    after: readonly pulumi.Resource[] = [],
  ): void {
    const options = within(parent, [...this.previous, ...after]);
    this.previous = [new postgresql.Grant(name, { ...args, database: this.database }, options)];
  }

  /** What others may do with objects that `args.owner` will make. */
  grantInFuture(name: string, args: WithoutDatabase<postgresql.DefaultPrivilegesArgs>, parent: pulumi.Resource): void {
    const options = within(parent, this.previous);
    this.previous = [new postgresql.DefaultPrivileges(name, { ...args, database: this.database }, options)];
  }
}
