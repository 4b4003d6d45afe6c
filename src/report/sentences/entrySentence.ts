import type { AccessChange, Subject } from "../../access/diff/change";
import { schemaName } from "../../names";
import type { Duty, Limits } from "../../roster/roster";
import { formatDuration } from "../../roster/rules/durations";
import { joinWords, listNames, nameParts } from "./phrases";

export const DUTY_TITLES = {
  developer: { one: "a developer", many: "developers" },
  prod: { one: "a prod service", many: "prod services" },
  ci: { one: "a CI service", many: "CI services" },
  reader: { one: "a reader service", many: "reader services" },
} as const satisfies Record<Duty, { one: string; many: string }>;

export const LIMIT_TITLES = {
  statementTimeout: "statement timeout",
  idleInTransaction: "idle-in-transaction timeout",
  connections: "connection limit",
  schemaTtl: "lifetime of CI schemas",
  runs: "limit of open CI runs",
} as const satisfies Record<keyof Limits, string>;

/** Any change but that of access, which has sentences of its own. */
export type EntryChange = Exclude<AccessChange, { kind: "access" }>;

/** A change of the roster's entries, in one sentence. */
export function entrySentence(change: EntryChange): string {
  const name = `\`${change.subject.name}\``;
  switch (change.kind) {
    case "identity-added": {
      const { duty, expires, ended } = change;
      if (ended) return `${name} is listed, but their access ended on ${expires}`;
      return `${name} joins as ${DUTY_TITLES[duty].one}${expires === undefined ? "" : `, until ${expires}`}`;
    }
    case "identity-removed":
      if (change.ended) return `${name} is not listed any more; their access had ended already`;
      return `${name} leaves: ${leftBehind(change.duty, true)}`;
    case "identity-expired":
      return `the access of ${name} ended on ${change.expires}: ${leftBehind(change.duty, false)}`;
    case "identity-revived": {
      const until = change.expires === undefined ? "" : `, until ${change.expires}`;
      return `${name} is back as ${DUTY_TITLES[change.duty].one}${until}`;
    }
    case "expiry-changed": {
      const was = change.before === undefined ? "it had no end" : `it ended on ${change.before}`;
      const is = change.after === undefined ? "has no end any more" : `now ends on ${change.after}`;
      return `the access of ${name} ${is} (${was})`;
    }
    case "duty-changed":
      return `${name} is now ${DUTY_TITLES[change.after].one} (was ${DUTY_TITLES[change.before].one})`;
    case "role-gained":
      return `${name} now acts as \`${change.role}\`, the owner of everything in production`;
    case "role-lost":
      return `${name} no longer acts as \`${change.role}\`, the owner of everything in production`;
    case "source-added":
      return `source ${name} is new: its schema is \`${schemaName("prod", change.subject.name)}\`${restriction(change.readers)}`;
    case "source-removed":
      return `source ${name} is removed: \`${schemaName("prod", change.subject.name)}\` and every \`<user>_${change.subject.name}\` stay with every row, and nothing manages them any more`;
    case "source-restricted":
      return `source ${name} is now restricted: ${onlyReaders(change.readers)}`;
    case "source-unrestricted":
      return `source ${name} is no longer restricted: every developer and every CI service may read it`;
    case "source-widened":
      return `the restricted source ${name} is widened: ${listNames(change.who)} is now one of its readers`;
    case "source-narrowed":
      return `the restricted source ${name} is narrowed: ${listNames(change.who)} is no longer one of its readers`;
    case "share-changed":
      return change.after === "team"
        ? `${name} now shares their schemas with every developer`
        : `${name} no longer shares their schemas`;
    case "limit":
      return limitSentence(change.limit, change.before, change.after, change.subject);
    case "expectation-added":
      return `the roster now checks that ${claim(change)}`;
    case "expectation-removed":
      return `the roster no longer checks that ${claim(change)}`;
    case "rotation":
      return `${name} gets a new password`;
  }
}

function leftBehind(duty: Duty, isNews: boolean): string {
  const isPerson = duty === "developer";
  const ends = isNews ? `${isPerson ? "their" : "its"} access ends, ` : "";
  return `${ends}${isPerson ? "their schemas stay with every row, and nothing manages them any more" : "nothing is deleted"}`;
}

function restriction(readers: readonly string[] | undefined): string {
  return readers === undefined ? "" : `, restricted: ${onlyReaders(readers)}`;
}

function onlyReaders(readers: readonly string[]): string {
  if (readers.length === 0) return "only prod services may read it";
  return `only ${joinWords([...nameParts([...readers].sort()), "prod services"])} may read it`;
}

function limitSentence(limit: keyof Limits, before: number | undefined, after: number | undefined, subject: Subject) {
  const who = subject.kind === "duty" ? DUTY_TITLES[subject.name as Duty].many : `\`${subject.name}\``;
  const verb = subject.kind === "duty" ? "have" : "has";
  const title = LIMIT_TITLES[limit];
  if (before === undefined) return `${who} now ${verb} ${article(title)} of ${formatLimit(limit, after)}`;
  if (after === undefined) return `${who} no longer ${verb} ${article(title)} (it was ${formatLimit(limit, before)})`;
  return `the ${title} of ${who} goes from ${formatLimit(limit, before)} to ${formatLimit(limit, after)}`;
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}

/** `15min`; a number for what is counted. */
export function formatLimit(limit: keyof Limits, value: number | undefined): string {
  if (value === undefined) return "none";
  return limit === "connections" || limit === "runs" ? String(value) : formatDuration(value);
}

function claim({
  who,
  expected,
  action,
  target,
}: Extract<AccessChange, { kind: "expectation-added" | "expectation-removed" }>) {
  return `${listNames(who)} ${expected} ${action} \`${target}\``;
}
