import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../messages/userError";
import { readStackOutputs } from "../stack/stackOutputs";
import { IncompleteSettings, readSettings, type StackSettings } from "./settings";

/**
 * The configuration of the stack that is being deployed, checked.
 *
 * @throws UserError that lists everything wrong, by key; where something is not there it says, from the stack's state,
 *   whether it has never been or is lost
 */
export async function readStackSettings(): Promise<StackSettings> {
  try {
    return readSettings();
  } catch (error) {
    if (error instanceof IncompleteSettings) throw new UserError(error.what, await whereFrom());
    throw error;
  }
}

/** A seed that takes a lost one's place is a new password for everybody, so only a new stack is told to make one. */
async function whereFrom(): Promise<string> {
  const stack = pulumi.getStack();
  const deployed = (await readStackOutputs()).filter(({ type }) => /^(postgresql|snowflake):/.test(type));
  if (deployed.length === 0) {
    return (
      `stack \`${stack}\` has deployed nothing yet: set it up as README.md says, "Deploy it"; on PostgreSQL the seed of its ` +
      'passwords is made with `pulumi config set --secret passwordSeed "$(openssl rand -base64 32)"`'
    );
  }
  const logins = deployed.filter(({ type, outputs }) => type.endsWith(":Role") && outputs.login === true).length;
  const warning = logins === 0 ? "" : `, and make no new seed, which would give ${logins} logins a new password`;
  return (
    `stack \`${stack}\` is deployed, so its configuration is not new but lost here: bring Pulumi.${stack}.yaml back, from ` +
    `git or with \`pulumi config refresh\`${warning} (docs/operations.md, "The stack's file")`
  );
}
