import type { AccessPaths } from "../../access/paths";
import type { Selection } from "../../access/selection";
import { formatPosition, locate, type Roster } from "../../roster/roster";
import { matrixRows } from "./matrixText";

/** The matrix as a table of Markdown. */
export function renderMatrixMarkdown(paths: AccessPaths, selection: Selection): string {
  const [header = [], ...rows] = matrixRows(paths, selection);
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const code = (row: readonly string[]) =>
    row.map((cell, index) => (index === 0 ? cell.replace(/^(\S+)/, "`$1`") : cell));
  const title = header.map((cell, index) => (index === 0 || cell === "elsewhere" ? cell : `\`${cell}\``));
  return [line(title), line(header.map(() => "---")), ...rows.map((row) => line(code(row)))].join("\n");
}

/** One cell of the matrix, with the entry that gives it. */
export interface Cell {
  readonly who: string;
  readonly duty: string;
  readonly schema: string;
  readonly level: string;
  readonly because: string;
}

/** Every cell of the part: of production `none` too, for that is what people ask; elsewhere what there is. */
export function cellsOf(roster: Roster, paths: AccessPaths, selection: Selection, isAll: boolean): Cell[] {
  return selection.identities.flatMap(({ name: who, duty }) => {
    const cells = selection.cellsOf(who);
    return selection.schemas
      .filter(({ name, kind }) => cells.has(name) || (isAll && kind === "prod"))
      .map(({ name: schema, because }) => {
        const power = paths.accessTo(schema).get(who)?.power;
        const line = formatPosition(locate(roster, power?.because ?? because));
        return { who, duty, schema, level: cells.get(schema) ?? "none", because: line };
      });
  });
}

/** Cells as comma-separated values (RFC 4180), one a line. */
export function renderCsv(cells: readonly Cell[]): string {
  const quoted = (value: string) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const rows = cells.map(({ who, duty, schema, level, because }) => [who, duty, schema, level, because]);
  return [["who", "duty", "schema", "level", "because"], ...rows].map((row) => row.map(quoted).join(",")).join("\n");
}
