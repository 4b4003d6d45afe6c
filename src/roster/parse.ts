import { buildRoster } from "./build";
import type { Problem } from "./problem";
import type { Roster } from "./roster";
import { checkEntries } from "./rules/checks";
import { readDraft } from "./rules/draft";
import { checkGeneratedNames } from "./rules/generated";
import { describeIssue, type RosterFinding } from "./rules/issues";
import { rosterSchema } from "./schema";
import type { Locator } from "./yaml/positions";
import { readYaml } from "./yaml/yaml";

/** What a roster file says, and all that is wrong with it in the order of its lines. */
export interface ParsedRoster {
  /** Present if and only if no problem is an error. */
  readonly roster?: Roster;
  readonly problems: Problem[];
}

/** Parses the text of a roster. `file` is only what messages call it. Never throws. */
export function parseRoster(text: string, file: string): ParsedRoster {
  // Lines and columns as editors count them: no byte order mark, and any line break is one.
  const normal = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const { problems: syntax, content, locator } = readYaml(normal, file);
  if (!content) return { problems: sortByPosition(syntax) };

  const parsed = rosterSchema.safeParse(content.value);
  const draft = readDraft(content.value);
  const findings = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => describeIssue(issue, content.value))),
    ...checkEntries(draft, locator),
    ...checkGeneratedNames(draft, locator),
  ];
  const problems = sortByPosition([...syntax, ...findings.map((finding) => place(finding, locator))]);
  if (!parsed.success || problems.some(({ severity }) => severity === "error")) return { problems };
  return { roster: buildRoster(parsed.data, file, locator), problems };
}

function place({ severity, path, onKey, message, help }: RosterFinding, locator: Locator): Problem {
  const position = onKey ? locator.key(path) : locator.value(path);
  return { severity, position, message, ...(help === undefined ? {} : { help }) };
}

function sortByPosition(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => a.position.line - b.position.line || a.position.col - b.position.col);
}
