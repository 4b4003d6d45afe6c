import { groupBy } from "../collections";
import { describeRepresentation } from "../proof/representatives";
import { countFaults, type Fault } from "../proof/verdict";
import { type Changes, isUnchanged } from "../rehearsal/engines/engine";
import type { Rehearsal, RehearsalStep } from "../rehearsal/rehearse";
import { formatPosition, locate, type Roster } from "../roster/roster";
import { renderMatrix } from "./matrix/matrixText";

/** The rehearsal as text; its last line is what a gate looks for. */
export function renderRehearsal(rehearsal: Rehearsal): string {
  const { roster, paths, steps, verdict, warehouse } = rehearsal;
  const repelled = [...new Set(verdict.repelled)];
  return [
    ...steps.map(renderStep),
    "",
    renderMatrix(paths),
    "",
    ...renderChanges(rehearsal.changes),
    ...(repelled.length > 0 ? [wrap(`attacks repelled: ${repelled.join(", ")}`)] : []),
    `rehearsed on ${warehouse}`,
    ...verdict.faults.flatMap((fault) => ["", renderFault(fault, roster)]),
    ...(verdict.furtherFaults > 0 ? ["", `wrong: ${verdict.furtherFaults} more that are not listed`] : []),
    "",
    ...(rehearsal.representation ? [wrap(describeRepresentation(rehearsal.representation))] : []),
    summaryOf(rehearsal),
  ].join("\n");
}

/** `proof: 2,013 allowed, 4,120 denied, 0 wrong; 30 attacks repelled; engine: pulumi`. */
export function summaryOf({ verdict, engine }: Rehearsal): string {
  const { allowed, denied, repelled } = verdict;
  return `proof: ${allowed} allowed, ${denied} denied, ${countFaults(verdict)} wrong; ${repelled.length} attacks repelled; engine: ${engine}`;
}

/** One apply: how much it changed, and what, unless everything is new. */
function renderStep({ label, changes }: RehearsalStep, index: number): string {
  if (isUnchanged(changes)) return `apply ${label}: no changes`;
  const counts = VERBS.map((verb) => [verb, changes[verb]] as const).filter(([, names]) => names.length > 0);
  const title = `apply ${label}: ${counts.map(([verb, names]) => `${names.length} ${verb}`).join(", ")}`;
  if (index === 0) return title;
  const lines = counts.flatMap(([verb, names]) => names.map((name) => `  ${wordFor(verb, name)} ${name}`));
  return [title, ...lines].join("\n");
}

const VERBS = ["created", "updated", "replaced", "deleted"] as const satisfies readonly (keyof Changes)[];

/** `carol: none → read on prod, prod_stripe`, for every change that execution showed. */
function renderChanges(changes: Rehearsal["changes"]): string[] {
  if (changes === undefined) return [];
  if (changes.length === 0) return ["access, measured before and after: no changes", ""];
  const groups = groupBy(changes, ({ who, before, after }) => `${who}: ${before} → ${after}`);
  return [
    "access, measured before and after:",
    ...[...groups].map(([change, group]) => `  ${change} on ${group.map(({ schema }) => schema).join(", ")}`),
    "",
  ];
}

/** A schema that leaves the program stays in the warehouse with every row. */
function wordFor(verb: keyof Changes, name: string): string {
  return verb === "deleted" && name.startsWith("Schema ") ? "kept, no longer managed:" : verb;
}

/** What is wrong, the statement that shows it, and the roster lines that say otherwise. */
function renderFault({ subject, expected, got, sql, reasons }: Fault, roster: Roster): string {
  const because = reasons.map((step) => `${formatPosition(locate(roster, step.because))} ${step.text}`);
  return [
    `wrong: ${subject}: expected ${expected}, got ${got}`,
    ...(sql === "" ? [] : [`  statement: ${sql.trim()}`]),
    ...because.map((line) => `  because: ${line}`),
  ].join("\n");
}

/** Breaks a line at spaces, so that none is much longer than 100 characters. */
function wrap(text: string): string {
  return text.replace(/(.{1,98})(?: +|$)/g, "$1\n  ").trimEnd();
}
