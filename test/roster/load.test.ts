import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRoster } from "../../src/roster/load";
import { formatProblem } from "../../src/roster/problem";
import { locate, type Roster } from "../../src/roster/roster";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "roster-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function messageOf(path: string): string {
  return readRoster(path).problems.map(formatProblem).join("\n");
}

function rosterIn(path: string): Roster {
  return readRoster(path).roster ?? expect.fail(messageOf(path));
}

const VALID = "sources: [salesforce]\nservices: [{ name: airflow, duty: prod }]\n";

describe("readRoster", () => {
  it("gives the roster, with the file as the user wrote it", () => {
    const roster = rosterIn("team.yaml");
    expect(roster.file).toBe("team.yaml");
    expect(roster.developers.map(({ name }) => name)).toEqual(["villoro", "alice", "bruno"]);
    expect(roster.sources).toContainEqual({ name: "hr", readers: ["alice"] });
    expect(roster.limits.ci).toEqual({ statementTimeout: 1_800_000, connections: 16, schemaTtl: 86_400_000 });
    expect(locate(roster, "sources.hr.readers.alice")).toEqual({ file: "team.yaml", line: 12, col: 15 });
  });

  it("gives it with its warnings", () => {
    const path = write("warning.yaml", "sources: [salesforce]\n");
    expect(rosterIn(path).services).toEqual([]);
    expect(readRoster(path).problems.map(({ severity }) => severity)).toEqual(["warning"]);
  });

  it("tells every problem", () => {
    const path = write("bad.yaml", "sources: [A, B]\nservices: [{ name: airflow, duty: prod }]\n");
    expect(
      messageOf(path)
        .split("\n")
        .filter((line) => line.startsWith(path)),
    ).toHaveLength(2);
  });

  it("reads a file with a byte order mark and line breaks of Windows", () => {
    const roster = rosterIn(write("windows.yaml", `\uFEFF${VALID.replaceAll("\n", "\r\n")}`));
    expect(locate(roster, "services.airflow")).toMatchObject({ line: 2, col: 12 });
  });

  it.each([
    ["missing.yaml", undefined, ":1:1: cannot read the roster: there is no such file"],
    [".", undefined, ":1:1: cannot read the roster: it is a directory"],
    [
      "latin1.yaml",
      Buffer.from(`${VALID}# caf\xe9\n`, "latin1"),
      ":3:1: this line is not UTF-8 text\n  help: save the file as UTF-8",
    ],
    [
      "latin1-last.yaml",
      Buffer.from(`${VALID}# caf\xe9`, "latin1"),
      ":3:1: this line is not UTF-8 text\n  help: save the file as UTF-8",
    ],
    [
      "utf16.yaml",
      Buffer.from(`\uFEFF${VALID}`, "utf16le"),
      ":1:1: the roster is UTF-16 text\n  help: save it as UTF-8",
    ],
    ["empty.yaml", "", ":1:1: the roster is empty\n  help: a roster needs `sources` with at least one entry"],
  ])("tells what is wrong with %s", (name, content, message) => {
    const path = content === undefined ? join(folder, name) : write(name, content);
    expect(messageOf(path)).toBe(`${path}${message}`);
  });

  // Root reads everything.
  it.skipIf(process.getuid?.() === 0)("tells that it may not read the file", () => {
    const path = write("secret.yaml", VALID);
    chmodSync(path, 0o000);
    expect(messageOf(path)).toBe(`${path}:1:1: cannot read the roster: permission denied`);
  });
});
