/** What `one-env audit` and `one-env repair` have in common: a live warehouse, asked as the deploying admin. */
import { type Judgement, judge, ROSTER_RULES } from "../audit/accept";
import type { LoadedAccess } from "../load/loadAccess";
import { UserError } from "../messages/userError";
import type { Auditor } from "../warehouses/warehouse";
import { acceptedLogins, chosenWarehouse } from "./chosenWarehouse";
import type { WarehouseOptions } from "./warehouseOptions";

export interface Asked {
  readonly auditor: Auditor;
  /** Rule → what it finds: those of the warehouse, and those of the roster's own `audit`. */
  readonly rules: Readonly<Record<string, string>>;
  /** Asks the warehouse. */
  ask(): Promise<Judgement>;
}

/** @throws UserError when the warehouse cannot be audited, and when there is no way in */
export async function withAuditor<T>(
  command: "audit" | "repair",
  access: LoadedAccess,
  options: WarehouseOptions,
  work: (asked: Asked) => Promise<T>,
): Promise<T> {
  const { warehouse, own } = chosenWarehouse(command, options);
  if (!warehouse.withAuditor) {
    throw new UserError(
      `\`one-env ${command}\` cannot ask ${warehouse.title} yet`,
      "`pulumi preview --refresh` shows part of it",
    );
  }
  const accepted = acceptedLogins();
  return warehouse.withAuditor(own, (auditor) => {
    const rules = { ...auditor.rules, ...ROSTER_RULES };
    const ask = async () =>
      judge(await auditor.findings(access, accepted), access.roster, Object.keys(auditor.rules), access.now);
    return work({ auditor, rules, ask });
  });
}
