/** Resource monitors ("Working with resource monitors"): credits against a quota, and what happens at each share of it. */
import { propertyText } from "../sql/properties";
import type { Account } from "./account";
import type { ResourceMonitor, Warehouse } from "./securables";

/** Credits of an interval; `null`: no quota. */
export function quotaOf({ properties }: ResourceMonitor): number | null {
  const quota = propertyText(properties.get("CREDIT_QUOTA"));
  return quota === undefined ? null : Number(quota);
}

export function monitorOf(account: Account, { properties }: Warehouse): ResourceMonitor | undefined {
  const name = propertyText(properties.get("RESOURCE_MONITOR"));
  return name === undefined ? undefined : account.monitors.get(name);
}

/** Whether a trigger that suspends was reached: the warehouse then takes no more statements until the next interval. */
export function isSpent(monitor: ResourceMonitor): boolean {
  const quota = quotaOf(monitor);
  if (quota === null) return false;
  return monitor.triggers.some(
    ({ action, percent }) => action !== "NOTIFY" && monitor.usedCredits >= (quota * percent) / 100,
  );
}
