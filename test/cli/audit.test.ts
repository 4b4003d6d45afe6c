/** `one-env audit` on a real PostgreSQL: what somebody changed by hand, in every form. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AuditBench, startAuditBench } from "../support/auditBench";

const directory = mkdtempSync(join(tmpdir(), "one-env-audit-"));
let bench: AuditBench;

beforeAll(async () => {
  bench = await startAuditBench();
}, 120_000);
afterAll(async () => {
  await bench?.stop();
  rmSync(directory, { recursive: true });
});

test("x", async () => {
  expect(await bench.call("audit")).toEqual({ code: 0, stdout: "", stderr: "" });
});
test("y", async () => {
  await bench.superuser.query(bench.CHANGES);
  for (const w of ["text", "markdown", "json", "sarif"]) console.info((await bench.call("audit", { words: ["--format", w] })).stdout);
  console.info(await bench.call("repair"));
  console.info(await bench.call("repair", {words:["--apply"]}));
});
