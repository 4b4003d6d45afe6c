import type { DatedAccess } from "../access/dated";
import { entriesOf } from "../access/diff/status";
import type { Identity } from "../access/plan";
import { quote } from "../messages/quote";
import { didYouMean } from "../messages/suggest";
import { UserError } from "../messages/userError";

/** @throws UserError for a name that the roster does not have, or whose access has ended */
export function identityNamed(access: DatedAccess, name: string): Identity {
  const found = access.paths.identities.get(name);
  if (found) return found;
  const expires = entriesOf(access).get(name)?.expires;
  if (expires !== undefined)
    throw new UserError(`the access of ${quote(name)} ended on ${expires}`, "move the date in the roster, and deploy");
  const names = [...access.paths.identities.keys()];
  const help = didYouMean(name, names).help ?? `identities are ${names.map(quote).join(", ")}`;
  throw new UserError(`unknown identity ${quote(name)}`, help);
}
