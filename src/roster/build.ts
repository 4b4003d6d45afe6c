/** Raw file of the right form → {@link Roster}. */

import {
  type Acceptance,
  type Claim,
  type Developer,
  type Duty,
  type Expectation,
  type LimitsAsWritten,
  NO_LIMIT,
  type Position,
  type Roster,
  type RosterPath,
  type Service,
  type Source,
} from "./roster";
import { parseClaim } from "./rules/claims";
import { parseDuration } from "./rules/durations";
import type { RawLimits, RawRoster } from "./schema";
import type { Locator } from "./yaml/positions";
import type { YamlNode } from "./yaml/yamlTree";

export function buildRoster(raw: RawRoster, file: string, locator: Locator): Roster {
  return {
    file,
    sources: raw.sources.map(buildSource),
    developers: (raw.developers ?? []).map(buildDeveloper),
    services: (raw.services ?? []).map(buildService),
    limits: buildDutyLimits(raw.limits ?? {}),
    expect: (raw.expect ?? []).map(buildExpectation),
    audit: (raw.audit ?? []).map(buildAcceptance),
    positions: collectPositions(locator),
  };
}

type Raw<K extends "sources" | "developers" | "services" | "expect" | "audit"> = NonNullable<RawRoster[K]>[number];

function buildSource(raw: Raw<"sources">): Source {
  if (typeof raw === "string") return { name: raw };
  return { name: raw.name, ...(raw.readers ? { readers: raw.readers } : {}) };
}

function buildDeveloper(raw: Raw<"developers">): Developer {
  return {
    ...buildMember(raw),
    ...(raw.email === undefined ? {} : { email: raw.email }),
    share: raw.share ?? "private",
  };
}

function buildService(raw: Raw<"services">): Service {
  return { ...buildMember(raw), duty: raw.duty, ...(raw.sources ? { sources: raw.sources } : {}) };
}

function buildMember(raw: Raw<"developers"> | Raw<"services">) {
  return {
    name: raw.name,
    ...(raw.expires === undefined ? {} : { expires: raw.expires }),
    rotation: raw.rotation ?? 1,
    limits: buildLimits(raw.limits ?? {}),
  };
}

function buildDutyLimits(raw: NonNullable<RawRoster["limits"]>): Record<Duty, LimitsAsWritten> {
  const { developer = {}, prod = {}, ci = {}, reader = {} } = raw;
  return {
    developer: buildLimits(developer),
    prod: buildLimits(prod),
    ci: buildLimits(ci),
    reader: buildLimits(reader),
  };
}

function buildLimits(raw: { readonly [K in keyof RawLimits]?: RawLimits[K] | undefined }): LimitsAsWritten {
  const limits = {
    statementTimeout: milliseconds(raw.statement_timeout),
    idleInTransaction: milliseconds(raw.idle_in_transaction),
    connections: raw.connections,
    schemaTtl: milliseconds(raw.schema_ttl),
    runs: raw.runs,
  };
  // An absent key stays absent, so that equal rosters are deeply equal.
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)) as LimitsAsWritten;
}

function milliseconds(value: string | number | undefined): number | typeof NO_LIMIT | undefined {
  if (value === NO_LIMIT) return value;
  return typeof value === "string" ? parseDuration(value) : undefined;
}

function buildExpectation(raw: Raw<"expect">, index: number): Expectation {
  return {
    who: typeof raw.who === "string" ? [raw.who] : raw.who,
    can: buildClaims(raw.can ?? [], `expect.${index}.can`),
    cannot: buildClaims(raw.cannot ?? [], `expect.${index}.cannot`),
  };
}

function buildClaims(texts: readonly string[], path: RosterPath): Claim[] {
  return texts.map((text, index) => {
    const claim = parseClaim(text);
    if (!claim) throw new Error(`claim ${text} passed the schema`);
    return { ...claim, path: `${path}.${index}` };
  });
}

function buildAcceptance({ accept, of, because, until }: Raw<"audit">, index: number): Acceptance {
  return { rule: accept, of: typeof of === "string" ? [of] : of, because, until, path: `audit.${index}` };
}

/** Every entry under its name: list entries by their name, or by their number where they have none. */
function collectPositions({ root, at }: Locator): Map<RosterPath, Position> {
  const positions = new Map<RosterPath, Position>();
  const visit = (node: YamlNode | undefined, offset: number, path: RosterPath) => {
    if (path !== "") positions.set(path, at(offset));
    if (node?.kind === "list") {
      node.items.forEach((item, index) => {
        visit(item, item.start, `${path}.${nameEntry(item, index, path)}`);
      });
    } else if (node?.kind === "mapping") {
      for (const { key, value } of node.pairs)
        visit(value, key.start, path === "" ? textOf(key) : `${path}.${textOf(key)}`);
    }
  };
  visit(root, 0, "");
  return positions;
}

function nameEntry(item: YamlNode, index: number, path: RosterPath): string {
  // Expectations and acceptances have no name, and what is in one may stand in another.
  if (/^(expect|audit)(\.|$)/.test(path)) return String(index);
  return textOf(item.kind === "mapping" ? item.pairs.find(({ key }) => textOf(key) === "name")?.value : item);
}

function textOf(node: YamlNode | undefined): string {
  return node?.kind === "scalar" ? node.text : "";
}
