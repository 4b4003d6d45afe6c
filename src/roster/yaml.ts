import { parseDocument, type YAMLError } from "yaml";
import { createLocator, type Locator } from "./positions";
import type { Problem } from "./problem";
import { escapeControls } from "./quote";
import { findFeatures } from "./yamlFeatures";

/** Longest roster that is read: about 20,000 developers. It bounds the time that a stranger's pull request can take. */
const MAX_LENGTH = 1_048_576;

export interface YamlFile {
  readonly problems: readonly Problem[];
  /** What the file says; absent when it cannot be told. */
  readonly content?: { readonly value: unknown };
  readonly locator: Locator;
}

/** Reads one YAML document. Never throws. */
export function readYaml(text: string, file: string): YamlFile {
  if (text.length > MAX_LENGTH) return refuseFile(file, "the roster is larger than 1 MiB");
  try {
    return readDocument(text, file);
  } catch (error) {
    // The parser recurses: a file of a hundred thousand brackets exhausts the stack.
    if (!(error instanceof RangeError)) throw error;
    return refuseFile(file, "the roster is nested too deeply");
  }
}

function readDocument(text: string, file: string): YamlFile {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false });
  const { contents, errors } = document;
  const locator = createLocator(contents ?? undefined, text, file);
  const refuse = (offset: number, message: string, help?: string): Problem => ({
    severity: "error",
    position: locator.at(offset),
    message,
    ...(help === undefined ? {} : { help }),
  });

  const problems = firstOfEachLine(errors, locator).map((error) => refuse(error.pos[0], ...describeSyntax(error)));
  if (contents === null && errors.length === 0) {
    return {
      locator,
      problems: [refuse(0, "the roster is empty", "a roster needs `sources` with at least one entry")],
    };
  }
  if (document.directives.yaml.explicit) {
    problems.push(refuse(0, "the directive `%YAML` is not allowed", "delete it: a roster is read as YAML 1.2"));
  }
  const features = findFeatures(contents, locator);
  for (const { offset, message, help } of features) problems.push(refuse(offset, message, help));
  const readable = errors.length === 0 && features.every(({ hidesValues }) => !hidesValues);
  return readable ? { problems, locator, content: { value: document.toJS() } } : { problems, locator };
}

function refuseFile(file: string, message: string): YamlFile {
  const locator = createLocator(undefined, "", file);
  return { locator, problems: [{ severity: "error", position: locator.at(0), message }] };
}

/** After a first syntax error of a line the parser guesses, and the further ones mislead. */
function firstOfEachLine(errors: readonly YAMLError[], locator: Locator): YAMLError[] {
  const lines = new Set<number>();
  return errors.filter(({ pos }) => {
    const { line } = locator.at(pos[0]);
    const first = !lines.has(line);
    lines.add(line);
    return first;
  });
}

function describeSyntax({ code, message }: YAMLError): [message: string, help?: string] {
  switch (code) {
    case "MULTIPLE_DOCS":
      return ["a second YAML document starts here, and a roster is one", "delete the line `---`"];
    case "TAB_AS_INDENT":
      return ["a tab cannot indent YAML", "use spaces"];
    default:
      return [
        escapeControls(`not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1).replace(/\.$/, "")}`),
      ];
  }
}
