import { CommanderError } from "commander";
import { UserError } from "../messages/userError";
import { BadInput } from "../roster/problem";
import { tellProblems } from "./problems";

/** What the process tells its caller. */
export const EXIT = { fine: 0, findings: 1, badInput: 2, internal: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Sets the exit code and lets the process end by itself: `process.exit` would cut output that a pipe has not taken. */
export async function finish(exitCode: ExitCode | Promise<ExitCode>): Promise<void> {
  process.exitCode = await exitCode;
}

/** The one place that turns an error into words on stderr and an exit code. */
export function exitCodeFor(error: unknown): ExitCode {
  if (error instanceof CommanderError) {
    // Commander has printed it; `--help` and `--version` end this way too, with code 0.
    return error.exitCode === 0 ? EXIT.fine : EXIT.badInput;
  }
  if (error instanceof BadInput) {
    tellProblems(error.problems);
    return EXIT.badInput;
  }
  if (error instanceof UserError) {
    console.error(error.message);
    return EXIT.badInput;
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  console.error(`internal error: ${message}`);
  console.error(process.env.ONE_ENV_DEBUG === "1" ? stack : "  help: set ONE_ENV_DEBUG=1 to see where");
  return EXIT.internal;
}
