/** SHOW ROLES, USERS, WAREHOUSES, RESOURCE MONITORS, NETWORK POLICIES and DATABASES, column by column. */

import { monitorOf, quotaOf } from "../../catalog/monitors";
import type {
  Database,
  NetworkPolicy,
  ResourceMonitor,
  Role,
  Trigger,
  User,
  Warehouse,
} from "../../catalog/securables";
import { managesGrants, mayCreate, owns, rolesBelow } from "../../privileges/authority";
import type { Viewer } from "../../privileges/resolve";
import type { PropertyValue } from "../../sql/properties";
import { isTrue, propertyText } from "../../sql/properties";
import { common, type Listing, yesNo } from "./listing";

export const ROLES: Listing<Role> = {
  columns:
    "created_on:time name is_default is_current is_inherited assigned_to_users:number granted_to_roles:number " +
    "granted_roles:number owner comment",
  row: (role, { context }) => {
    const { account, user } = context.session;
    const holders = (objects: Iterable<Role | User>) =>
      [...objects].filter(({ holds }) => holds.some((held) => held.role === role)).length;
    return {
      ...common(role),
      is_default: yesNo(user.properties.get("DEFAULT_ROLE") === role.name),
      is_current: yesNo(context.role === role),
      is_inherited: yesNo(context.role !== role && rolesBelow(context.role).has(role)),
      assigned_to_users: holders(account.users.values()),
      granted_to_roles: holders(account.roles.values()),
      granted_roles: role.holds.length,
    };
  },
};

/** Who may see more of a user than the name: the owner, and who administers users ("SHOW USERS"). */
export function seesUser({ authority }: Viewer, user: User): boolean {
  const { account } = authority;
  return owns(authority, user) || managesGrants(authority) || mayCreate(authority, "CREATE USER", account.self);
}

export const USERS: Listing<User> = {
  columns:
    "name created_on:time login_name display_name first_name last_name email mins_to_unlock days_to_expiry comment disabled " +
    "must_change_password snowflake_lock default_warehouse default_namespace default_role default_secondary_roles " +
    "ext_authn_duo ext_authn_uid mins_to_bypass_mfa owner last_success_login:time expires_at_time:time locked_until_time:time " +
    "has_password has_rsa_public_key type has_mfa",
  row: (user, viewer) => {
    const text = (name: string) => propertyText(user.properties.get(name));
    if (!seesUser(viewer, user)) return { name: user.name, ...HIDDEN };
    return {
      ...common(user),
      login_name: loginNameOf(user),
      display_name: text("DISPLAY_NAME") ?? user.name,
      first_name: text("FIRST_NAME") ?? "",
      last_name: text("LAST_NAME") ?? "",
      email: text("EMAIL") ?? "",
      disabled: String(isTrue(user.properties.get("DISABLED"))),
      must_change_password: String(isTrue(user.properties.get("MUST_CHANGE_PASSWORD"))),
      snowflake_lock: "false",
      default_warehouse: text("DEFAULT_WAREHOUSE") ?? "",
      default_namespace: text("DEFAULT_NAMESPACE") ?? "",
      default_role: text("DEFAULT_ROLE") ?? "",
      default_secondary_roles: secondaryRolesText(user) ?? "",
      ext_authn_duo: "false",
      last_success_login: user.lastLogin === null ? null : new Date(user.lastLogin),
      expires_at_time: null,
      locked_until_time: null,
      has_password: String(user.properties.has("PASSWORD")),
      has_rsa_public_key: String(user.properties.has("RSA_PUBLIC_KEY")),
      type: text("TYPE") ?? "",
      has_mfa: "false",
    };
  },
};

const HIDDEN = { created_on: null, last_success_login: null, expires_at_time: null, locked_until_time: null };

/** Page "CREATE USER": LOGIN_NAME, in upper case, is the user's name unless set. */
export function loginNameOf(user: User): string {
  return (propertyText(user.properties.get("LOGIN_NAME")) ?? user.name).toUpperCase();
}

/** `["ALL"]`, `[]`, or undefined where it was never set. */
export function secondaryRolesText(user: User): string | undefined {
  const roles = user.properties.get("DEFAULT_SECONDARY_ROLES");
  return roles === undefined || roles === null ? undefined : JSON.stringify([roles].flat());
}

const SIZES: Readonly<Record<string, string>> = {
  XSMALL: "X-Small",
  SMALL: "Small",
  MEDIUM: "Medium",
  LARGE: "Large",
  XLARGE: "X-Large",
  XXLARGE: "2X-Large",
  X2LARGE: "2X-Large",
  XXXLARGE: "3X-Large",
  X3LARGE: "3X-Large",
  X4LARGE: "4X-Large",
};

function sizeText(size: PropertyValue | undefined): string {
  const text = propertyText(size) ?? "XSMALL";
  return SIZES[text.toUpperCase().replaceAll("-", "")] ?? text;
}

