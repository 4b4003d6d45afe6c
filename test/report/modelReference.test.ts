import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fillIn, modelReference } from "../../src/report/modelReference";

test("the tables of docs/access-model.md are current (npm run docs writes them)", () => {
  const page = readFileSync("docs/access-model.md", "utf8");
  expect(fillIn(page, modelReference())).toBe(page);
});

test("every generated table has its place on the page", () => {
  const page = readFileSync("docs/access-model.md", "utf8");
  for (const name of Object.keys(modelReference())) expect(page).toContain(`<!-- ${name} -->`);
});
