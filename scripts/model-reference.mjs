// Writes the generated tables of docs/access-model.md; test/report/modelReference.test.ts fails when they are stale.
import { readFileSync, writeFileSync } from "node:fs";
import model from "../dist/src/report/modelReference.js";

const FILE = "docs/access-model.md";
writeFileSync(FILE, model.fillIn(readFileSync(FILE, "utf8"), model.modelReference()));
