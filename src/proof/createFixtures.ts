import { createHash } from "node:crypto";
import { groupBy } from "../collections";
import type { FixtureTime, ProvenSchema } from "./probes";
import { as } from "./session";
import { describeOutcome, Refusal } from "./statement";
import type { TestWarehouse } from "./testWarehouse";
import { addVerdicts, expectWorks, type Fault, NOTHING_PROVEN, type Verdict } from "./verdict";

/** The warehouse with something in every schema. */
export interface Fixtures {
  readonly schemas: readonly ProvenSchema[];
  /** The run that each CI service has open. */
  readonly runs: ReadonlyMap<string, string>;
  readonly verdict: Verdict;
}

/** Everybody makes objects in their own schemas; CI opens a run each and fills it. */
export async function createFixtures(testWarehouse: TestWarehouse, time: FixtureTime): Promise<Fixtures> {
  const filled = await fillSchemas(testWarehouse, time);
  const opened = await openRuns(testWarehouse);
  const times = await testWarehouse.fixtureTimesOf();
  const declared = testWarehouse.paths.plan.schemas.filter(({ kind }) => kind !== "throwaway");
  const schemas = [...declared.map(({ name }) => ({ name, times: times.get(name) ?? [] })), ...opened.schemas];
  return { schemas, runs: opened.runs, verdict: addVerdicts([filled, opened.verdict]) };
}

async function fillSchemas(testWarehouse: TestWarehouse, time: FixtureTime): Promise<Verdict> {
  const present = await testWarehouse.fixtureTimesOf();
  const empty = testWarehouse.paths.plan.schemas.filter(({ name }) => !present.get(name)?.includes(time));
  const faults: Fault[] = [];
  for (const [owner, schemas] of groupBy(empty, (schema) => schema.owner)) {
    if (owner === undefined) continue;
    const names = schemas.map(({ name }) => name);
    const outcomes = await testWarehouse.fill(names, owner, time);
    for (const [index, { name, because }] of schemas.entries()) {
      const outcome = outcomes[index];
      if (outcome?.allowed) continue;
      faults.push({
        subject: `${owner} may fill ${name}`,
        expected: "ALLOWED",
        got: outcome ? describeOutcome(outcome) : "nothing",
        sql: "",
        reasons: [{ text: `\`${owner}\` owns \`${name}\``, because }],
      });
    }
  }
  return { ...NOTHING_PROVEN, faults };
}

async function openRuns(testWarehouse: TestWarehouse): Promise<Fixtures> {
  const runs = new Map<string, string>();
  const schemas: ProvenSchema[] = [];
  const verdicts: Verdict[] = [];
  for (const { name, duty, because } of testWarehouse.paths.plan.identities) {
    if (duty !== "ci") continue;
    const run = runOf(name);
    const reasons = [{ text: `\`${name}\` opens schemas for its runs`, because }];
    const { value = [], verdict } = await expectWorks(`${name} may open a run`, reasons, () =>
      openRun(testWarehouse, name, run),
    );
    verdicts.push(verdict);
    if (value.length > 0) runs.set(name, run);
    schemas.push(...value.map((schema): ProvenSchema => ({ name: schema, times: ["after"], openedBy: name })));
  }
  return { schemas, runs, verdict: addVerdicts(verdicts) };
}

/** A run of the service's own (a service that left may still have one open), within the 20 characters of a run. */
function runOf(service: string): string {
  return `rehearsal_${createHash("sha256").update(service).digest("hex").slice(0, 8)}`;
}

/** Opens a run's schemas as a CI service, fills them and returns their names. @throws Refusal */
async function openRun(testWarehouse: TestWarehouse, service: string, run: string): Promise<readonly string[]> {
  const { runs, login } = testWarehouse;
  const schemas = await as(login(service), async (session) => {
    await session.query(runs.close(service, run));
    return runs.opened(await session.query(runs.open(service, run)));
  });
  const outcomes = await testWarehouse.fill(schemas, service, "after");
  const refused = outcomes.find(({ allowed }) => !allowed);
  if (refused) throw new Refusal(refused.code ?? "", refused.message ?? "");
  return schemas;
}
