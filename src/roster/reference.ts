/** The generated part of docs/roster.md: every key with the description that editors show too. */
import { type JsonSchema, rosterJsonSchema } from "./jsonSchema";
import { reservedNames } from "./rules/naming";

/** Tables of all keys and of all reserved names, as Markdown. */
export function renderReference(): string {
  const schema = rosterJsonSchema();
  // CI has every limit that there is.
  const limits = schema.properties?.limits?.properties?.ci ?? {};
  const reserved = reservedNames().map(([name, reason]) => [code(name), reason]);
  return [
    "### Keys",
    "",
    ...renderTable(["Key", "Value", "Needed", "Meaning"], listKeys(schema, "")),
    "",
    "### Limits",
    "",
    ...renderTable(["Key", "Value", "Needed", "Meaning"], listKeys(limits, "")),
    "",
    "### Reserved names",
    "",
    ...renderTable(["Name", "Reserved because"], reserved),
    "",
  ].join("\n");
}

function listKeys(schema: JsonSchema, prefix: string): string[][] {
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
function forms(schema: JsonSchema): JsonSchema[] {
  if (schema.properties) return [schema];
  return [schema.items, ...(schema.items?.anyOf ?? [])].filter(
    (form) => form?.properties !== undefined,
  ) as JsonSchema[];
}

function describeValue(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map(code).join(" or ");
  const kind = describeKind(schema);
  const examples = schema.properties || schema.items?.properties ? [] : (schema.examples ?? []);
  return examples.length === 0 ? kind : `${kind}: ${examples.map((example) => code(writeFlow(example))).join(", ")}`;
}

function describeKind(schema: JsonSchema): string {
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

function writeFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeFlow).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${key}: ${writeFlow(item)}`)
    .join(", ")} }`;
}

function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const renderRow = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [renderRow(head), renderRow(head.map(() => "---")), ...rows.map(renderRow)];
}

function code(text: string): string {
  return `\`${text}\``;
}
