// The matrix: a row for everybody, a column for each schema of production, the others together.
page.startMatrix = (model) => {
  const { element, prose, plural } = page;
  const table = document.getElementById("matrix-table");
  const search = document.getElementById("matrix-search");
  const duty = document.getElementById("matrix-duty");
  const columnSearch = document.getElementById("matrix-columns");
  const may = document.getElementById("matrix-may");
  const status = document.getElementById("matrix-status");
  const body = element("tbody");
  const head = element("thead");
  // A grid, for the arrow keys move in it; without the script it would be none.
  table.setAttribute("role", "grid");
  table.append(head, body);
  const portions = page.inPortions(body);
  const WORDS = { none: "–", read: "read", write: "write", own: "own" };

  /** Columns of one schema each, then those that stand for many. */
  const columns = () => {
    const wanted = columnSearch.value.trim().toLowerCase();
    const prod = model.prod
      .filter((name) => name.toLowerCase().includes(wanted))
      .map((name) => ({ id: name, label: name, restricted: model.isRestricted(name), schemasOf: () => [name] }));
    return [
      ...prod,
      { id: "own", label: "own schemas", many: true, schemasOf: model.ownSchemas },
      { id: "shared", label: "shared by others", many: true, schemasOf: model.sharedWith },
      ...(model.throwaway.length > 0
        ? [{ id: "ci", label: "CI schemas", many: true, schemasOf: () => model.throwaway }]
        : []),
    ];
  };

  const cellOf = (who, { many, schemasOf }) => {
    const schemas = schemasOf(who);
    const first = schemas[0];
    const { level } = first === undefined ? { level: "none" } : model.access(who, first);
    const text = many && level !== "none" && schemas.length > 1 ? `${WORDS[level]} ${schemas.length}` : WORDS[level];
    return { level, text };
  };

  const matches = ({ name, email = "", duty: own }, shown) => {
    const wanted = search.value.trim().toLowerCase();
    if (wanted !== "" && !name.includes(wanted) && !email.toLowerCase().includes(wanted)) return false;
    if (duty.value !== "" && own !== duty.value) return false;
    if (may.value === "") return true;
    const levels = shown.filter(({ many }) => !many).map((column) => cellOf(name, column).level);
    if (may.value === "none") return levels.every((level) => level === "none");
    if (may.value === "read") return levels.some((level) => level !== "none");
    return levels.some((level) => level === "write" || level === "own");
  };

  const headRow = (shown) =>
    element(
      "tr",
      {},
      element("th", { scope: "col", class: "who" }, "who"),
      ...shown.map(({ label, many, restricted }) =>
        element(
          "th",
          { scope: "col", class: many ? "many" : "schema" },
          element("span", { class: "turned" }, label, ...(restricted ? [element("small", {}, " restricted")] : [])),
        ),
      ),
    );

  const row = (identity, shown) => {
    const { name, duty: own, email, expires } = identity;
    const about = [own, ...(expires ? [`until ${expires}`] : [])].join(", ");
    const title = element("th", { scope: "row", class: "who" }, element("b", {}, name), element("small", {}, about));
    if (email) title.title = email;
    const cells = shown.map((column) => {
      const { level, text } = cellOf(name, column);
      const cell = element(
        "td",
        { tabindex: "-1", class: level, "aria-expanded": "false", "data-column": column.id },
        text,
      );
      cell.title = `${name}: ${column.label}`;
      return cell;
    });
    return element("tr", { "data-who": name }, title, ...cells);
  };

  const draw = () => {
    const shown = columns();
    const found = model.identities.filter((identity) => matches(identity, shown));
    head.replaceChildren(headRow(shown));
    portions.show(found.map((identity) => () => row(identity, shown)));
    const schemas = shown.filter(({ many }) => !many).length;
    status.textContent =
      found.length === 0
        ? "nobody fits"
        : `${found.length.toLocaleString("en-US")} of ${plural(model.identities.length, "identity", "identities")}, ${schemas} of ${plural(model.prod.length, "production schema")}`;
    body.querySelector("td")?.setAttribute("tabindex", "0");
  };

  const reason = ({ text, line }) => [prose(text), " ", element("span", { class: "line" }, model.lineOf(line))];

  /** Why the cell says what it says. */
  const reasons = (who, column) => {
    const schemas = column.schemasOf(who);
    const box = element("div", { class: "reasons" });
    if (schemas.length === 0) {
      box.append(element("p", {}, prose(`\`${who}\` has none: `), column.label));
      return box;
    }
    const [first] = schemas;
    const { level, steps } = model.access(who, first);
    if (column.many && level !== "none") {
      box.append(element("p", {}, prose(`\`${who}\` has ${level} on `), ...listOf(schemas)));
    } else {
      const verb = {
        none: "may not read or write",
        read: "may read",
        write: "may write",
        own: "may read, write and own",
      }[level];
      box.append(element("p", {}, prose(`\`${who}\` ${verb} \`${first}\``)));
    }
    if (steps.length > 0) box.append(element("ol", {}, ...steps.map((step) => element("li", {}, ...reason(step)))));
    if (level === "none" || level === "read")
      box.append(element("p", { class: "missing" }, ...reason(model.missing(who, first))));
    return box;
  };

  const listOf = (schemas) => {
    const shown = schemas.slice(0, 60);
    const names = shown.flatMap((name, index) => [...(index > 0 ? [" "] : []), element("code", {}, name)]);
    return schemas.length > shown.length ? [...names, ` and ${schemas.length - shown.length} more`] : names;
  };

  const close = (cell) => {
    cell.setAttribute("aria-expanded", "false");
    cell.parentElement.nextElementSibling?.remove();
  };

  const toggle = (cell) => {
    const tr = cell.parentElement;
    const open = tr.querySelector('td[aria-expanded="true"]');
    if (open) close(open);
    if (open === cell) return;
    cell.setAttribute("aria-expanded", "true");
    const column = columns().find(({ id }) => id === cell.dataset.column);
    const details = element("td", { colspan: String(tr.cells.length) }, reasons(tr.dataset.who, column));
    tr.after(element("tr", { class: "details" }, details));
  };

  const focus = (cell) => {
    if (!cell) return;
    body.querySelector('td[tabindex="0"]')?.setAttribute("tabindex", "-1");
    cell.setAttribute("tabindex", "0");
    cell.focus();
  };

  const neighbour = (tr, step) => {
    let found = tr;
    do {
      found = step > 0 ? found.nextElementSibling : found.previousElementSibling;
      if (!found && step > 0) {
        portions.more();
        found = tr.nextElementSibling;
        if (!found) return undefined;
      }
    } while (found?.classList.contains("details"));
    return found;
  };

  body.addEventListener("click", (event) => {
    const cell = event.target.closest("td[data-column]");
    if (!cell) return;
    focus(cell);
    toggle(cell);
  });

  body.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td[data-column]");
    if (!cell) return;
    const tr = cell.parentElement;
    const last = tr.cells.length - 1;
    const go = {
      ArrowRight: () => focus(tr.cells[Math.min(last, cell.cellIndex + 1)]),
      ArrowLeft: () => focus(tr.cells[Math.max(1, cell.cellIndex - 1)]),
      ArrowDown: () => focus(neighbour(tr, 1)?.cells[cell.cellIndex]),
      ArrowUp: () => focus(neighbour(tr, -1)?.cells[cell.cellIndex]),
      Home: () => focus(tr.cells[1]),
      End: () => focus(tr.cells[last]),
      Enter: () => toggle(cell),
      " ": () => toggle(cell),
      Escape: () => cell.getAttribute("aria-expanded") === "true" && close(cell),
    }[event.key];
    if (!go) return;
    event.preventDefault();
    go();
  });

  for (const input of [search, duty, columnSearch, may]) input.addEventListener("input", draw);
  draw();
};
