// What came of the statements of a rehearsal, filtered and shown in portions.
page.startProof = (proof) => {
  const { element, plural } = page;
  const table = document.getElementById("proof-table");
  if (!table || !proof) return;
  const search = document.getElementById("proof-search");
  const outcome = document.getElementById("proof-outcome");
  const status = document.getElementById("proof-status");
  const portions = page.inPortions(table.tBodies[0]);

  /** One for each identity and target. */
  const cells = Object.entries(proof.identities).flatMap(([who, lists]) =>
    lists.flatMap(([list, targets]) =>
      targets.map((target) => ({ who, target: proof.targets[target], tallies: proof.outcomes[list] })),
    ),
  );

  const countOf = ({ allowed, refused }) => allowed + refused;

  const said = ({ allowed, refused, codes }) => {
    const denied = codes.length > 0 ? `denied (${codes.join(", ")})` : "denied";
    if (refused === 0) return "allowed";
    return allowed === 0 ? denied : `${allowed} allowed, ${refused} ${denied}`;
  };

  const row = ({ who, target }, tally) => {
    const right = tally.wrong === 0;
    const expected = tally.expected ? "allowed" : "denied";
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, who),
      element("td", {}, tally.action),
      element("td", {}, element("code", {}, target)),
      element(
        "td",
        { class: right ? "right" : "wrong" },
        right ? `✓ ${said(tally)}` : `✗ ${said(tally)}, expected ${expected}`,
      ),
      element("td", {}, countOf(tally).toLocaleString("en-US")),
    );
  };

  const fits = ({ allowed, refused, wrong }) => {
    if (outcome.value === "allowed") return allowed > 0;
    if (outcome.value === "denied") return refused > 0;
    return outcome.value !== "wrong" || wrong > 0;
  };

  /** The rows that the filters leave; the words of who and target are looked for once for all actions. */
  const find = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [];
    for (const cell of cells) {
      const text = `${cell.who} ${cell.target}`.toLowerCase();
      const left = words.filter((word) => !text.includes(word));
      for (const tally of cell.tallies)
        if (fits(tally) && left.every((word) => tally.action.includes(word))) found.push([cell, tally]);
    }
    return found;
  };

  const sum = (tallies) => tallies.reduce((count, tally) => count + countOf(tally), 0);
  const total = cells.reduce((count, { tallies }) => count + sum(tallies), 0);

  const draw = () => {
    const found = find();
    portions.show(
      found.map(
        ([cell, tally]) =>
          () =>
            row(cell, tally),
      ),
    );
    status.textContent =
      found.length === 0
        ? "no statement fits"
        : `${sum(found.map(([, tally]) => tally)).toLocaleString("en-US")} of ${plural(total, "statement")}`;
  };

  for (const input of [search, outcome]) input.addEventListener("input", draw);
  draw();
};
