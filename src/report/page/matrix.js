// The matrix is in the page: this filters it, says why, and moves in it.
page.startMatrix = (reasonOf) => {
  const { element, prose, plural } = page;
  const table = document.getElementById("matrix-table");
  const search = document.getElementById("matrix-search");
  const duty = document.getElementById("matrix-duty");
  const columnSearch = document.getElementById("matrix-columns");
  const may = document.getElementById("matrix-may");
  const status = document.getElementById("matrix-status");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...body.rows].map((tr, index) => {
    const [title, ...cells] = tr.cells;
    const [name, about] = [...title.children].map(({ textContent }) => textContent);
    return { tr, index, name, email: title.title.toLowerCase(), duty: about.split(",")[0], cells };
  });
  const rowOf = new Map(rows.map((row) => [row.tr, row]));
  const isProd = heads.slice(1).map(({ className }) => className !== "many");
  let isShown = isProd.map(() => true);
  // A grid, for the arrow keys move in it; without the script it would be none.
  table.setAttribute("role", "grid");

  const showColumns = () => {
    const wanted = columnSearch.value.trim().toLowerCase();
    const shown = isProd.map((one, column) => !one || heads[column + 1].textContent.toLowerCase().includes(wanted));
    shown.forEach((show, column) => {
      if (show === isShown[column]) return;
      for (const cell of [heads[column + 1], ...rows.map(({ cells }) => cells[column])]) cell.hidden = !show;
    });
    isShown = shown;
  };

  const matches = ({ name, email, duty: own, cells }) => {
    const wanted = search.value.trim().toLowerCase();
    if (wanted !== "" && !name.includes(wanted) && !email.includes(wanted)) return false;
    if (duty.value !== "" && own !== duty.value) return false;
    const levels = cells.filter((_, column) => isProd[column] && isShown[column]).map(({ className }) => className);
    if (may.value === "none") return levels.every((level) => level === "");
    if (may.value === "read") return levels.some((level) => level !== "");
    return may.value === "" || levels.some((level) => level === "write" || level === "own");
  };

  const draw = () => {
    for (const open of body.querySelectorAll('td[aria-expanded="true"]')) close(open);
    showColumns();
    let found = 0;
    for (const row of rows) {
      row.tr.hidden = !matches(row);
      if (!row.tr.hidden) found++;
    }
    const isSchema = isProd.filter(Boolean).length;
    const schemas = isProd.filter((one, column) => one && isShown[column]).length;
    status.textContent =
      found === 0
        ? "nobody fits"
        : `${found.toLocaleString("en-US")} of ${plural(rows.length, "identity", "identities")}, ${schemas} of ${plural(isSchema, "production schema")}`;
    enter(visible(rows.find(({ tr }) => !tr.hidden)?.tr)[0]);
  };

  /** The cells that the arrow keys reach. */
  const visible = (tr) => rowOf.get(tr)?.cells.filter(({ hidden }) => !hidden) ?? [];

  /** Tab leads to one cell of the grid: this one. */
  let entered;
  const enter = (cell) => {
    entered?.setAttribute("tabindex", "-1");
    entered = cell;
    if (!cell) return;
    cell.setAttribute("tabindex", "0");
    if (!cell.hasAttribute("aria-expanded")) cell.setAttribute("aria-expanded", "false");
  };

  const focus = (cell) => {
    if (!cell) return;
    enter(cell);
    cell.focus();
  };

  const lineOf = ({ text, line }) => [prose(text), " ", element("span", { class: "line" }, line)];

  /** Why the cell says what it says. */
  const reasons = ({ index, name, cells }, cell) => {
    const { claim, steps, missing } = reasonOf(index, cells.indexOf(cell), name);
    const box = element("div", { class: "reasons" }, element("p", {}, prose(claim)));
    if (steps.length > 0) box.append(element("ol", {}, ...steps.map((step) => element("li", {}, ...lineOf(step)))));
    if (missing) box.append(element("p", { class: "missing" }, ...lineOf(missing)));
    return box;
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
    const details = element("td", { colspan: String(tr.cells.length) }, reasons(rowOf.get(tr), cell));
    tr.after(element("tr", { class: "details" }, details));
  };

  /** The same column in the next row that is shown. */
  const below = (cell, step) => {
    const { index, cells } = rowOf.get(cell.parentElement);
    const column = cells.indexOf(cell);
    for (let at = index + step; rows[at]; at += step) if (!rows[at].tr.hidden) return rows[at].cells[column];
    return undefined;
  };

  body.addEventListener("click", (event) => {
    const cell = event.target.closest("tr:not(.details) > td");
    if (!cell) return;
    focus(cell);
    toggle(cell);
  });

  body.addEventListener("keydown", (event) => {
    const cell = event.target.closest("tr:not(.details) > td");
    if (!cell) return;
    const cells = visible(cell.parentElement);
    const at = cells.indexOf(cell);
    const go = {
      ArrowRight: () => focus(cells[at + 1]),
      ArrowLeft: () => focus(cells[at - 1]),
      ArrowDown: () => focus(below(cell, 1)),
      ArrowUp: () => focus(below(cell, -1)),
      Home: () => focus(cells[0]),
      End: () => focus(cells.at(-1)),
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
