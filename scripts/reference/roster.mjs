// Writes the generated part of docs/roster.md, every key with the description that editors show too; with --check it only
// says whether that is stale.
import jsonSchema from "../../dist/src/roster/jsonSchema.js";
import naming from "../../dist/src/roster/rules/naming.js";
import { settle, table } from "./page.mjs";

const MARKER = "<!-- generated from src/roster/schema.ts: npm run schema -->\n";

settle("docs/roster.md", (page) => `${page.split(MARKER)[0]}${MARKER}\n${renderReference()}`);

/** Tables of all keys and of all reserved names, as Markdown. */
function renderReference() {
  const schema = jsonSchema.rosterJsonSchema();
  // CI has every limit that there is.
  const limits = schema.properties?.limits?.properties?.ci ?? {};
  const reserved = naming.reservedNames().map(([name, reason]) => [code(name), reason]);
  return [
    "### Keys",
    "",
    ...table(["Key", "Value", "Needed", "Meaning"], listKeys(schema, "")),
    "",
    "### Limits",
    "",
    ...table(["Key", "Value", "Needed", "Meaning"], listKeys(limits, "")),
    "",
    "### Reserved names",
    "",
    ...table(["Name", "Reserved because"], reserved),
    "",
  ].join("\n");
}

function listKeys(schema, prefix) {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const path = `${prefix}${key}`;
    const needed = schema.required?.includes(key) ? "yes" : "";
    const row = [code(path), describeValue(value), needed, value.description ?? ""];
    // Limits are the same everywhere, and have a table of their own.
    if (path.startsWith("limits.") || path.endsWith("].limits")) return [row];
    return [row, ...forms(value).flatMap((form) => listKeys(form, `${path}${form === value ? "." : "[]."}`))];
  });
}

/** The mappings that a value can be, or be a list of. */
function forms(schema) {
  if (schema.properties) return [schema];
  return [schema.items, ...(schema.items?.anyOf ?? [])].filter((form) => form?.properties !== undefined);
}

function describeValue(schema) {
  if (schema.enum) return schema.enum.map(code).join(" or ");
  const kind = describeKind(schema);
  const examples = schema.properties || schema.items?.properties ? [] : (schema.examples ?? []);
  return examples.length === 0 ? kind : `${kind}: ${examples.map((example) => code(writeFlow(example))).join(", ")}`;
}

function describeKind(schema) {
  if (schema.anyOf && !schema.type) return schema.anyOf.map(describeKind).join(" or ");
  switch (schema.type) {
    case "array":
      return "list";
    case "object":
      return "mapping";
    case "integer":
      return "number";
    default:
      return "text";
  }
}

function writeFlow(value) {
  if (Array.isArray(value)) return `[${value.map(writeFlow).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${key}: ${writeFlow(item)}`)
    .join(", ")} }`;
}

function code(text) {
  return `\`${text}\``;
}
