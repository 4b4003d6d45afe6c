/** Changes by hand, each alone: found, named, and mended by the statements that are printed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RULES, rankOf } from "../../../src/warehouses/postgresql/audit/rules";
import type { AdminKind } from "../../../src/warehouses/postgresql/server/server";
import { type AuditedWarehouse, askedBy, inTransaction, mend, startAudited } from "../../support/auditing";
import { CASES } from "./auditCases";

const MINUTE = 60_000;

test("each rule has a change that breaks it", () => {
  const own = ["access-past-its-end", "membership-twice", "role-missing"];
  const broken = new Set([...CASES.flatMap(({ rules }) => rules), ...own]);
  expect(Object.keys(RULES).filter((rule) => !broken.has(rule))).toEqual([]);
  expect(CASES.length).toBeGreaterThanOrEqual(80);
});

describe.each<AdminKind>(["managed", "superuser"])("as a %s admin", (kind) => {
  let audited: AuditedWarehouse;
  let left = "";
  let version = 0;

  beforeAll(async () => {
    audited = await startAudited(kind);
    const { rows } = await audited.client.query(
      "select rolname, current_setting('server_version_num')::int / 10000 as version from pg_roles where rolname like 'left:%'",
    );
    left = rows[0]?.rolname;
    version = rows[0]?.version;
  }, 2 * MINUTE);
  afterAll(async () => {
    await audited?.client.end();
    await audited?.warehouse.stop();
  });

  const sql = (change: string) => {
    const grantor = kind === "superuser" || version < 16 ? "postgres" : `"${audited.admin}"`;
    return change
      .replace(" granted by ADMIN", version < 16 ? "" : ` granted by ${grantor}`)
      .replace("ADMIN", `"${audited.admin}"`)
      .replace("LEFTROLE", `"${left}"`)
      .replace(/^LEFT /, `alter role "${left}" `);
  };

  test("a warehouse as it was deployed has no finding", async () => {
    expect(await inTransaction(audited, () => askedBy(audited))).toEqual([]);
  });

  test.each(CASES)("$rules: $change", async ({ change, rules, says, path = "", since = 0 }) => {
    if (version < since) return;
    await inTransaction(audited, async () => {
      await audited.client.query(sql(change));
      const findings = await askedBy(audited);
      expect(findings.map(({ rule }) => rule)).toEqual(rules);
      expect(findings[0]?.what).toContain(says);
      expect(findings[0]?.path).toContain(path);
      for (const finding of [...findings].sort((a, b) => rankOf(a.rule) - rankOf(b.rule))) await mend(audited, finding);
      expect(await askedBy(audited)).toEqual([]);
    });
  });
});
