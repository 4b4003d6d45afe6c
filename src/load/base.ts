import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, dirname } from "node:path";
import { accessAt } from "../access/dated";
import { quote } from "../messages/quote";
import { UserError } from "../messages/userError";
import { readText } from "../roster/load";
import { BadInput, isError, type Problem } from "../roster/problem";
import type { Roster } from "../roster/roster";
import { type LoadedAccess, readAccess } from "./loadAccess";

/** The roster before a change, and what it meant. */
export interface Base extends LoadedAccess {
  /** Whether there was one; without it the roster is empty, and everything of the change is new. */
  readonly exists: boolean;
}

/**
 * Reads the roster before a change.
 *
 * What speaks against its meaning is a warning: it was deployed while it held, and the change may be what mends it. Its
 * own warnings are left out.
 *
 * @param base file, or anything that git resolves to a commit
 * @param team path of the roster as it is now
 * @throws BadInput when its form has an error: then nobody can say what it meant
 */
export function loadBase(base: string, team: string, now: Date): Base {
  const { label, text } = readBase(base, team);
  if (text === undefined) return { ...accessAt(emptyRoster(label), now), problems: [], exists: false };
  const { access, problems } = readAccess({ text, label }, now);
  if (!access) throw new BadInput(problems);
  const asWarning = (problem: Problem): Problem => ({ ...problem, severity: "warning" });
  return { ...access, problems: problems.filter(isError).map(asWarning), exists: true };
}

/** Its text, if there is one, and what messages call it. A file that exists wins over a commit of the same name. */
function readBase(base: string, team: string): { label: string; text: string | undefined } {
  if (existsSync(base)) return { label: base, text: readText(base) };
  return { label: `${base}:${team}`, text: showFile(base, team) };
}

/**
 * The text of a file in a commit; nothing when the commit does not have it.
 *
 * @throws UserError when git knows no such commit
 */
function showFile(ref: string, file: string): string | undefined {
  // git would take a ref that begins with `-` for an option.
  if (ref.startsWith("-") || ref === "") throw refusal(ref, "is neither a file nor a commit");
  const cwd = dirname(file);
  if (!existsSync(cwd)) throw refusal(ref, `is no file, and there is no directory ${quote(cwd)} to ask git in`);
  const commit = git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], cwd)?.trim();
  if (commit === undefined) throw refusal(ref, "is neither a file nor a commit of this git repository");
  const name = `./${basename(file)}`;
  if (git(["cat-file", "-e", `${commit}:${name}`], cwd) === undefined) return undefined;
  return git(["show", `${commit}:${name}`], cwd);
}

/** What git prints; nothing when it refuses. Never through a shell. */
function git(words: readonly string[], cwd: string): string | undefined {
  try {
    return execFileSync("git", words, {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 2 ** 28,
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT")
      throw new UserError("git is needed to read the roster of a commit", "install it, or compare with a file");
    if (typeof (error as { status?: unknown }).status === "number") return undefined;
    throw error;
  }
}

function refusal(base: string, message: string): UserError {
  return new UserError(
    `the base ${quote(base)} ${message}`,
    "compare with `--base main`, or with `--base old-team.yaml`",
  );
}

function emptyRoster(file: string): Roster {
  const limits = { developer: {}, prod: {}, ci: {}, reader: {} };
  return { file, sources: [], developers: [], services: [], limits, expect: [], audit: [], positions: new Map() };
}
