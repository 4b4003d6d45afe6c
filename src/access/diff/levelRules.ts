import { PROD } from "../../names";
import type { DatedAccess } from "../dated";
import { includes, type Level, type Schema } from "../plan";
import type { AccessChange, Cause, Risk, Subject } from "./change";
import { aboutIdentity, type Statuses } from "./status";

/** A level that changes in one schema. */
export interface LevelChange {
  readonly schema: string;
  readonly before: Level;
  readonly after: Level;
}

/** What a change of access is about, and its cause. */
export interface Rule {
  /** Absent: each identity itself, with a cause of its own. */
  readonly subject?: Subject;
  /** Equal for changes that can be told together. */
  readonly key: string;
  describe(who: readonly string[], change: LevelChange, schemas: readonly string[]): AccessChange;
}

/** What changes of access are judged by. */
export interface Context {
  readonly before: DatedAccess;
  readonly after: DatedAccess;
  readonly statuses: Statuses;
}

/** The entry that a change of access comes from: of whose schema it is, else of who gains, else of the source. */
export function ruleOf(who: string, change: LevelChange, context: Context): Rule {
  const { subject, because } = originOf(who, change, context);
  const isOwn = subject === undefined || (subject.kind === "identity" && subject.name === who);
  const about = subject ?? aboutIdentity(who);
  const risk = riskOf(who, change, context);
  const warning = isWarning(about, risk, change, context);
  const direction = isWider(change) ? "wider" : "narrower";
  const origin = [isOwn ? "own" : `${about.kind} ${about.name}`, because.side, because.path];
  return {
    ...(isOwn ? {} : { subject: about }),
    key: [...origin, change.before, change.after, risk, warning].join(" "),
    describe: (names, { before, after }, schemas) => ({
      kind: "access",
      schemas,
      before,
      after,
      who: names,
      subject: about,
      risk,
      direction,
      warning,
      because,
    }),
  };
}

function riskOf(who: string, change: LevelChange, context: Context): Risk {
  const { statuses, before, after } = context;
  if (schemaOf(change, context)?.kind !== "prod") return "ordinary";
  const isStaying = statuses.identity(who) === "same";
  const isInBoth = before.paths.schemas.has(change.schema) && after.paths.schemas.has(change.schema);
  // A new source is written by those who write production anyway: nobody becomes a writer by it.
  const isKnownWriter = isStaying && !isInBoth;
  if (includes(change.before, "write") !== includes(change.after, "write")) {
    return isKnownWriter ? "ordinary" : "production";
  }
  const source = statuses.sources(sourceOf(change, context) ?? "");
  const isRestricted = isWider(change)
    ? source.before?.readers || source.after?.readers
    : source.before?.readers || (isStaying && source.after?.readers);
  return isRestricted ? "restricted" : "ordinary";
}

/** A new writer of production always; a new reader of a restricted source unless the source warns of it already. */
function isWarning(subject: Subject, risk: Risk, change: LevelChange, context: Context): boolean {
  if (!isWider(change)) return false;
  if (risk === "production") return true;
  const isSourceSame = context.statuses.source(sourceOf(change, context) ?? "") === "same";
  return risk === "restricted" && subject.kind === "identity" && isSourceSame;
}

function originOf(who: string, change: LevelChange, context: Context): { subject?: Subject; because: Cause } {
  const { statuses } = context;
  const schema = schemaOf(change, context);
  if (schema?.kind === "personal" && schema.owner !== undefined && schema.owner !== who) {
    const lender = lenderCause(schema.owner, change, context);
    if (lender) return { subject: aboutIdentity(schema.owner), because: lender };
  }
  if (statuses.identity(who) !== "same") return { because: statuses.identityCause(who) };
  const source = sourceOf(change, context);
  if (source !== undefined) {
    const because = sourceCause(source, schema, statuses);
    if (because) return { subject: { kind: "source", name: source }, because };
  }
  return { because: listCause(who, source, context) ?? statuses.identityCause(who) };
}

/** A developer's schemas open and close to others because the developer joins, leaves, or changes `share`. */
function lenderCause(owner: string, change: LevelChange, { statuses }: Context): Cause | undefined {
  if (statuses.identity(owner) !== "same") return statuses.identityCause(owner);
  const { before, after } = statuses.entries;
  if (before.get(owner)?.share === after.get(owner)?.share) return undefined;
  return { side: isWider(change) ? "after" : "before", path: `developers.${owner}.share` };
}

function sourceCause(source: string, schema: Schema | undefined, statuses: Statuses): Cause | undefined {
  const path = `sources.${source}`;
  const { after } = statuses.sources(source);
  switch (statuses.source(source)) {
    case "added":
      return { side: "after", path };
    case "removed":
      return { side: "before", path };
    case "same":
      return undefined;
    default:
      if (schema?.kind !== "prod") return undefined;
  }
  // The list of readers, for several share this cause; each reader's own line is told with the source.
  if (!after?.readers) return { side: "after", path };
  return { side: "after", path: `${path}.readers` };
}

/** The list of a reader service, where the source comes from it or leaves it. */
function listCause(who: string, source: string | undefined, { before, after }: Context): Cause | undefined {
  const path = `services.${who}.sources`;
  const entry = source === undefined ? path : `${path}.${source}`;
  if (after.roster.positions.has(entry)) return { side: "after", path: entry };
  if (before.roster.positions.has(entry)) return { side: "before", path: entry };
  if (after.roster.positions.has(path)) return { side: "after", path };
  return before.roster.positions.has(path) ? { side: "before", path } : undefined;
}

function schemaOf(change: LevelChange, { before, after }: Context): Schema | undefined {
  const [first, second] = isWider(change) ? [after, before] : [before, after];
  return first.paths.schemas.get(change.schema) ?? second.paths.schemas.get(change.schema);
}

/** `salesforce` of `prod_salesforce` and of `alice_salesforce`; nothing for the base schemas. */
function sourceOf(change: LevelChange, context: Context): string | undefined {
  const schema = schemaOf(change, context);
  const prefix = schema?.kind === "prod" ? PROD : schema?.owner;
  return prefix === undefined || change.schema === prefix ? undefined : change.schema.slice(prefix.length + 1);
}

function isWider({ before, after }: LevelChange): boolean {
  return includes(after, before);
}
