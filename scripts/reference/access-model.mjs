// Writes the generated tables of docs/access-model.md; with --check it only says whether they are stale.
import decide from "../../dist/src/access/decide.js";
import invariants from "../../dist/src/access/invariants.js";
import collections from "../../dist/src/collections.js";
import registry from "../../dist/src/warehouses/registry.js";
import { settle, table } from "./page.mjs";

const { postgresql, snowflake } = registry.WAREHOUSES;
const byLevel = collections.groupBy(Object.entries(decide.ACTIONS), ([, level]) => level);
const parts = {
  invariants: invariants.INVARIANTS.map(({ number, promise }) => `${number}. ${promise}`),
  actions: table(
    ["level", "it takes that level to"],
    [...byLevel].map(([level, actions]) => [
      level === null ? "deploying admin only" : `\`${level}\``,
      actions.map(([action]) => action).join(", "),
    ]),
  ),
  attacks: attacksTable(await postgresql.attacks()),
  "attacks on Snowflake": attacksTable(await snowflake.attacks()),
};

settle("docs/access-model.md", (page) => Object.entries(parts).reduce(fillIn, page));

function attacksTable(attacks) {
  return table(
    ["attack", "wants"],
    attacks.map(({ name, wants }) => [name, wants]),
  );
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
function fillIn(page, [name, lines]) {
  const place = new RegExp(`<!-- ${name} -->[\\s\\S]*?<!-- /${name} -->`);
  if (!place.test(page)) throw new Error(`the page has no place for ${name}`);
  return page.replace(place, () => `<!-- ${name} -->\n\n${lines.join("\n")}\n\n<!-- /${name} -->`);
}
