import type { AccessPaths } from "../../access/paths";
import type { Level, Schema } from "../../access/plan";
import { type Selection, select } from "../../access/selection";
import { groupBy } from "../../collections";

const NOTHING = "·";

/**
 * Who may do what where, as a table: a column for every production schema, and the rest in words, where `alice*` stands
 * for the base schema `alice` and all of `alice_<source>`.
 *
 * @param selection the part to show; absent: all of it
 */
export function renderMatrix(paths: AccessPaths, selection: Selection = select(paths)): string {
  return alignColumns(matrixRows(paths, selection));
}

/** The rows of the table, its header first. */
export function matrixRows(paths: AccessPaths, selection: Selection): string[][] {
  const prod = selection.schemas.filter(({ kind }) => kind === "prod").map(({ name }) => name);
  const sizes = countByPrefix(paths);
  const rows = selection.identities.map((identity) => {
    const cells = selection.cellsOf(identity.name);
    return [
      `${identity.name} (${identity.duty})`,
      ...prod.map((schema) => cells.get(schema) ?? NOTHING),
      elsewhere(cells, paths, sizes),
    ];
  });
  const header = ["", ...prod, "elsewhere"];
  // A column that says nothing to anybody is left out.
  return selection.schemas.some(({ kind }) => kind !== "prod")
    ? [header, ...rows]
    : [header, ...rows].map((row) => row.slice(0, -1));
}

/** How many schemas there are of each prefix that is not `prod`. */
function countByPrefix(paths: AccessPaths): Map<string, number> {
  const groups = groupBy(
    paths.plan.schemas.filter(({ kind }) => kind !== "prod"),
    prefixOf,
  );
  return new Map([...groups].map(([prefix, schemas]) => [prefix, schemas.length]));
}

function prefixOf({ name, owner }: Schema): string {
  return owner ?? name;
}

function elsewhere(
  cells: ReadonlyMap<string, Level>,
  { schemas }: AccessPaths,
  sizes: ReadonlyMap<string, number>,
): string {
  const others = [...cells].flatMap(([name, level]) => {
    const schema = schemas.get(name);
    return schema && schema.kind !== "prod" ? [{ schema, level }] : [];
  });
  const groups = groupBy(others, ({ schema, level }) => `${level} ${prefixOf(schema)}`);
  return [...groups.values()]
    .flatMap((group) =>
      group.slice(0, 1).map(({ schema, level }) => {
        const prefix = prefixOf(schema);
        const isAll = group.length === sizes.get(prefix);
        const names = isAll
          ? prefix.endsWith("*")
            ? prefix
            : `${prefix}*`
          : group.map(({ schema }) => schema.name).join(" ");
        return `${level} ${names}`;
      }),
    )
    .join(", ");
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
