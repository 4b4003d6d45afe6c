/**
 * Side effects that only production executes: the twin of side_effects.py, word for word the same rule.
 *
 * SIDE_EFFECTS comes from `one-env env`. Only the exact word `execute` executes; anything else, a missing variable above
 * all, logs. This is a rail, not a wall: whoever sets the variable gets the effect.
 */

/** Whether side effects happen here. */
export function executes(env: NodeJS.ProcessEnv = process.env): boolean {
  return env.SIDE_EFFECTS === "execute";
}

/**
 * Does it in production, and says elsewhere what would have been done.
 *
 * @param description completes "Would …": `send email to a@example.com`. It ends up in logs: no secrets in it
 */
export async function sideEffect<T>(description: string, action: () => T | Promise<T>): Promise<T | undefined> {
  if (executes()) return action();
  console.error(`[DEV] Would ${description}`);
  return undefined;
}
