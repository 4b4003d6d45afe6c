import type { AccessPaths } from "../access/paths";
import type { Identity, Level } from "../access/plan";
import { groupBy } from "../collections";

const NOTHING = "·";

/**
 * Who may do what where, as a table: a column for every production schema, and the rest in words, where `alice*` stands
 * for the base schema `alice` and all of `alice_<source>`.
 */
export function renderMatrix(paths: AccessPaths): string {
  const prod = paths.plan.schemas.filter(({ kind }) => kind === "prod").map(({ name }) => name);
  const header = ["", ...prod, "elsewhere"];
  const rows = paths.plan.identities.map((identity) => [
    `${identity.name} (${identity.duty})`,
    ...prod.map((schema) => word(levelOf(paths, identity, schema))),
    elsewhere(paths, identity),
  ]);
  return alignColumns([header, ...rows]);
}

function levelOf(paths: AccessPaths, { name }: Identity, schema: string): Level {
  return paths.accessTo(schema).get(name)?.level ?? "none";
}

function word(level: Level): string {
  return level === "none" ? NOTHING : level;
}

function elsewhere(paths: AccessPaths, identity: Identity): string {
  const others = paths.plan.schemas.filter(({ kind }) => kind !== "prod");
  const byPrefix = groupBy(others, ({ name, owner }) => owner ?? name);
  const parts = [...byPrefix].flatMap(([prefix, schemas]) => {
    const byLevel = groupBy(schemas, ({ name }) => levelOf(paths, identity, name));
    byLevel.delete("none");
    return [...byLevel].map(([level, at]) => {
      const all =
        at.length === schemas.length ? [prefix.endsWith("*") ? prefix : `${prefix}*`] : at.map(({ name }) => name);
      return `${level} ${all.join(" ")}`;
    });
  });
  return parts.join(", ");
}

/** Pads every column to its widest cell; two spaces between columns, none at the end of a line. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
