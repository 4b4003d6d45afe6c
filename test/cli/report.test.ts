import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { oneEnv } from "../support/oneEnv";
import { rehearsalOf, TEAM } from "../support/pages";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "one-env-report-"));
  writeFileSync(join(cwd, "team.yaml"), "sources: [stripe]\nservices: [{ name: airflow, duty: prod }]\n");
  writeFileSync(join(cwd, "old.yaml"), "sources: [stripe]\nservices: [{ name: dagster, duty: prod }]\n");
  writeFileSync(join(cwd, "proof.json"), JSON.stringify(rehearsalOf(TEAM)));
});
afterAll(() => rmSync(cwd, { recursive: true }));

it("one-env report writes a page", async () => {
  const { code, stdout, stderr } = await oneEnv(
    cwd,
    "report",
    "--out",
    "access.html",
    "--base",
    "old.yaml",
    "--rehearsal",
    "proof.json",
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^access\.html: \d+ kB\n$/);
  const page = readFileSync(join(cwd, "access.html"), "utf8");
  expect(page).toContain("<code>dagster</code> leaves");
  expect(page).toContain("This rehearsal was of another roster");
});

it.each([
  [["--out", "nowhere/access.html"], "cannot write `nowhere/access.html`: ENOENT\n"],
  [["--out", "a.html", "--rehearsal", "missing.json"], "cannot read `missing.json`: ENOENT\n"],
  [["--out", "a.html", "--rehearsal", "team.yaml"], "`team.yaml` is not JSON\n  help: make it with"],
  [["--out", "a.html", "--base", "nothing"], "the base `nothing` is neither a file nor a commit"],
  [[], "required option"],
])("one-env report refuses %j", async (words, message) => {
  const { code, stderr } = await oneEnv(cwd, "report", ...words);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
});
