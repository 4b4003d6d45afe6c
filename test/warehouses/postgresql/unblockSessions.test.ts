import { describe, expect, test } from "vitest";
import { ADMINS, setUpBlockade } from "../../support/blockade";

const GONE = "57P01";
const OUT_OF_MEMORY = "53200";

describe.each(ADMINS)("with a %s admin", (kind) => {
  const blockade = setUpBlockade(kind);

  const endBlocker = async (pid: number): Promise<boolean> =>
    (await blockade.jobs.query("select unblock.end_blocker($1) as gone", [pid])).rows[0].gone;

  const blockers = async () => {
    const columns = "pid, identity, duty, blocks, blocked_by, waiting > '0' as waiting";
    return (await blockade.jobs.query(`select ${columns} from unblock.blockers()`)).rows;
  };

  test("a transaction that is left open, with the rail taken away, is seen and ended", async () => {
    const ana = await blockade.login("ana");
    await ana.query("set idle_in_transaction_session_timeout = 0; begin; select * from prod_stripe.charges");
    const blocker = { pid: await blockade.pidOf(ana), identity: "ana", duty: "developer" };
    const alter = await blockade.stuck(
      await blockade.login("loader"),
      "alter table prod_stripe.charges add column note text",
    );
    expect(await blockers()).toEqual([{ ...blocker, blocks: [alter.pid], blocked_by: [], waiting: true }]);
    expect(await endBlocker(blocker.pid)).toBe(true);
    await alter.done;
    const left = await blockade.superuser.query("select from pg_stat_activity where pid = $1", [blocker.pid]);
    expect(left.rowCount).toBe(0);
    expect(await blockers()).toEqual([]);
  });

  test("how long a transaction has been open is told where the admin may see it", async () => {
    const ana = await blockade.login("ana");
    await ana.query("begin; select * from prod_stripe.charges");
    const alter = await blockade.stuck(
      await blockade.login("loader"),
      "alter table prod_stripe.charges add column note text",
    );
    const { rows } = await blockade.jobs.query("select transaction > '0' as known from unblock.blockers()");
    expect(rows).toEqual([{ known: kind === "superuser" ? true : null }]);
    await ana.query("rollback");
    await alter.done;
  });

  test("CI and readers are ended too, in a chain whose members do not wait for production", async () => {
    const [runner, charts, loader] = [
      await blockade.login("runner"),
      await blockade.login("charts"),
      await blockade.login("loader"),
    ];
    await runner.query("begin; select * from prod_stripe.charges; select pg_advisory_xact_lock(1)");
    await charts.query("begin; select pg_advisory_xact_lock(2)");
    const waiting = await blockade.stuck(charts, "select pg_advisory_xact_lock(1)");
    const insert = await blockade.stuck(loader, "select pg_advisory_xact_lock(2)");
    const [first, second] = [await blockade.pidOf(runner), waiting.pid];
    const all = { blocks: [insert.pid], waiting: true };
    expect(await blockers()).toEqual(
      [
        { pid: first, identity: "runner", duty: "ci", blocked_by: [], ...all },
        { pid: second, identity: "charts", duty: "reader", blocked_by: [first], ...all },
      ].sort((a, b) => a.pid - b.pid),
    );
    expect(await endBlocker(first)).toBe(true);
    await waiting.done;
    expect(await endBlocker(second)).toBe(true);
    await insert.done;
  });

  test("a rule that nobody may make queues for the table all the same, and everybody behind it", async () => {
    const [ana, ben, loader] = [
      await blockade.login("ana"),
      await blockade.login("ben"),
      await blockade.login("loader"),
    ];
    await ben.query("begin; select * from prod_stripe.charges");
    const rule = await blockade.stuck(ana, "create rule r as on update to prod_stripe.charges do instead nothing");
    const select = await blockade.stuck(loader, "select * from prod_stripe.charges");
    expect((await blockers()).map(({ identity, blocks }) => ({ identity, blocks }))).toEqual(
      expect.arrayContaining([{ identity: "ana", blocks: [select.pid] }]),
    );
    expect(await endBlocker(rule.pid)).toBe(true);
    await select.done;
    // Who only reads stands in nobody's way now.
    expect(await endBlocker(await blockade.pidOf(ben))).toBe(false);
  });

  // A managed admin has to become a member of the role first, and that queues for the catalog too.
  test.skipIf(kind === "managed")("on the catalog it stops logins, and a session that is there ends it", async () => {
    const [ana, ben, loader] = [
      await blockade.login("ana"),
      await blockade.login("ben"),
      await blockade.login("loader"),
    ];
    expect(await endBlocker(0)).toBe(false);
    await ben.query("begin; select count(*) from pg_class");
    const pid = await blockade.pidOf(ana);
    const rule = ana.query("create rule r as on update to pg_class do instead nothing");
    rule.catch(() => {});
    const queued = "select exists (select from pg_lock_status() where pid = $1 and not granted) as queued";
    while (!(await blockade.superuser.query(queued, [pid])).rows[0].queued) {}
    const select = loader.query("select * from prod_stripe.charges");
    while ((await blockers()).length === 0) {}
    expect(await endBlocker(pid)).toBe(true);
    await select;
    await expect(rule).rejects.toMatchObject({ code: GONE });
  });

  test("a session that holds all the room for locks is seen, though nobody waits for it", async () => {
    const ana = await blockade.login("ana");
    const pid = await blockade.pidOf(ana);
    expect(await endBlocker(0)).toBe(false);
    await expect(
      ana.query("select count(pg_advisory_lock(n)) from generate_series(1, 1000000) as n"),
    ).rejects.toMatchObject({ code: OUT_OF_MEMORY });
    await expect(blockade.login("loader")).rejects.toMatchObject({ code: OUT_OF_MEMORY });
    const { rows } = await blockade.jobs.query("select pid, locks > 1000 as many, blocks from unblock.blockers()");
    expect(rows).toEqual([{ pid, many: true, blocks: [] }]);
    if (kind === "managed") {
      await expect(endBlocker(pid)).rejects.toMatchObject({ code: OUT_OF_MEMORY });
      await ana.query("select pg_advisory_unlock_all()");
    } else {
      expect(await endBlocker(pid)).toBe(true);
    }
    await blockade.login("loader");
  });

  test("who is no developer, CI service or reader is not ended", async () => {
    const loader = await blockade.login("loader");
    await loader.query("begin; select * from prod_stripe.charges");
    const second = await blockade.stuck(
      await blockade.login("jobs"),
      "alter table prod_stripe.charges add column note text",
    );
    const pid = await blockade.pidOf(loader);
    await expect(endBlocker(pid)).rejects.toMatchObject({
      code: "42501",
      message: `session ${pid} is of loader, who is no developer, CI service or reader of the roster`,
    });
    await loader.query("rollback");
    await second.done;
    await blockade.superuser.query("begin; select * from prod_stripe.charges");
    const third = await blockade.stuck(
      await blockade.login("jobs"),
      "alter table prod_stripe.charges drop column note",
    );
    await expect(blockade.jobs.query("select unblock.end_blocker(pid) from unblock.blockers()")).rejects.toMatchObject({
      code: "42501",
    });
    await blockade.superuser.query("rollback");
    await third.done;
  });

  test("whoever blocks nobody of production is not ended", async () => {
    const [ana, ben] = [await blockade.login("ana"), await blockade.login("ben")];
    await ana.query("create table ana.t (id int)");
    await ana.query("begin; lock table ana.t");
    const own = await blockade.stuck(await blockade.login("ana"), "select * from ana.t");
    for (const pid of [
      await blockade.pidOf(ana),
      own.pid,
      await blockade.pidOf(ben),
      await blockade.pidOf(blockade.jobs),
      0,
      -1,
    ]) {
      expect(await endBlocker(pid)).toBe(false);
    }
    expect((await blockade.jobs.query("select unblock.end_blocker(null) as gone")).rows).toEqual([{ gone: false }]);
    await ana.query("rollback");
    await own.done;
  });
});
