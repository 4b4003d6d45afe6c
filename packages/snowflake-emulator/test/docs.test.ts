/** README.md and the emulator say the same. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(__dirname, "..");
const docs = readFileSync(join(ROOT, "README.md"), "utf8");
const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => readFileSync(join(ROOT, "src", path), "utf8"))
  .join("\n");

const codesIn = (text: string) => [...new Set(text.match(/\b(0(?!0{5})\d{5}|1000\d{2}|390[14]\d{2})\b/g))].sort();

it("every code that the emulator gives is explained, and no other", () => {
  expect(codesIn(sources).length).toBeGreaterThan(50);
  expect(codesIn(docs)).toEqual(codesIn(sources));
});
