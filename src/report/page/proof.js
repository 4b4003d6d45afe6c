// The statements of a rehearsal, filtered and shown in portions.
page.startProof = (proof) => {
  const { element, plural } = page;
  const table = document.getElementById("proof-table");
  if (!table || !proof) return;
  const search = document.getElementById("proof-search");
  const outcome = document.getElementById("proof-outcome");
  const status = document.getElementById("proof-status");
  const portions = page.inPortions(table.tBodies[0]);

  const row = ([who, action, target, expected, allowed, code, sql]) => {
    const right = expected === allowed;
    const said = allowed ? "allowed" : `denied${proof.texts[code] ? ` (${proof.texts[code]})` : ""}`;
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, proof.texts[who]),
      element("td", {}, proof.texts[action]),
      element("td", {}, element("code", {}, proof.texts[target])),
      element(
        "td",
        { class: right ? "right" : "wrong" },
        right ? `✓ ${said}` : `✗ ${said}, expected ${expected ? "allowed" : "denied"}`,
      ),
      element("td", {}, element("code", {}, proof.texts[sql])),
    );
  };

  const draw = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = proof.results.filter((result) => {
      const [who, action, target, expected, allowed, , sql] = result;
      if (outcome.value === "allowed" && !allowed) return false;
      if (outcome.value === "denied" && allowed) return false;
      if (outcome.value === "wrong" && expected === allowed) return false;
      const text = [who, action, target, sql].map((index) => proof.texts[index].toLowerCase()).join(" ");
      return words.every((word) => text.includes(word));
    });
    portions.show(found.map((result) => () => row(result)));
    status.textContent =
      found.length === 0
        ? "no statement fits"
        : `${found.length.toLocaleString("en-US")} of ${plural(proof.results.length, "statement")}`;
  };

  for (const input of [search, outcome]) input.addEventListener("input", draw);
  draw();
};
