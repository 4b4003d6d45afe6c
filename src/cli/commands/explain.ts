import type { DatedAccess } from "../../access/dated";
import { UnknownName } from "../../access/decide";
import { entriesOf } from "../../access/diff/status";
import { EXPLAINED_ACTIONS, type ExplainedAction, type Explanation, explain } from "../../access/explain";
import { quote } from "../../messages/quote";
import { didYouMean } from "../../messages/suggest";
import { UserError } from "../../messages/userError";
import { describeExplanation, renderExplanation } from "../../report/explainText";
import { EXIT, type ExitCode } from "../exit";
import { openRoster } from "../openRoster";

export interface ExplainOptions {
  readonly team: string;
  readonly format: "text" | "json";
}

/** `one-env explain`: whether somebody may do something, and why. Both answers are fine: exit code 0. */
export function runExplain(who: string, action: string, target: string, { team, format }: ExplainOptions): ExitCode {
  const access = openRoster(team);
  const explanation = ask(access, who, actionNamed(action), target);
  const text =
    format === "json"
      ? JSON.stringify(describeExplanation(explanation, access.roster), null, 2)
      : renderExplanation(explanation, access.roster);
  process.stdout.write(`${text}\n`);
  return EXIT.fine;
}

function ask(access: DatedAccess, who: string, action: ExplainedAction, target: string): Explanation {
  try {
    return explain(access, who, action, target);
  } catch (error) {
    if (!(error instanceof UnknownName)) throw error;
    const { kind, unknown } = error;
    throw new UserError(`unknown ${kind} ${quote(unknown)}`, didYouMean(unknown, namesOf(access, kind)).help);
  }
}

/** `create-table` is `create table`: nobody has to quote it for a shell. */
function actionNamed(typed: string): ExplainedAction {
  const words = typed.toLowerCase().replaceAll(/[-_]/g, " ");
  const found = EXPLAINED_ACTIONS.find((action) => action === words);
  if (found) return found;
  const help = didYouMean(words, EXPLAINED_ACTIONS).help ?? `actions: ${EXPLAINED_ACTIONS.join(", ")}`;
  throw new UserError(`unknown action ${quote(typed)}`, help);
}

function namesOf(access: DatedAccess, kind: UnknownName["kind"]): Iterable<string> {
  const { identities, schemas, roles } = access.paths;
  switch (kind) {
    case "identity":
      return entriesOf(access).keys();
    case "schema":
      return schemas.keys();
    case "role":
      return [...roles.keys(), ...identities.keys()];
  }
}
