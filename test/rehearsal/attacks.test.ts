/** An attack counts as repelled only when its positive controls work: what is refused for another reason proves nothing. */
import { expect, test } from "vitest";
import { type Attempt, attackAll, type Parts } from "../../src/proof/attacks";
import { type Outcome, Refusal } from "../../src/proof/statement";
import { refused } from "../../src/warehouses/snowflake/rehearsal/attacks/attack";

const ALLOWED: Outcome = { allowed: true };
const DENIED: Outcome = { allowed: false, code: "42501", message: "permission denied" };
const BROKEN: Outcome = { allowed: false, code: "42601", message: "syntax error" };

/** Carries out attempts that all are refused; `controls` says what comes of each control. */
async function carryOut(attempts: readonly Attempt[], controls: (control: Attempt) => Outcome, isTrue = true) {
  const controlled: Attempt[] = [];
  const verdict = await attackAll(
    [[{ name: "theft", wants: "what is not one's own", attempts: () => [...attempts] }]],
    {} as Parts,
    () => ({
      denied: "42501",
      attempt: async () => DENIED,
      control: async (attempt) => {
        controlled.push(attempt);
        return controls(attempt);
      },
      isTrue: async () => isTrue,
      close: async () => {},
    }),
    () => {},
  );
  return { ...verdict, controlled };
}

test("refused, and the control works: repelled", async () => {
  const { repelled, faults } = await carryOut([{ who: "ana", sql: "drop table t" }], () => ALLOWED);
  expect([repelled, faults]).toEqual([["theft"], []]);
});

test("refused, but the control fails: wrong, not repelled", async () => {
  const { repelled, faults } = await carryOut([{ who: "ana", sql: "drop tabel t" }], () => BROKEN);
  expect(repelled).toEqual([]);
  expect(faults).toMatchObject([
    {
      subject: "attack: theft, by ana",
      expected: "that it works for the admin (positive control)",
      got: "42601: syntax error",
      sql: "drop tabel t",
    },
  ]);
});

test("a control of its own is named with who should have succeeded", async () => {
  const control = { who: "runner", sql: "call open('fine')" };
  const { repelled, faults } = await carryOut([{ who: "ana", sql: "call open('a''b')", control }], () => BROKEN);
  expect(repelled).toEqual([]);
  expect(faults).toMatchObject([
    { expected: "that it works for runner (positive control)", got: "42601: syntax error", sql: "call open('fine')" },
  ]);
});

test("one control stands for all who try the same, and none for what another has prepared", async () => {
  const same = ["ana", "ben"].map((who) => ({ who, sql: "drop table t" }));
  const own = ["ana", "ben"].map((who) => ({ who, sql: "drop table u", prepare: ["create table u (id int)"] }));
  const shared = ["a", "b"].map((run) => ({ who: "ana", sql: run, control: { sql: "fine" } }));
  const { controlled } = await carryOut([...same, ...own, ...shared], () => ALLOWED);
  expect(controlled.map(({ who, sql, control }) => control?.sql ?? `${who}: ${sql}`)).toEqual([
    "ben: drop table t",
    "ana: drop table u",
    "ben: drop table u",
    "fine",
  ]);
});

test("a raid's refusal needs its control too", async () => {
  const denial = () => Promise.reject(new Refusal("003001", "insufficient privileges"));
  const broken = () => Promise.reject(new Refusal("001003", "syntax error"));
  const fine = () => Promise.resolve();
  expect(await refused(denial(), fine)).toBeUndefined();
  expect(await refused(denial(), broken)).toBe("positive control: 001003: syntax error");
  expect(await refused(fine(), fine)).toBe("expected DENIED, got ALLOWED");
  expect(await refused(broken(), fine)).toContain("got 001003: syntax error");
});

test("an effect is found although the statement was refused", async () => {
  const { repelled, faults } = await carryOut(
    [{ who: "ana", sql: "drop table t", unharmed: "select true" }],
    () => ALLOWED,
    false,
  );
  expect(repelled).toEqual([]);
  expect(faults).toMatchObject([{ expected: "no effect", got: "an effect" }]);
});
