/** The measurements and scripts are run by hand only: what they load of `dist` has to be made from a file of `src`. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(__dirname, "..");

interface Loaded {
  /** Without an ending: `src/proof/tally`. */
  readonly path: string;
  readonly names: readonly string[];
}

const scripts = ["bench", "scripts"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".mjs"))
    .map((path) => join(folder, path)),
);

/** `dist("proof/tally")`, `require(join(dist, "proof/tally.js"))`, `from "../dist/src/proof/tally.js"`. */
function loadedBy(text: string): Loaded[] {
  const required = [
    ...text.matchAll(/const \{([^}]*)\} = (?:dist|require)\((?:join\(dist, )?"([\w/.]+?)(?:\.js)?"\)/g),
  ];
  const imported = [...text.matchAll(/import (\w+) from "[./]*dist\/(src\/[\w/]+)\.js"/g)];
  return [
    ...required.map(([, names = "", path = ""]) => ({
      path: `src/${path.replace(/^.*dist\/src\//, "")}`,
      names: names.split(",").map((name) => name.trim()),
    })),
    ...imported.map(([, whole = "", path = ""]) => ({
      path,
      names: [...text.matchAll(new RegExp(`\\b${whole}\\.(?!js")(\\w+)`, "g"))].flatMap(([, name = ""]) => name),
    })),
  ];
}

function missing({ path, names }: Loaded): string[] {
  const file = join(ROOT, `${path}.ts`);
  if (!existsSync(file)) return [path];
  const source = readFileSync(file, "utf8");
  return names
    .filter((name) => !new RegExp(`^export (async )?(function|class|const) ${name}\\b`, "m").test(source))
    .map((name) => `${name} of ${path}`);
}

describe.each(scripts)("%s", (script) => {
  test("is JavaScript", () => {
    execFileSync(process.execPath, ["--check", join(ROOT, script)]);
  });

  test("loads what src exports", () => {
    expect(loadedBy(readFileSync(join(ROOT, script), "utf8")).flatMap(missing)).toEqual([]);
  });
});

test("these tests see what is loaded, and what is missing", () => {
  const text = [
    'const { countFaults } = dist("proof/verdict");',
    'const { readRoster, noRoster } = require(join(dist, "roster/load.js"));',
    'const { gone } = require("../dist/src/proof/nothing.js");',
    'import decide from "../../dist/src/access/decide.js";',
    "decide.decide(); decide.decision();",
  ].join("\n");
  expect(loadedBy(text).map(({ path }) => path)).toEqual([
    ...["src/proof/verdict", "src/roster/load", "src/proof/nothing", "src/access/decide"],
  ]);
  expect(loadedBy(text).flatMap(missing)).toEqual([
    ...["noRoster of src/roster/load", "src/proof/nothing", "decision of src/access/decide"],
  ]);
});
