import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { load } from "js-yaml";
import { UserError } from "../errors";
import { PROFILE, renderProfile, renderSharedProfile, targetOf } from "../handoff/profiles";
import { quote } from "../roster/quote";
import { EXIT, type ExitCode } from "./exit";
import { identityNamed } from "./identity";
import { loadSide } from "./side";

export interface ProfilesOptions {
  readonly team: string;
  /** Default: PGUSER. */
  readonly who?: string;
  readonly all?: boolean;
  readonly out?: string;
}

/** `one-env profiles`: dbt's profiles.yml for one identity, or for everybody. It holds no secret. */
export function runProfiles({ team, who = process.env.PGUSER, all = false, out }: ProfilesOptions): ExitCode {
  const side = loadSide(team, new Date());
  const text = all ? renderSharedProfile(side.paths.plan.identities) : renderOne(side, who);
  if (out === undefined) process.stdout.write(text);
  else writeOut(out, text);
  return EXIT.fine;
}

function renderOne(side: ReturnType<typeof loadSide>, who: string | undefined): string {
  if (!who) throw new UserError("whose profile?", "say --who <identity> or --all, or set PGUSER");
  const target = targetOf(identityNamed(side, who));
  if (target) return renderProfile(target);
  throw new UserError(`${quote(who)} only reads, and dbt needs a schema to write`, "use `one-env env` for its login");
}

/** Writes over a file of ours only: ~/.dbt/profiles.yml is where all projects of a person have their profiles. */
function writeOut(out: string, text: string): void {
  try {
    const others = existsSync(out) ? othersIn(readFileSync(out, "utf8")) : [];
    if (others.length > 0)
      throw new UserError(
        `${quote(out)} would lose ${others.join(", ")}`,
        "write elsewhere, or add what is printed without --out to it by hand",
      );
    writeFileSync(out, text);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot write ${quote(out)}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** What would be lost, beside our own profile. */
function othersIn(text: string): string[] {
  let content: unknown;
  try {
    content = load(text);
  } catch {
    return ["what is no YAML"];
  }
  if (typeof content === "object" && content !== null)
    return Object.keys(content)
      .filter((name) => name !== PROFILE)
      .map(quote);
  return text.trim() === "" ? [] : ["what is no profile"];
}
