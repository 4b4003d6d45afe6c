/** From where a user may come: page "Controlling network traffic with network policies". IPv4, without network rules. */
import { BlockList } from "node:net";
import type { Account } from "../catalog/account";
import type { NetworkPolicy, User } from "../catalog/securables";
import { SnowflakeError } from "../errors";

/**
 * The user's policy goes before the account's. What it blocks is blocked, whatever it allows; a list of what is allowed
 * blocks everything else.
 * @throws SnowflakeError 390422
 */
export function checkAddress(account: Account, user: User, address: string): void {
  const name = user.parameters.get("NETWORK_POLICY") ?? account.self.parameters.get("NETWORK_POLICY");
  const policy = account.networkPolicies.get(name ?? "");
  if (!policy) return;
  const allowed = ranges(policy, "ALLOWED_IP_LIST");
  const isAllowed = allowed === null || allowed.check(address);
  if (isAllowed && !ranges(policy, "BLOCKED_IP_LIST")?.check(address)) return;
  const message = `Incoming request with IP/Token ${address} is not allowed to access Snowflake. Contact your account administrator.`;
  throw new SnowflakeError("390422", "08001", message);
}

/** Addresses and ranges in CIDR notation; null for none. */
function ranges({ properties }: NetworkPolicy, property: string): BlockList | null {
  const entries = [properties.get(property) ?? []].flat();
  if (entries.length === 0) return null;
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", prefix = "32"] = entry.split("/");
    list.addSubnet(address, Number(prefix));
  }
  return list;
}
