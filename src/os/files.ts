import { readFileSync, writeFileSync } from "node:fs";
import { quote } from "../messages/quote";
import { UserError } from "../messages/userError";

/** A file that somebody has named. @throws UserError when it cannot be read */
export function readText(file: string): string {
  return attempt(`cannot read ${quote(file)}`, () => readFileSync(file, "utf8"));
}

/** @throws UserError when it cannot be written */
export function writeText(file: string, text: string): void {
  attempt(`cannot write ${quote(file)}`, () => writeFileSync(file, text));
}

function attempt<T>(message: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`${message}: ${code ?? error}`);
  }
}
