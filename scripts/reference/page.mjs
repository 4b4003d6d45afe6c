// What the generators of docs have in common.
import { readFileSync, writeFileSync } from "node:fs";

/** Writes a page as it should be; with --check it writes nothing and fails when the page is not that already. */
export function settle(file, fill) {
  const page = readFileSync(file, "utf8");
  const filled = fill(page);
  if (filled === page) return;
  if (process.argv.includes("--check")) throw new Error(`${file} is stale: npm run docs`);
  writeFileSync(file, filled);
}

/** The lines of a Markdown table. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [head, head.map(() => "---"), ...rows].map(line);
}
