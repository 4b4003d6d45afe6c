import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseRoster } from "../../src/roster/parse";
import { formatProblem } from "../../src/roster/problem";

const ROOT = join(__dirname, "../fixtures/roster");
const UPDATE = process.env.UPDATE_EXPECTED === "1";
const HOW = "to accept the new text: UPDATE_EXPECTED=1 npx vitest run test/roster, and read the diff";

describe("every problem of a roster, in its exact words", () => {
  for (const name of readdirSync(ROOT)) {
    it(name, () => {
      const { roster, problems } = parseRoster(readFileSync(join(ROOT, name, "team.yaml"), "utf8"), "team.yaml");
      const actual = problems.length === 0 ? "no problems\n" : `${problems.map(formatProblem).join("\n")}\n`;
      const expected = join(ROOT, name, "expected.txt");
      if (UPDATE) writeFileSync(expected, actual);
      expect(existsSync(expected), `${expected} is missing; ${HOW}`).toBe(true);
      expect(actual, HOW).toBe(readFileSync(expected, "utf8"));
      expect(roster === undefined, "a roster exactly when there are no errors").toBe(
        problems.some(({ severity }) => severity === "error"),
      );
    });
  }
});
