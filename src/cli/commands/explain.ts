import type { DatedAccess } from "../../access/dated";
import { UnknownName } from "../../access/decide";
import { entriesOf } from "../../access/diff/status";
import { EXPLAINED_ACTIONS, type ExplainedAction, type Explanation, explain } from "../../access/explain";
import { quote } from "../../messages/quote";
import { didYouMean } from "../../messages/suggest";
import { UserError } from "../../messages/userError";
import { describeExplanation, renderExplanation } from "../../report/explainText";
import { type Command, Option } from "../commander";
import { EXIT, type ExitCode, finish } from "../exit";
import { openRoster } from "../openRoster";

const HELP = `
Allowed or denied, the exit code is 0: both are answers. An unknown name is bad input.

Examples:
  $ one-env explain alice read prod_hr
  $ one-env explain alice create-table prod_stripe.charges
  $ one-env explain airflow act-as prod --format json`;

/** `one-env explain`: whether somebody may do something, and why. Both answers are fine: exit code 0. */
export function define(command: Command) {
  return command
    .description("Says whether somebody may do something, and the whole way to it with its roster lines.")
    .argument("<who>", "identity of the roster")
    .argument("<action>", "read, write, insert, create-table, drop-schema, act-as, …")
    .argument("<target>", "schema, object in one, or role for act-as")
    .option("--team <file>", "roster", "team.yaml")
    .addOption(new Option("--format <format>", "form of the answer").choices(["text", "json"]).default("text" as const))
    .addHelpText("after", HELP)
    .action((who, action, target, options) => finish(answer(who, action, target, options)));
}

interface ExplainOptions {
  readonly team: string;
  readonly format: "text" | "json";
}

function answer(who: string, action: string, target: string, { team, format }: ExplainOptions): ExitCode {
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
