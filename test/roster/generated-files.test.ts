import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { renderJsonSchema } from "../../src/roster/jsonSchema";
import { parseRoster } from "../../src/roster/parse";
import { formatProblem } from "../../src/roster/problem";
import { checkReference } from "../support/reference";

const ROOT = join(__dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const formatProblems = (text: string) => parseRoster(text, "team.yaml").problems.map(formatProblem).join("\n");

describe("team.schema.json", () => {
  it("is what the schema says today", () => {
    expect(read("team.schema.json"), "stale: npm run schema").toBe(renderJsonSchema());
  });

  it("accepts and refuses the same files as the parser, as far as a JSON schema can tell", () => {
    const schema = z.fromJSONSchema(JSON.parse(read("team.schema.json")));
    const accepts = (name: string) => schema.safeParse(parse(read(name))).success;
    expect(accepts("team.yaml")).toBe(true);
    for (const name of ["valid-minimal", "valid-everything", "two-duties", "readers"]) {
      expect(accepts(`test/fixtures/roster/${name}/team.yaml`), name).toBe(true);
    }
    for (const name of [
      "unknown-keys",
      "wrong-types",
      "missing-keys",
      "empty-lists",
      "invalid-names",
      "durations",
      "claims",
    ]) {
      expect(accepts(`test/fixtures/roster/${name}/team.yaml`), name).toBe(false);
    }
  });
});

describe("team.yaml", () => {
  it("has no problem, not even a warning", () => {
    expect(formatProblems(read("team.yaml"))).toBe("");
  });

  it("names the schema for editors in its first line", () => {
    expect(read("team.yaml").split("\n")[0]).toBe("# yaml-language-server: $schema=./team.schema.json");
  });
});

describe("docs/roster.md", () => {
  const text = read("docs/roster.md");

  it("has the reference of today's schema", () => {
    checkReference("roster");
  });

  const blocks = [...text.matchAll(/```yaml\n(.*?)```\n(?:\n```text\n(.*?)```)?/gs)];
  it.each(blocks.map(([, yaml = "", problems = ""], index) => ({ index, yaml, problems })))(
    "example $index has exactly the problems that are shown",
    ({ yaml, problems }) => {
      expect(formatProblems(yaml)).toBe(problems.trimEnd());
    },
  );

  it("has examples at all, with and without problems", () => {
    expect(blocks.length).toBeGreaterThan(5);
    expect(blocks.filter(([, , problems]) => problems)).toHaveLength(1);
  });
});
