import { z } from "zod";
import { rosterSchema } from "./schema";

/** The part of JSON Schema that the roster's schema uses. */
export interface JsonSchema {
  readonly description?: string;
  readonly type?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
}

/** JSON schema of `team.yaml` for editors. Draft 7 is the newest that the YAML language server knows in full. */
export function rosterJsonSchema(): JsonSchema & { title: string } {
  const schema = z.toJSONSchema(rosterSchema, { target: "draft-7", io: "input" });
  return { title: "one-environment roster", ...(schema as JsonSchema) };
}

/** The file `team.schema.json`. */
export function renderJsonSchema(): string {
  return `${JSON.stringify(rosterJsonSchema(), null, 2)}\n`;
}

/** Keys that the schema knows at a place of the file: what an unknown key is compared with. */
export function keysAt(path: readonly PropertyKey[]): string[] {
  let places: JsonSchema[] = [rosterJsonSchema()];
  for (const step of path) {
    places = places.flatMap((place) => {
      const next = typeof step === "number" ? place.items : place.properties?.[String(step)];
      return next ? unfold(next) : [];
    });
  }
  return places.flatMap((place) => Object.keys(place.properties ?? {}));
}

/** An entry that may have several forms, as all of its forms. */
function unfold(schema: JsonSchema): JsonSchema[] {
  return [schema, ...(schema.anyOf ?? []).flatMap(unfold)];
}
