import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { quote } from "../../messages/quote";
import { UserError } from "../../messages/userError";

/**
 * The password of an identity from the stack's outputs, in the directory we are in.
 *
 * @returns nothing when there is no Pulumi CLI
 * @throws UserError when the stack has no answer
 */
export async function readStackPassword(identity: string): Promise<string | undefined> {
  const words = ["stack", "output", "credentials", "--show-secrets", "--json", "--non-interactive"];
  let stdout: string;
  try {
    ({ stdout } = await promisify(execFile)("pulumi", words, { maxBuffer: 2 ** 26 }));
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT") return undefined;
    const why = stderr?.trim().replace(/^error: /, "") || String(code);
    throw new UserError(`pulumi gives no credentials: ${why}`, "select the stack with `pulumi stack select`");
  }
  const password = passwordIn(stdout, identity);
  if (password === undefined)
    throw new UserError(`the stack has no password for ${quote(identity)}`, "deploy the roster with `pulumi up`");
  return password;
}

/** Never shown in a message: what cannot be read may be a secret nevertheless. */
function passwordIn(json: string, identity: string): string | undefined {
  try {
    const password: unknown = JSON.parse(json)[identity];
    return typeof password === "string" ? password : undefined;
  } catch {
    return undefined;
  }
}
