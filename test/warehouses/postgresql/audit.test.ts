/** Changes by hand, each alone: found, named, and mended by the statements that are printed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deriveAccess } from "../../../src/access/derive";
import { accessPaths } from "../../../src/access/paths";
import { auditWarehouse } from "../../../src/warehouses/postgresql/audit/audit";
import { RULES, rankOf } from "../../../src/warehouses/postgresql/audit/rules";
import type { AdminKind } from "../../../src/warehouses/postgresql/server/server";
import { AUDITED, type AuditedWarehouse, askedBy, inTransaction, mend, startAudited } from "../../support/auditing";
import { CASES, INNOCENT } from "./auditCases";

const MINUTE = 60_000;

test("each rule has a change that breaks it", () => {
  const broken = new Set([...CASES.flatMap(({ rules }) => rules), "access-past-its-end"]);
  expect(Object.keys(RULES).filter((rule) => !broken.has(rule))).toEqual([]);
  expect(CASES.length).toBeGreaterThanOrEqual(80);
});

test("docs/audit.md has each rule, and what it finds", () => {
  const page = readFileSync(join(__dirname, "../../../docs/audit.md"), "utf8");
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (.*) \|$/gm)].map(([, rule, finds]) => [rule, finds]);
  expect(rows).toEqual(Object.entries(RULES));
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

  test.each(CASES)("$rules: $change", async ({ change, rules, says, path = "", since = 0, only = kind }) => {
    if (version < since || kind !== only) return;
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

  const ACCEPTED = { acceptKeeping: ["watcher", "backup"] };

  test.each(INNOCENT)("no finding: %s", async (life) => {
    await inTransaction(audited, async () => {
      await audited.client.query(sql(life));
      await audited.client.query("reset role");
      expect(await askedBy(audited, ACCEPTED)).toEqual([]);
    });
  });

  test("whoever's last day is over can be ended by hand", async () => {
    const { roster } = audited.warehouse.access(AUDITED);
    const later = new Date("2090-01-02T00:00:00Z");
    const at = { ...audited, roster: { roster, paths: accessPaths(deriveAccess(roster, later)) } };
    await inTransaction(at, async () => {
      await at.client.query("alter role cleo valid until 'infinity'");
      const rules = async () => (await askedBy(at, {}, later)).filter(({ rule }) => rule === "access-past-its-end");
      const [finding] = await rules();
      expect(finding).toMatchObject({
        severity: "high",
        what: "access of `cleo` has ended, and it can log in",
        because: "developers.cleo",
      });
      if (finding) await mend(at, finding);
      expect(await rules()).toEqual([]);
    });
  });

  test("a thousand tables with one grant are one finding, and one statement mends it", async () => {
    await inTransaction(audited, async () => {
      await audited.client.query(
        `set local role prod;
         do $$ begin for n in 1..1000 loop execute format('create table prod_web.t%s ()', n); end loop; end $$;
         grant insert on all tables in schema prod_web to charts; reset role`,
      );
      const [finding, ...others] = await askedBy(audited);
      expect(others).toEqual([]);
      expect(finding?.what).toBe("`charts` has INSERT on 1001 tables in `prod_web`");
      if (finding) await mend(audited, finding);
      expect(await askedBy(audited)).toEqual([]);
    });
  });

  test("the audit has a snapshot of its own, and changes nothing", async () => {
    const client = await audited.warehouse.cluster.connect(audited.warehouse.cluster.admin);
    try {
      expect(await auditWarehouse(client, audited.roster, {}, new Date())).toEqual([]);
      expect(await auditWarehouse(client, audited.roster, {}, new Date())).toEqual([]);
    } finally {
      await client.end();
    }
  });
});
