import { ACTIONS } from "../access/decide";
import { INVARIANTS } from "../access/invariants";
import { groupBy } from "../collections";
import { CORPUS } from "../warehouses/postgresql/rehearsal/attacks/corpus";
import { CORPUS as ON_SNOWFLAKE } from "../warehouses/snowflake/rehearsal/attacks/corpus";

/** The generated tables of docs/access-model.md, by name. */
export function modelReference(): Record<string, string> {
  const byLevel = groupBy(Object.entries(ACTIONS), ([, level]) => level);
  return {
    invariants: INVARIANTS.map(({ number, promise }) => `${number}. ${promise}`).join("\n"),
    actions: table(
      ["level", "it takes that level to"],
      [...byLevel].map(([level, actions]) => [
        level === null ? "deploying admin only" : `\`${level}\``,
        actions.map(([action]) => action).join(", "),
      ]),
    ),
    attacks: attacks(CORPUS),
    "attacks on Snowflake": attacks(ON_SNOWFLAKE),
  };
}

/** A page with the text between `<!-- name -->` and `<!-- /name -->` replaced. */
export function fillIn(page: string, tables: Record<string, string>): string {
  return Object.entries(tables).reduce(
    (text, [name, content]) =>
      text.replace(
        new RegExp(`<!-- ${name} -->[\\s\\S]*?<!-- /${name} -->`),
        () => `<!-- ${name} -->\n\n${content}\n\n<!-- /${name} -->`,
      ),
    page,
  );
}

function attacks(corpus: typeof CORPUS): string {
  return table(
    ["attack", "wants"],
    corpus.map(({ name, wants }) => [name, wants]),
  );
}

function table(header: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}
