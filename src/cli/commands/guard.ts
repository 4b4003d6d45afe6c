import { setTimeout } from "node:timers/promises";
import type { Guard, Offender, Outcome } from "../../guard/guard";
import { UserError } from "../../messages/userError";
import { guardJson, guardLine } from "../../report/guardText";
import { MAX_TIMEOUT, parseDuration, refuseDuration } from "../../roster/rules/durations";
import { chosenWarehouse } from "../chosenWarehouse";
import { type Command, Option } from "../commander";
import { EXIT, type ExitCode, finish } from "../exit";
import { openRoster } from "../openRoster";
import { addWarehouseOptions, helpOf, type WarehouseOptions } from "../warehouseOptions";

const HELP = `A session may change its own timeouts. This finds those of developers, CI services and readers that are beyond the
roster's limits for statements and idle transactions, that production waits for, or that keep deleted rows from being cleaned
up. Never one of a prod service, of the deploying admin or of a login outside the roster. Nothing is ended without --end.
Exit code 1: sessions are beyond their limits and have not been ended. --watch goes on until SIGTERM or SIGINT, prints a
line of JSON for what is new, and does not read the roster again.`;

const EXAMPLES = [
  "one-env guard                         who is beyond the limits now",
  "one-env guard --end --format json     end them, a line of JSON for each",
  "one-env guard --watch --end           go on doing that",
];

/** `one-env guard`: finds, and ends when told to, sessions beyond the roster's limits. */
export function define(command: Command) {
  const described = command
    .description("Finds sessions of developers, CI services and readers beyond the roster's limits, and ends them.")
    .option("--team <file>", "roster", "team.yaml")
    .option("--end", "end them")
    .option("--watch", "look again and again")
    .option("--every <time>", "how often --watch looks", "10s")
    .option("--blocking <time>", "how long production may wait for a session", "30s")
    .option("--snapshot <time>", "how long a transaction may keep deleted rows from being cleaned up", "1h")
    .addOption(
      new Option("--format <format>", "form of the findings (default: text; json with --watch)").choices([
        "text",
        "json",
      ]),
    );
  return addWarehouseOptions(described, "guard")
    .addHelpText("after", helpOf("guard", HELP, EXAMPLES))
    .action((options) => finish(guard(options)));
}

interface GuardOptions extends WarehouseOptions {
  readonly team: string;
  readonly end?: true;
  readonly watch?: true;
  readonly every: string;
  readonly blocking: string;
  readonly snapshot: string;
  readonly format?: string;
}

async function guard(options: GuardOptions): Promise<ExitCode> {
  const { team, end = false, watch = false, format = watch ? "json" : "text" } = options;
  const every = time("--every", options.every);
  const patience = { blocking: time("--blocking", options.blocking), snapshot: time("--snapshot", options.snapshot) };
  const access = openRoster(team);
  const { warehouse, own } = chosenWarehouse("guard", options);
  if (!warehouse.withGuard) throw new UserError(`one-env guard is not there for ${warehouse.title} yet`);
  return warehouse.withGuard(access, patience, own, async (session) => {
    const round = { session, end, json: format === "json", warned: new Set<string>() };
    return watch ? watchOver(round, every) : once(round);
  });
}

function time(flag: string, text: string): number {
  const refused = refuseDuration(text, MAX_TIMEOUT, "give some time, such as `10s`");
  if (refused) throw new UserError(`${flag}: ${refused.message}`, refused.help);
  return parseDuration(text) ?? 0;
}

interface Round {
  readonly session: Guard;
  readonly end: boolean;
  readonly json: boolean;
  /** Logins that cannot be seen and were told already. */
  readonly warned: Set<string>;
}

interface Found {
  readonly offender: Offender;
  readonly outcome?: Outcome;
}

async function once(round: Round): Promise<ExitCode> {
  const all = await lookAndAct(round);
  for (const found of all) tell(round, found);
  const left = all.filter(({ outcome }) => outcome === undefined || outcome.kind === "refused").length;
  if (!round.json) console.log(summarize(all.length, left, round.end));
  return left === 0 ? EXIT.fine : EXIT.findings;
}

/** Until somebody ends the process; what was said of a session is not said again. */
async function watchOver(round: Round, every: number): Promise<ExitCode> {
  const over = new AbortController();
  const stop = () => over.abort();
  // Once: whoever asks a second time does not want to wait for the look that is under way.
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, stop);
  let before = new Set<string>();
  while (!over.signal.aborted) {
    const all = (await lookAndAct(round)).map((found) => ({ found, key: keyOf(found) }));
    for (const { found, key } of all) if (!before.has(key)) tell(round, found);
    before = new Set(all.map(({ key }) => key));
    await setTimeout(every, undefined, { signal: over.signal }).catch(() => {});
  }
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.off(signal, stop);
  return EXIT.fine;
}

function keyOf({ offender, outcome }: Found): string {
  const { session, since, beyond } = offender;
  return JSON.stringify([session, since, beyond.map(({ rail }) => rail), outcome?.kind]);
}

async function lookAndAct({ session, end, warned }: Round): Promise<Found[]> {
  const { offenders, unseen } = await session.look();
  const fresh = unseen.filter((name) => !warned.has(name));
  for (const name of fresh) warned.add(name);
  if (fresh.length > 0) {
    console.error(`warning: of ${fresh.join(", ")} it is seen only whether production waits for them`);
    console.error(`  help: ${session.toSee}`);
  }
  const found: Found[] = [];
  // One after the other: each is asked about anew, and may be over because another has ended.
  for (const offender of offenders) found.push({ offender, ...(end ? { outcome: await session.end(offender) } : {}) });
  return found;
}

function tell({ json }: Round, { offender, outcome }: Found): void {
  console.log(json ? JSON.stringify(guardJson(offender, outcome)) : guardLine(offender, outcome));
}

function summarize(all: number, left: number, end: boolean): string {
  if (all === 0) return "nobody is beyond the limits";
  const sessions = `${all} ${all === 1 ? "session is" : "sessions are"} beyond the limits`;
  if (!end) return `${sessions}; nothing was done: add --end to end ${all === 1 ? "it" : "them"}`;
  return left === 0 ? `${sessions}; all ended` : `${sessions}; ${left} not ended`;
}