export const WAREHOUSES: Listing<Warehouse> = {
  columns:
    "name state type size min_cluster_count:number max_cluster_count:number started_clusters:number running:number queued:number " +
    "is_default is_current auto_suspend:number auto_resume available provisioning quiescing other created_on:time resumed_on:time " +
    "updated_on:time owner comment enable_query_acceleration query_acceleration_max_scale_factor:number resource_monitor actives " +
    "pendings failed suspended uuid scaling_policy budget owner_role_type",
  row: (warehouse, { context }) => {
    const text = (name: string) => propertyText(warehouse.properties.get(name));
    const number = (name: string, otherwise: number) => Number(text(name) ?? otherwise);
    return {
      ...common(warehouse),
      state: warehouse.suspended ? "SUSPENDED" : "STARTED",
      type: text("WAREHOUSE_TYPE") ?? "STANDARD",
      size: sizeText(warehouse.properties.get("WAREHOUSE_SIZE")),
      min_cluster_count: number("MIN_CLUSTER_COUNT", 1),
      max_cluster_count: number("MAX_CLUSTER_COUNT", 1),
      started_clusters: warehouse.suspended ? 0 : 1,
      running: 0,
      queued: 0,
      is_default: yesNo(context.session.user.properties.get("DEFAULT_WAREHOUSE") === warehouse.name),
      is_current: yesNo(context.warehouse === warehouse),
      auto_suspend: number("AUTO_SUSPEND", 600),
      auto_resume: (text("AUTO_RESUME") ?? "true").toLowerCase(),
      resumed_on: new Date(warehouse.createdOn),
      updated_on: new Date(warehouse.createdOn),
      enable_query_acceleration: (text("ENABLE_QUERY_ACCELERATION") ?? "false").toLowerCase(),
      query_acceleration_max_scale_factor: number("QUERY_ACCELERATION_MAX_SCALE_FACTOR", 8),
      resource_monitor: monitorOf(context.session.account, warehouse)?.name ?? "null",
      scaling_policy: text("SCALING_POLICY") ?? "STANDARD",
      budget: null,
    };
  },
};

export const RESOURCE_MONITORS: Listing<ResourceMonitor> = {
  columns:
    "name credit_quota used_credits remaining_credits level frequency start_time end_time notify_at suspend_at " +
    "suspend_immediately_at created_on:time owner comment notify_users",
  row: (monitor, { context }) => {
    const text = (name: string) => propertyText(monitor.properties.get(name));
    const quota = quotaOf(monitor);
    const start = text("START_TIMESTAMP");
    const isAssigned = [...context.session.account.warehouses.values()].some(
      (each) => monitorOf(context.session.account, each) === monitor,
    );
    return {
      ...common(monitor),
      credit_quota: quota === null ? null : quota.toFixed(2),
      used_credits: monitor.usedCredits.toFixed(2),
      remaining_credits: quota === null ? null : Math.max(0, quota - monitor.usedCredits).toFixed(2),
      level: isAssigned ? "WAREHOUSE" : null,
      frequency: text("FREQUENCY") ?? "MONTHLY",
      start_time: !start || start === "IMMEDIATELY" ? new Date(monitor.createdOn).toISOString() : start,
      end_time: text("END_TIMESTAMP") ?? null,
      notify_at: percentages(monitor.triggers, "NOTIFY"),
      suspend_at: percentages(monitor.triggers, "SUSPEND"),
      suspend_immediately_at: percentages(monitor.triggers, "SUSPEND_IMMEDIATE"),
      notify_users: (text("NOTIFY_USERS") ?? "").split(",").join(", "),
    };
  },
};

function percentages(triggers: readonly Trigger[], action: Trigger["action"]): string | null {
  const found = triggers.filter((each) => each.action === action).map(({ percent }) => `${percent}%`);
  return found.length ? found.join(",") : null;
}

export const NETWORK_POLICIES: Listing<NetworkPolicy> = {
  columns:
    "created_on:time name comment entries_in_allowed_ip_list:number entries_in_blocked_ip_list:number " +
    "entries_in_allowed_network_rules:number entries_in_blocked_network_rules:number",
  row: (policy) => {
    const count = (name: string) => [policy.properties.get(name) ?? []].flat().length;
    return {
      ...common(policy),
      entries_in_allowed_ip_list: count("ALLOWED_IP_LIST"),
      entries_in_blocked_ip_list: count("BLOCKED_IP_LIST"),
      entries_in_allowed_network_rules: count("ALLOWED_NETWORK_RULE_LIST"),
      entries_in_blocked_network_rules: count("BLOCKED_NETWORK_RULE_LIST"),
    };
  },
};

export const DATABASES: Listing<Database> = {
  columns:
    "created_on:time name is_default is_current origin owner comment options retention_time kind budget owner_role_type",
  row: (database, { context }) => ({
    ...common(database),
    is_default: "N",
    is_current: yesNo(context.database === database),
    options: database.transient ? "TRANSIENT" : "",
    retention_time: database.parameters.get("DATA_RETENTION_TIME_IN_DAYS") ?? "1",
    kind: "STANDARD",
    budget: null,
  }),
};
