/** What an entry of `audit:` is made of. */
import { quote } from "../../messages/quote";
import type { ValueRefusal } from "./valueRefusal";

export const RULE_PATTERN = "^[a-z]+(-[a-z]+)*$";
/** A letter or a digit besides all stars. */
export const PATTERN = "[^*\\s]";

/** Which rules there are is the warehouse's business: one that does not exist accepts nothing, as the audit says. */
export function refuseRule(text: string): ValueRefusal {
  if (new RegExp(RULE_PATTERN).test(text)) return undefined;
  const help = "write it as `one-env audit` prints it, such as `grant-outside-roster`";
  return { message: `${quote(text)} is no name of a rule`, help };
}

export function refusePattern(text: string): ValueRefusal {
  if (new RegExp(PATTERN).test(text)) return undefined;
  const help = "name who has it, or what: `metabase`, `prod_hr.*`";
  return { message: `${quote(text)} accepts whatever the rule finds`, help };
}

export function refuseReason(text: string): ValueRefusal {
  if (text.trim() !== "") return undefined;
  return { message: "the reason is empty", help: "say why it is accepted, or where that is written" };
}
