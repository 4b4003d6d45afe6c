/** CONTRIBUTING.md has a map of the folders that there are, and names files that there are. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(__dirname, "../..");
const page = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .trim()
  .split("\n");
const folders = [...new Set(files.flatMap((file) => ancestors(file)))];
const mapped = [...page.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, cell = ""]) => cell.replaceAll("`", "").split(", "));

function ancestors(file: string): string[] {
  const parts = file.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** The folders that the map has to have: a warehouse's stand for those of every warehouse. */
function toBeMapped(folder: string): string[] {
  const parts = folder.split("/");
  const [top = "", second, warehouse, part] = parts;
  if (top.startsWith(".")) return [];
  if (top !== "src" && top !== "packages") return parts.length === 1 ? [folder] : [];
  if (second === "warehouses" && warehouse !== undefined)
    return part !== undefined && parts.length === 4 ? [`src/warehouses/*/${part}`] : [];
  return parts.length === 2 ? [folder] : [];
}

test("the map has every folder, and no other", () => {
  expect(mapped.length).toBeGreaterThan(20);
  expect([...mapped].sort()).toEqual([...new Set(folders.flatMap(toBeMapped))].sort());
});

test("every file and folder that is named is there", () => {
  const named = [...page.matchAll(/`((?:src|test|docs|scripts|bench|packages)\/[^`\s]+)`/g)].map(
    ([, name = ""]) => name,
  );
  const isThere = (name: string) => {
    const pattern = new RegExp(`^${name.replaceAll(/[.+?]/g, "\\$&").replaceAll(/\*|<\w+>/g, "[^/]+")}$`);
    return [...files, ...folders].some((path) => pattern.test(path));
  };
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !isThere(name))).toEqual([]);
});
