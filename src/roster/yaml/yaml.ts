import { constructFromEvents, EVENT_ID, type Event, parseEvents, YAMLException } from "js-yaml";
import { escapeControls } from "../../messages/quote";
import type { Problem } from "../problem";
import { createLocator, type Locator } from "./positions";
import { findBadKeys, findFeatures } from "./yamlFeatures";
import { buildTree } from "./yamlTree";

/** Longest roster that is read: about 20,000 developers. It bounds the time that anybody's pull request can take. */
const MAX_LENGTH = 1_048_576;

export interface YamlFile {
  readonly problems: readonly Problem[];
  /** What the file says; absent when it cannot be told. */
  readonly content?: { readonly value: unknown };
  readonly locator: Locator;
}

/** Reads one YAML document. Never throws. A syntax error hides what comes after it. */
export function readYaml(text: string, file: string): YamlFile {
  if (text.length > MAX_LENGTH) return refuse(createLocator(undefined, "", file), 0, "the roster is larger than 1 MiB");
  try {
    return readDocument(parseEvents(text, {}), text, file);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return refuse(createLocator(undefined, text, file), error.mark?.position ?? 0, ...describeSyntax(error.reason));
  }
}

function readDocument(events: Event[], text: string, file: string): YamlFile {
  const end = events.findIndex(({ type }, index) => index > 0 && type === EVENT_ID.DOCUMENT);
  const first = end === -1 ? events : events.slice(0, end);
  const root = buildTree(first, text);
  const locator = createLocator(root, text, file);
  if (end !== -1) {
    const message = "a second YAML document starts here, and a roster is one";
    return refuse(locator, secondDocument(text, root?.start ?? 0), message, "delete the line `---`");
  }
  if (root === undefined || (root.kind === "scalar" && root.isEmpty))
    return refuse(locator, 0, "the roster is empty", "a roster needs `sources` with at least one entry");

  const features = [...findFeatures(events, text), ...findBadKeys(root, locator)];
  const problems = features.map(({ offset, message, help }) => problemAt(locator, offset, message, help));
  if (features.some(({ hidesValues }) => hidesValues)) return { problems, locator };
  // `json`: duplicate keys are reported above, and must not be thrown here.
  const [value] = constructFromEvents(events.map(withoutTag), { source: text, json: true });
  return { problems, locator, content: { value } };
}

/** Tags are reported; what they stand before is read as if they were not there. */
function withoutTag(event: Event): Event {
  return "tagStart" in event ? { ...event, tagStart: -1, tagEnd: -1 } : event;
}

/** No content can stand at the start of a line and look like the marker. */
function secondDocument(text: string, contentStart: number): number {
  const marker = /^(?:---|\.\.\.)/gm;
  marker.lastIndex = contentStart;
  return marker.exec(text)?.index ?? contentStart;
}

function refuse(locator: Locator, offset: number, message: string, help?: string): YamlFile {
  return { locator, problems: [problemAt(locator, offset, message, help)] };
}

function problemAt(locator: Locator, offset: number, message: string, help?: string): Problem {
  return { severity: "error", position: locator.at(offset), message, ...(help === undefined ? {} : { help }) };
}

function describeSyntax(reason: string): [message: string, help?: string] {
  if (/^tab characters/.test(reason)) return ["a tab cannot indent YAML", "use spaces"];
  if (/maxDepth/.test(reason)) return ["the roster is nested too deeply"];
  return [escapeControls(`not valid YAML: ${reason}`)];
}
