/**
 * The procedures run with the deploying role's rights in their caller's session. So they may use only what no session
 * parameter reaches ("Parameters"; "Understanding caller's rights and owner's rights stored procedures").
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const DIRECTORY = join(__dirname, "../../../src/warehouses/snowflake/sql");
const FILES = readdirSync(DIRECTORY);

/** The text without comments and without what is in quotes. */
function codeOf(file: string): string {
  return readFileSync(join(DIRECTORY, file), "utf8")
    .replace(/--.*$/gm, "")
    .replace(/'(?:[^']|'')*'/g, "''");
}

/** Functions of text, arrays, JSON and numbers; SYSDATE is in UTC, and DATEADD of it counts seconds and hours. */
const FUNCTIONS = new Set(
  (
    "ARRAY_AGG ARRAY_APPEND ARRAY_CONSTRUCT ARRAY_SIZE COUNT COUNT_IF DATEADD EXCEPTION GET LENGTH MIN OBJECT_CONSTRUCT " +
    "REGEXP_LIKE REPLACE STARTSWITH SYSDATE TO_VARCHAR TRY_PARSE_JSON TRY_TO_TIMESTAMP_NTZ UPPER"
  ).split(" "),
);

describe.each(FILES)("%s", (file) => {
  test("calls nothing that a session parameter reaches", () => {
    const called = [...codeOf(file).matchAll(/\b([A-Z_]+)\(/g)].map(([, name]) => name as string);
    expect(called.filter((name) => !FUNCTIONS.has(name) && name !== "IF")).toEqual([]);
    expect(called.length).toBeGreaterThan(3);
  });

  test("converts no time without its format", () => {
    const text = readFileSync(join(DIRECTORY, file), "utf8").replace(/--.*$/gm, "");
    const conversions = [...text.matchAll(/\b(?:TO_VARCHAR|TRY_TO_TIMESTAMP_NTZ)\(/g)];
    const withFormat = [...text.matchAll(/, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'\)/g)];
    expect(withFormat).toHaveLength(conversions.length);
    expect(codeOf(file)).not.toMatch(/::(?!VARCHAR\b)|\bCAST\b|\bCURRENT_/);
  });

  test("names every object with its database", () => {
    const named = codeOf(file).match(/\b(?:FROM|INTO|JOIN|TABLE|SCHEMA)\s+\S+/g) ?? [];
    const isFine = /^(FROM \{\{database\}\}\.INFORMATION_SCHEMA\.SCHEMATA|INTO :\w+,?|SCHEMA \{\{database\}\}.*)$/;
    expect(named.filter((name) => !isFine.test(name.replace(/\s+/g, " ")))).toEqual([]);
  });
});
