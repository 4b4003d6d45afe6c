import { z } from "zod";
import { quote } from "../messages/quote";
import { UserError } from "../messages/userError";
import type { Rehearsal } from "../rehearsal/rehearse";
import { packedMeasured, packMeasured } from "./measuredFile";

const step = z.object({ text: z.string(), because: z.string() });
const names = z.array(z.string());

/** Goes up when a file's readers have to change. */
const VERSION = 2;

/** What a rehearsal leaves in a file: `one-env rehearse --json`. Further keys are let through unread. */
const rehearsalFile = z.object({
  version: z.literal(VERSION),
  engine: z.enum(["pulumi", "stand-in"]),
  warehouse: z.string(),
  verdict: z.object({
    allowed: z.int(),
    denied: z.int(),
    repelled: names,
    faults: z.array(
      z.object({ subject: z.string(), expected: z.string(), got: z.string(), sql: z.string(), reasons: z.array(step) }),
    ),
    furtherFaults: z.int(),
  }),
  steps: z.array(
    z.object({
      label: z.string(),
      changes: z.object({ created: names, updated: names, replaced: names, deleted: names }),
    }),
  ),
  /** Where not everybody tried everything. */
  representation: z.object({ represented: z.int(), representatives: z.int() }).optional(),
  measured: packedMeasured,
});

export type RehearsalFile = z.infer<typeof rehearsalFile>;

/** The text of the file; what it says of the plan is in the roster already. */
export function writeRehearsal({ engine, warehouse, verdict, steps, measured, representation }: Rehearsal): string {
  const { represented = 0, representatives = 0 } = representation ?? {};
  const content = {
    ...{ version: VERSION, engine, warehouse, verdict, steps },
    ...(representation ? { representation: { represented, representatives } } : {}),
    measured: packMeasured(measured),
  };
  return `${JSON.stringify(content)}\n`;
}

/**
 * Reads what {@link writeRehearsal} wrote.
 *
 * @throws UserError
 */
export function readRehearsal(text: string, file: string): RehearsalFile {
  const help = "make it with `one-env rehearse --json <file>`";
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new UserError(`${quote(file)} is not JSON`, help);
  }
  // The first version had every statement in it, and said nothing of its version.
  if (typeof content === "object" && content !== null && "results" in content)
    throw new UserError(`${quote(file)} was written by an earlier one-env`, help);
  const parsed = rehearsalFile.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join(".") ?? "";
  throw new UserError(`${quote(file)} is not the result of a rehearsal: ${path} ${issue?.message.toLowerCase()}`, help);
}
