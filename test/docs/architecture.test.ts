/** docs/architecture.md names files and functions that there are, and shows what comes of its roster. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { diffAccess } from "../../src/access/diff/diff";
import { explain } from "../../src/access/explain";
import { probesOf } from "../../src/proof/probes";
import { renderDiff } from "../../src/report/diff/diffText";
import { renderExplanation } from "../../src/report/explainText";
import { record } from "../../src/standin/record";
import { labelOf, type Resource } from "../../src/standin/resource";
import { declareWarehouse } from "../../src/warehouses/postgresql/deploy/declare";
import { probeDialectOf } from "../../src/warehouses/postgresql/rehearsal/probes";
import { loaded } from "../support/loaded";

const ROOT = join(__dirname, "../..");
const page = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");
const prose = page.replace(/```.*?```/gs, "");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** The excerpt below a comment. */
function excerpt(title: string): string {
  const [, found] = new RegExp(`<!-- ${title} -->\n\`\`\`\\w+\n(.*?)\`\`\``, "s").exec(page) ?? [];
  if (found === undefined) throw new Error(`no excerpt: ${title}`);
  return found;
}

describe("names", () => {
  const quoted = [...prose.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);
  const pairs = [...prose.matchAll(/`(\w+)`\s+\(`([\w/.-]+\.ts)`\)/g)].map(([, name = "", path = ""]) => ({
    name,
    path,
  }));

  test("every file and folder is there", () => {
    const paths = quoted.filter((text) => /^[\w-]+\/|\.ts$/.test(text));
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test("every name is exported by its file", () => {
    const isExported = ({ name, path }: (typeof pairs)[number]) =>
      new RegExp(`^export (async )?(function|class|interface|const|type) ${name}\\b`, "m").test(read(path));
    expect(pairs.length).toBeGreaterThan(20);
    expect(pairs.filter((pair) => !isExported(pair))).toEqual([]);
  });

  test("every function and type has its file", () => {
    const known = new Set(pairs.map(({ name }) => name));
    const names = quoted.filter((text) => /^[A-Z]\w+$|^[a-z]+[A-Z]\w*$/.test(text));
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe("excerpts", () => {
  const roster = excerpt("team.yaml");
  const access = loaded(roster);
  const { plan } = access.paths;
  let resources: readonly Resource[];

  beforeAll(async () => {
    const settings = { database: "analytics", team: "team.yaml", passwordSeed: "0123456789abcdef" };
    const address = { host: "h", port: 1, username: "admin", superuser: false, connectTimeout: 1 };
    const connection = { ...address, sslmode: "disable" as const };
    const found = { expiries: new Map(), roles: new Set<string>(), foreignRoutines: new Set<string>() };
    const declared = async () => declareWarehouse(plan, ["hr"], settings, connection, found);
    resources = (await record({}, declared)).resources;
  });

  test("the plan", () => {
    const [identity, grant] = ["identities", "grants"].map((title) => JSON.parse(excerpt(title)));
    expect(plan.identities).toContainEqual(expect.objectContaining(identity));
    expect(plan.grants).toContainEqual(grant);
  });

  test.for(["Role alice", "Grant read_prod_hr:table:prod_hr"])("%s", (label) => {
    const resource = resources.find((each) => labelOf(each) === label);
    expect(resource?.inputs).toMatchObject(JSON.parse(excerpt(label)));
  });

  test("the probe", () => {
    const schemas = [{ name: "prod_hr", times: ["before" as const] }];
    const probes = probesOf(access.paths, schemas, probeDialectOf("18.4")).get("alice");
    expect([...(probes ?? [])]).toContainEqual(expect.objectContaining(JSON.parse(excerpt("probes"))));
  });

  test("the sentences", () => {
    const explanation = renderExplanation(explain(access, "alice", "read", "prod_hr"), access.roster);
    expect(explanation).toContain(excerpt("explain"));
    const before = loaded(roster.replace("[alice]", "[]"));
    expect(renderDiff(diffAccess(before, access), before, access)).toContain(excerpt("diff"));
  });
});
