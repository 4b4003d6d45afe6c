/** Reads sentences of a permission diff back, knowing nothing of how they were made. */
import type { DatedAccess } from "../../src/access/dated";

/** `alice read prod_hr` → whether it is possible now (`+`) or no longer (`-`). */
export type Told = Map<string, "+" | "-">;

/** What the sentences say about access; sentences about other things say nothing. */
export function readSentences(texts: readonly string[], before: DatedAccess, after: DatedAccess): Told {
  const told: Told = new Map();
  const tell = (side: DatedAccess, subject: string, actions: readonly string[], what: string, sign: "+" | "-") => {
    for (const who of readWho(subject, before, after, sign)) {
      for (const schema of readSchemas(what, side, who)) {
        for (const action of actions) told.set(`${who} ${action} ${schema}`, sign);
      }
    }
  };
  for (const text of texts) {
    const gain = /^(.*?) can now (.*)$/.exec(text);
    const loss = /^(.*?) can no longer (.*)$/.exec(text);
    const gets = /^(.*?) gets? (.*) of their own$/.exec(text);
    if (gain?.[1] && gain[2]) {
      for (const part of gain[2].split(/, and (?=read and write |write |read |gets? )/)) {
        const [, verb = "", what = ""] = /^(read and write|write|read|gets?) (.*?)(?: of their own)?$/.exec(part) ?? [];
        tell(after, gain[1], ACTIONS[verb] ?? [], what, "+");
      }
    } else if (loss?.[1] && loss[2]) {
      for (const part of loss[2].split(/, nor (?=read or write |write |read )/)) {
        const [, verb = "", what = ""] =
          /^(read or write|write|read) (.*?)(?: \(but still reads? it\))?$/.exec(part) ?? [];
        tell(before, loss[1], ACTIONS[verb] ?? [], what, "-");
      }
    } else if (gets?.[1] && gets[2] && !text.includes("password")) {
      tell(after, gets[1], ["read", "write"], gets[2], "+");
    }
  }
  return told;
}

const ACTIONS: Record<string, readonly string[]> = {
  read: ["read"],
  write: ["write"],
  "read and write": ["read", "write"],
  "read or write": ["read", "write"],
  get: ["read", "write"],
  gets: ["read", "write"],
};

function readWho(text: string, before: DatedAccess, after: DatedAccess, sign: "+" | "-"): string[] {
  const developers = ({ paths }: DatedAccess) =>
    paths.plan.identities.filter(({ duty }) => duty === "developer").map(({ name }) => name);
  return split(text).flatMap((part) => {
    if (/^every (other )?developer$/.test(part)) return developers(sign === "+" ? after : before);
    if (/^every present (other )?developer$/.test(part)) {
      return developers(after).filter((name) => developers(before).includes(name));
    }
    return name(part);
  });
}

function readSchemas(text: string, { roster, paths }: DatedAccess, who: string): string[] {
  const prod = paths.plan.schemas.filter(({ kind }) => kind === "prod").map(({ name }) => name);
  const restricted = roster.sources.filter(({ readers }) => readers).map(({ name }) => `prod_${name}`);
  return split(text).flatMap((part) => {
    if (part === "all of production") return prod;
    if (part === "all of production that is not restricted") return prod.filter((name) => !restricted.includes(name));
    if (part === "the `ci_*` schemas it opens") return ["ci_*"];
    const found = name(part).replace("<user>", who);
    if (!found.endsWith("_<source>")) return [found];
    return roster.sources.map((source) => found.replace("<source>", source.name));
  });
}

function split(text: string): string[] {
  return text.split(/, | and /);
}

function name(part: string): string {
  const found = /^`(.*)`$/.exec(part)?.[1];
  if (found === undefined) throw new Error(`no name: ${part}`);
  return found;
}
