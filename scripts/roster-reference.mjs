// Writes the generated part of docs/roster.md; test/roster/generated-files.test.ts fails when it is stale.
import { readFileSync, writeFileSync } from "node:fs";
import reference from "../dist/src/roster/reference.js";

const FILE = "docs/roster.md";
const MARKER = "<!-- generated from src/roster/schema.ts: npm run schema -->\n";

const [written] = readFileSync(FILE, "utf8").split(MARKER);
writeFileSync(FILE, `${written}${MARKER}\n${reference.renderReference()}`);
