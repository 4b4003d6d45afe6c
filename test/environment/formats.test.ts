import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { renderVariables } from "../../src/environment/formats";
import { nastyText } from "../support/text";

const directory = mkdtempSync(join(tmpdir(), "one-env-formats-"));
afterAll(() => rmSync(directory, { recursive: true }));

const NASTY = nastyText();
const values = fc.array(NASTY, { minLength: 1, maxLength: 12 });

const named = (list: readonly string[]) => Object.fromEntries(list.map((value, index) => [`V_${index}`, value]));

/** What a real sh has in its environment after it has read a file. */
function readInShell(text: string): Record<string, string> {
  const file = join(directory, "env.sh");
  writeFileSync(file, text);
  const script = 'set -a; . "$1"; env -0';
  const printed = execFileSync("sh", ["-c", script, "sh", file], { env: { PATH: process.env.PATH } }).toString();
  return Object.fromEntries(
    printed.split("\0").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

test("a real sh reads back every value", () => {
  fc.assert(
    fc.property(values, (list) => {
      expect(readInShell(renderVariables(named(list), "shell"))).toMatchObject(named(list));
    }),
    { numRuns: 40 },
  );
});

test("a .env file is one that sh reads too", () => {
  fc.assert(
    fc.property(values, (list) => {
      const writable = list.filter((value) => !/[\\\r\n']|\$\{/.test(value));
      expect(readInShell(renderVariables(named(writable), "dotenv"))).toMatchObject(named(writable));
    }),
    { numRuns: 40 },
  );
});

test("a .env file is read back, or the value is refused", () => {
  fc.assert(
    fc.property(NASTY, (value) => {
      let text: string;
      try {
        text = renderVariables({ V: value, AFTER: "1" }, "dotenv");
      } catch (error) {
        // Only what some reader would take for something else.
        expect(value).toMatch(/[\\\r\n\0]|\$\{|'/);
        expect((error as Error).message).toContain("cannot be written in");
        return;
      }
      expect(parseEnv(text)).toEqual({ V: value, AFTER: "1" });
    }),
    { numRuns: 500 },
  );
});

test("JSON is read back", () => {
  fc.assert(
    fc.property(values, (list) => {
      expect(JSON.parse(renderVariables(named(list), "json"))).toEqual(named(list));
    }),
  );
});

test("GITHUB_ENV: several lines stand between lines that the value does not contain", () => {
  expect(renderVariables({ A: "x=y z", B: "1\nEND\n2" }, "github")).toBe("A=x=y z\nB<<END_\n1\nEND\n2\nEND_\n");
});

test("GITHUB_ENV: a simulation of the runner reads back every value", () => {
  fc.assert(
    fc.property(values, (list) => {
      expect(readAsRunner(renderVariables(named(list), "github"))).toEqual(named(list));
    }),
  );
});

/**
 * What a runner makes of the file: `name=value`, or `name<<end` and lines up to `end`, whichever sign comes first.
 * Written after GitHub's "Workflow commands" page; no real runner has read our files.
 */
function readAsRunner(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  const lines = text.split("\n");
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const [, name, sign, rest] = /^(.*?)(=|<<)(.*)$/s.exec(line) ?? [];
    if (line === "") continue;
    if (name === undefined || rest === undefined) throw new Error(`the runner refuses ${JSON.stringify(line)}`);
    variables[name] =
      sign === "="
        ? rest
        : lines
            .splice(0, lines.indexOf(rest) + 1)
            .slice(0, -1)
            .join("\n");
  }
  return variables;
}

test("NUL is refused in every format: no environment can hold it", () => {
  for (const format of ["dotenv", "shell", "github", "json"] as const) {
    expect(() => renderVariables({ V: "a\0" }, format)).toThrow("the value of `V` cannot be written in");
  }
});
