/** Warehouses at work: which statements need one, when it refuses, and how long a statement may take. */

import { isSpent, monitorOf } from "../../catalog/monitors";
import { parametersOf } from "../../catalog/parameters";
import { notAuthorized, SnowflakeError } from "../../errors";
import { holds } from "../../privileges/authority";
import type { Viewer } from "../../privileges/resolve";
import { printName } from "../../sql/names";
import { type PropertyValue, propertyText } from "../../sql/properties";
import { sessionParameter } from "../show/showParameters";

/**
 * A statement that computes needs a warehouse that the session chose, and USAGE of it still. A suspended one resumes by
 * itself unless told not to; not when its resource monitor has run out ("Working with resource monitors").
 * @throws SnowflakeError 000606, 090073
 */
export function needWarehouse({ context, authority }: Viewer): void {
  const { warehouse, session } = context;
  const { account } = session;
  const isThere = warehouse && account.warehouses.get(warehouse.name) === warehouse;
  // The warehouse is the session's, also for what a view or procedure reads with its owner's rights.
  if (!isThere || (context.rights !== "owner" && !holds(authority, "USAGE", warehouse))) throw noWarehouse();
  const monitor = monitorOf(account, warehouse);
  if (monitor && isSpent(monitor)) {
    const message = `Warehouse '${warehouse.name}' cannot be resumed because resource monitor '${monitor.name}' has exceeded its quota.`;
    throw new SnowflakeError("090073", "22000", message);
  }
  if (warehouse.suspended && propertyText(warehouse.properties.get("AUTO_RESUME"))?.toUpperCase() === "FALSE")
    throw noWarehouse();
  warehouse.suspended = false;
}

/**
 * Pages "CREATE DYNAMIC TABLE", "ALTER DYNAMIC TABLE": USAGE of the warehouse that refreshes it.
 * @throws SnowflakeError 002003
 */
export function checkWarehouse({ context, authority }: Viewer, value: PropertyValue | undefined): void {
  const name = propertyText(value) ?? "";
  const warehouse = context.session.account.warehouses.get(name);
  if (!warehouse || !holds(authority, "USAGE", warehouse)) throw notAuthorized("Warehouse", printName(name));
}

function noWarehouse(): SnowflakeError {
  const message =
    "No active warehouse selected in the current session.  Select an active warehouse with the 'use warehouse' command.";
  return new SnowflakeError("000606", "57P03", message);
}

const TIMEOUT = "STATEMENT_TIMEOUT_IN_SECONDS";

/**
 * Seconds that the next statement may take: the lower of the session's and the warehouse's limit that is not zero
 * ("Parameters", STATEMENT_TIMEOUT_IN_SECONDS). A session can lower its own or raise it, and never the warehouse's.
 */
export function statementLimit(viewer: Viewer): number {
  const { warehouse, session } = viewer.context;
  const byDefault = parametersOf("WAREHOUSE").get(TIMEOUT)?.default;
  const ofWarehouse = warehouse?.parameters.get(TIMEOUT) ?? session.account.self.parameters.get(TIMEOUT) ?? byDefault;
  const limits = [Number(sessionParameter(viewer, TIMEOUT)), warehouse ? Number(ofWarehouse) : 0].filter(
    (limit) => limit > 0,
  );
  return Math.min(...limits, 604_800);
}
