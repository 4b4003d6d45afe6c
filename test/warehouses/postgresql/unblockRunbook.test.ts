import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ADMINS, setUpBlockade } from "../../support/blockade";

/** The statements of "Production stands still" in docs/operations.md, a list for each block of SQL. */
function runbook(): string[][] {
  const page = readFileSync(join(__dirname, "../../../docs/operations.md"), "utf8");
  const section = page.split("\n## ").find((text) => text.startsWith("Production stands still")) ?? "";
  const blocks = [...section.matchAll(/```sql\n(.*?)```/gs)].map(([, sql = ""]) => sql);
  return blocks.map((sql) => sql.split(";").flatMap((line) => line.trim() || []));
}

describe.each(ADMINS)("the runbook, with a %s admin", (kind) => {
  const blockade = setUpBlockade(kind);

  test("frees production step by step, as it is written", async () => {
    const [see, end, list, drop, addColumn, swap, ...others] = runbook();
    expect(others).toEqual([]);
    const run = async (statements: readonly string[] = []) => {
      const rows = [];
      for (const sql of statements) rows.push(...(await blockade.jobs.query(sql)).rows);
      return rows;
    };
    const ana = await blockade.login("ana");
    await ana.query("create view ana.v as select * from prod_stripe.charges");
    await ana.query("create table ana.copies (c prod_stripe.charges)");
    await ana.query("begin; select * from prod_stripe.charges");
    const rule = "create rule mine as on update to prod_stripe.charges do instead nothing";
    const ben = await blockade.stuck(await blockade.login("ben"), rule);
    const waiting = await blockade.stuck(await blockade.login("loader"), "select * from prod_stripe.charges");

    expect(await run(see)).toMatchObject([
      { identity: "ana", duty: "developer", blocks: [waiting.pid], blocked_by: [] },
      { pid: ben.pid, identity: "ben", blocks: [waiting.pid] },
    ]);
    // Whoever waited first in the queue is let through, and is told that they may not.
    expect(await run(end)).toMatchObject([{ identity: "ana", end_blocker: true }]);
    await waiting.done;
    await expect(ben.done).rejects.toMatchObject({ code: "42501" });
    expect(await run(see)).toEqual([]);

    await expect(blockade.jobs.query("drop table prod_stripe.charges")).rejects.toMatchObject({ code: "2BP01" });
    expect(await run(list)).toEqual([
      { name: "ana.v", kind: "view", owner: "ana", droppable: true },
      { name: "ana.copies.c", kind: "table column", owner: "ana", droppable: false },
      { name: "prod_stripe.refunds", kind: "view", owner: "prod", droppable: false },
    ]);
    expect(await run(drop)).toEqual([{ drop_dependents: "ana.v" }]);

    const refused = blockade.jobs.query("alter table prod_stripe.charges add column fee int default 0");
    await expect(refused).rejects.toMatchObject({ code: "0A000" });
    await run(addColumn);
    await run(swap);
    expect(await run(["select sum(amount)::int as amount, sum(fee)::int as fees from prod_stripe.charges"])).toEqual([
      { amount: 30, fees: 0 },
    ]);
    expect((await (await blockade.login("ben")).query("table prod_stripe.charges")).rowCount).toBe(2);
  });
});
