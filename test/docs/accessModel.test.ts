import { test } from "vitest";
import { checkReference } from "../support/reference";

test("the tables of docs/access-model.md are current (npm run docs writes them)", () => {
  checkReference("access-model");
});
