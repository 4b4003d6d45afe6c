import * as pulumi from "@pulumi/pulumi";

/** Each attempt waits for PostgreSQL to notice the deadlock (1 s by default). */
const MAX_ATTEMPTS = 10;

/** One hook per deployment: a name can be registered once. */
const hooks = new WeakMap<object, pulumi.ErrorHook>();

/**
 * Has an operation tried again that PostgreSQL aborted in favour of another one of ours. Each operation is one
 * transaction, so nothing is left of the aborted one.
 *
 * The provider locks the role that it works on and then that role's members, these in no fixed order. Two operations
 * wait for each other when one role is a member of the other and they have a third member in common; since PostgreSQL 16
 * they always have one, the admin, which is a member of every role that it made. Dependencies would keep creations
 * apart but not deletions, which Pulumi orders by direct dependencies only. `maxConnections: 1` alone does not help:
 * the provider keeps a pool for each spelling of its connection string, and puts the parameters in random order.
 */
export function retryConflicts(): pulumi.ErrorHook[] {
  const monitor = pulumi.runtime.getMonitor();
  // Pulumi's test hook (`setMocks`) has no errors and knows no error hooks.
  if (monitor === undefined || !("registerErrorHook" in monitor)) return [];
  const hook = hooks.get(monitor) ?? new pulumi.ErrorHook("retry-conflicts", isWorthRetrying);
  hooks.set(monitor, hook);
  return [hook];
}

/** Newest error first. */
function isWorthRetrying({ errors }: { errors: readonly string[] }): boolean {
  return errors.length < MAX_ATTEMPTS && isConflict(errors[0] ?? "");
}

/** SQLSTATE 40P01 is a deadlock; a row of the catalog that two grants change at once has no code of its own. */
export function isConflict(message: string): boolean {
  return /\(40P01\)|tuple concurrently (updated|deleted)/.test(message);
}
