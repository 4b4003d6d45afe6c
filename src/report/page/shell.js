// Theme, printing, the graph's highlights, and `/` for the search.
page.startShell = () => {
  // Shows filters and hints that work with a script only.
  for (const part of document.querySelectorAll("[hidden]")) part.hidden = false;
  const root = document.documentElement;
  const toggle = document.getElementById("theme");
  const isDark = () =>
    (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const name = () => {
    toggle.textContent = isDark() ? "Light theme" : "Dark theme";
  };
  toggle.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    name();
  });
  name();

  // What is folded on the screen is printed, too.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const folded of opened) folded.open = true;
  });
  addEventListener("afterprint", () => {
    for (const folded of opened) folded.open = false;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName))
      return;
    event.preventDefault();
    document.getElementById("matrix-search").focus();
  });

  // A node of the graph lights up the ways through it.
  const graph = document.getElementById("graph-drawing");
  if (!graph) return;
  const edges = [...graph.querySelectorAll(".edge")];
  const nodes = [...graph.querySelectorAll(".node")];
  const follow = (start, from, to) => {
    const seen = new Set([start]);
    const ways = [];
    for (const id of seen) {
      for (const edge of edges) {
        if (edge.dataset[from] !== id) continue;
        ways.push(edge);
        seen.add(edge.dataset[to]);
      }
    }
    return { seen, ways };
  };
  const light = (node) => {
    const on = follow(node.dataset.id, "from", "to");
    const back = follow(node.dataset.id, "to", "from");
    graph.classList.add("lit");
    for (const edge of [...on.ways, ...back.ways]) edge.classList.add("on");
    for (const other of nodes)
      other.classList.toggle("on", on.seen.has(other.dataset.id) || back.seen.has(other.dataset.id));
  };
  const dim = () => {
    graph.classList.remove("lit");
    for (const item of [...edges, ...nodes]) item.classList.remove("on");
  };
  for (const node of nodes) {
    for (const event of ["mouseenter", "focus"])
      node.addEventListener(event, () => {
        dim();
        light(node);
      });
    for (const event of ["mouseleave", "blur"]) node.addEventListener(event, dim);
  }
};
