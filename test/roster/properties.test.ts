import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ParsedRoster, parseRoster } from "../../src/roster/parse";
import { formatProblem } from "../../src/roster/problem";
import { arbitraryRoster, toYaml } from "../support/rosters";

const SEED = { seed: 20_261_122 };
const FIXTURES = join(__dirname, "../fixtures/roster");
const fixtures = readdirSync(FIXTURES).map((name) => ({
  name,
  text: readFileSync(join(FIXTURES, name, "team.yaml"), "utf8"),
}));

const arbitraryStyle = fc.record({ flow: fc.boolean(), explicit: fc.boolean() });
const arbitraryModel = arbitraryRoster({ sources: 6, developers: 6, services: 6, expectations: 3 });

describe("valid rosters", () => {
  it("come back as they were written, in whatever style", () => {
    fc.assert(
      fc.property(arbitraryModel, arbitraryStyle, (model, style) => {
        const { roster, problems } = parseRoster(toYaml(model, style), "team.yaml");
        expect(problems.filter(({ severity }) => severity === "error").map(formatProblem)).toEqual([]);
        const { file, positions, audit, ...rest } = roster ?? expect.fail("no roster");
        expect(file).toBe("team.yaml");
        expect(rest).toEqual(model);
        expect(positions.size).toBeGreaterThan(0);
      }),
      { ...SEED, numRuns: 300 },
    );
  });

  it("have the position of every name where the name is written", () => {
    fc.assert(
      fc.property(arbitraryModel, arbitraryStyle, (model, style) => {
        const text = toYaml(model, style);
        const lines = text.split("\n");
        const { roster } = parseRoster(text, "team.yaml");
        for (const [path, { line, col }] of roster?.positions ?? expect.fail("no roster")) {
          const written = lines[line - 1]?.slice(col - 1) ?? "";
          const name = path.split(".").at(-1) ?? "";
          // A mapping starts with its first key or with a brace; all else with its own name.
          const starts = /^\d+$/.test(name) ? [""] : [name, `"${name}"`, "name:", "{"];
          expect(
            starts.some((start) => written.startsWith(start)),
            `${path} at ${line}:${col}: ${written}`,
          ).toBe(true);
        }
      }),
      { ...SEED, numRuns: 100 },
    );
  });
});

describe("broken rosters", () => {
  const snippet = fc.oneof(
    fc.constantFrom(
      "&a ",
      "*a",
      "!!x ",
      "<<: ",
      "---\n",
      "{",
      "}",
      "[",
      "]",
      ": ",
      "- ",
      "\t",
      '"',
      "'",
      "|",
      ">",
      "#",
      "%",
      "\r",
      "\0",
      "\u2028",
      "~",
      "\ud800",
    ),
    fc.string({ unit: "binary", maxLength: 4 }),
    fc.constantFrom(
      "prod",
      "name: x\n",
      "duty: ci\n",
      "0",
      "-1",
      "sources:\n",
      "__proto__: 1\n",
      "constructor",
      "null\n",
    ),
  );
  const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(12), insert: snippet });
  const start = fc.oneof(
    fc.constantFrom(...fixtures.map(({ text }) => text)),
    fc.tuple(arbitraryModel, arbitraryStyle).map(([model, style]) => toYaml(model, style)),
    fc.string({ unit: "binary" }),
  );

  it("never throw, and have every problem inside the file", () => {
    let rejected = 0;
    fc.assert(
      fc.property(start, fc.array(edit, { minLength: 1, maxLength: 5 }), (text, edits) => {
        const broken = edits.reduce(applyEdit, text);
        const parsed = parseRoster(broken, "team.yaml");
        if (!parsed.roster) rejected++;
        expectSound(parsed, broken);
      }),
      { ...SEED, numRuns: 1500 },
    );
    // Else the edits break nothing, and the test tests nothing.
    expect(rejected).toBeGreaterThan(500);
  });

  function applyEdit(text: string, { at, remove, insert }: { at: number; remove: number; insert: string }): string {
    const offset = Math.floor(at * text.length);
    return text.slice(0, offset) + insert + text.slice(offset + remove);
  }
});

function expectSound({ roster, problems }: ParsedRoster, text: string): void {
  const lines = text.split(/\r\n|\r|\n/);
  expect(roster === undefined).toBe(problems.some(({ severity }) => severity === "error"));
  let before = { line: 1, col: 1 };
  for (const { position, message, help } of problems) {
    const { line, col } = position;
    expect(line, formatProblem({ severity: "error", position, message })).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(col).toBeGreaterThanOrEqual(1);
    expect(col).toBeLessThanOrEqual((lines[line - 1] ?? "").length + 1);
    expect(line > before.line || (line === before.line && col >= before.col), "sorted by position").toBe(true);
    before = position;
    // One line each, and no control character of the file's in it.
    expect(message).toMatch(/^\P{C}+[^.]$/u);
    if (help !== undefined) expect(help).toMatch(/^\P{C}+$/u);
  }
}

describe("what does not matter", () => {
  const problemsOf = (text: string) => parseRoster(text, "team.yaml").problems;
  const texts = fixtures.map(({ name, text }) => [name, text] as const);

  it.each(texts)("line breaks of Windows: %s", (_, text) => {
    expect(problemsOf(text.replaceAll("\n", "\r\n"))).toEqual(problemsOf(text));
  });

  it.each(texts)("a byte order mark: %s", (_, text) => {
    expect(problemsOf(`\uFEFF${text}`)).toEqual(problemsOf(text));
  });

  it.each(texts.filter(([, text]) => text.trim() !== "" && !/^[#%]/.test(text)))(
    "comments in front, but for the line: %s",
    (_, text) => {
      const shifted = problemsOf(`# one\n# two\n${text}`).map(({ position, message }) => ({ ...position, message }));
      const expected = problemsOf(text).map(({ position, message }) => ({
        ...position,
        line: position.line + 2,
        message,
      }));
      expect(shifted).toEqual(expected);
    },
  );
});

describe("hostile files", () => {
  it.each([
    ["brackets without end", "[".repeat(100_000), "not valid YAML: |nested too deeply"],
    ["mappings without end", "{a: ".repeat(50_000), "not valid YAML: |nested too deeply"],
    ["a file of 2 MiB", `sources: [${"salesforce, ".repeat(200_000)}]`, "larger than 1 MiB"],
    [
      "a bomb of aliases",
      `a: &a [x]\n${Array.from({ length: 30 }, (_, i) => `b${i}: &b${i} [*a, *a, *a]\n`).join("")}`,
      "alias",
    ],
  ])("%s", (_, text, reason) => {
    const started = performance.now();
    const { roster, problems } = parseRoster(text, "team.yaml");
    expect(roster).toBeUndefined();
    expect(problems.map(({ message }) => message).join("\n")).toMatch(new RegExp(reason));
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("a thousand developers are parsed in a moment", () => {
    const developers = Array.from({ length: 1000 }, (_, i) => `  - { name: dev${i}, share: team }\n`).join("");
    const text = `sources: [salesforce, stripe]\ndevelopers:\n${developers}services: [{ name: airflow, duty: prod }]\n`;
    const started = performance.now();
    expect(parseRoster(text, "team.yaml").roster?.developers).toHaveLength(1000);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
