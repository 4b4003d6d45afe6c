import { quote } from "../../messages/quote";
import { didYouMean } from "../../messages/suggest";
import type { ValueRefusal } from "./valueRefusal";

const ACTIONS = ["read", "write"] as const;
const FORM = "write `read <schema>` or `write <schema>`, where `*` stands for any letters: `write prod_*`";

/** `write prod_*` → its two words; undefined when the text is no claim. */
export function parseClaim(text: string): { action: "read" | "write"; target: string } | undefined {
  const [, action, target] = /^(read|write) +([a-z0-9_*]+)$/.exec(text) ?? [];
  return action !== undefined && target !== undefined ? { action: action as "read" | "write", target } : undefined;
}

/** What is wrong with a claim, if anything. Whether its schema exists is for the access plan to say. */
export function refuseClaim(text: string): ValueRefusal {
  if (parseClaim(text)) return undefined;
  const [action = "", target, ...more] = text.trim().split(/\s+/);
  if (target === undefined || more.length > 0) return { message: `${quote(text)} is not a claim`, help: FORM };
  if (!ACTIONS.some((known) => known === action)) {
    return { message: `unknown action ${quote(action)}`, help: didYouMean(action, ACTIONS).help ?? FORM };
  }
  if (/[^a-z0-9_*]/.test(target)) return { message: `${quote(target)} is not a schema name or pattern`, help: FORM };
  return { message: `${quote(text)} is not a claim`, help: FORM };
}
