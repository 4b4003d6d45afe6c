import type { Identity } from "../access/plan";
import { as } from "./session";
import { outcomeOf } from "./statement";
import type { TestWarehouse } from "./testWarehouse";
import { addVerdicts, expectWorks, type Fault, faulty, NOTHING_PROVEN, type Verdict } from "./verdict";

/** The limits of every identity, by logging in, and those that several share. */
export async function proveLimits(testWarehouse: TestWarehouse): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  for (const identity of testWarehouse.paths.plan.identities) {
    const { value = NOTHING_PROVEN, verdict } = await expectWorks(`${identity.name} may log in`, [], async () =>
      addVerdicts([await testWarehouse.limits.proveOwn(identity), await proveRuns(testWarehouse, identity)]),
    );
    verdicts.push(value, verdict);
  }
  return addVerdicts([...verdicts, await testWarehouse.limits.proveShared()]);
}

/** A limit that is not what the roster says. */
export function limitFault(
  { name, because }: Identity,
  fault: Pick<Fault, "subject" | "expected" | "got"> & { readonly sql?: string },
): Verdict {
  return faulty({ ...fault, reasons: [{ text: `limits of \`${name}\``, because }] });
}

/** As many runs as the roster allows, and not one more. What this opens is taken back. */
async function proveRuns({ runs, login }: TestWarehouse, identity: Identity): Promise<Verdict> {
  const { name, limits } = identity;
  const limit = limits.runs;
  if (limit === undefined || limit > runs.most) return NOTHING_PROVEN;
  const { before, opened, code } = await as(login(name), async (session) => {
    for (const sql of runs.begin) await session.query(sql);
    const before = runs.countOwn(await session.query(runs.leases), name);
    const opened: string[] = [];
    let code: string | undefined;
    while (opened.length <= limit && code === undefined) {
      const run = `limit_${opened.length}`;
      const outcome = await outcomeOf(session.query(runs.open(name, run)));
      code = outcome.code;
      if (outcome.allowed) opened.push(run);
    }
    for (const sql of runs.takeBack(name, opened)) await session.query(sql);
    return { before, opened: opened.length, code };
  });
  if (before + opened === limit && code === runs.tooMany) return { ...NOTHING_PROVEN, allowed: 1, denied: 1 };
  return limitFault(identity, {
    subject: `${name} opens runs`,
    expected: `${limit}, then ${runs.tooMany}`,
    got: `${before + opened}, then ${code ?? "no end"}`,
  });
}
