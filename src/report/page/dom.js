// Small helpers. Text is only ever set as text: nothing of the roster is read as HTML.
page.element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
};

/** Text whose names stand in backticks, these as code. */
page.prose = (text) => {
  const made = document.createDocumentFragment();
  for (const [index, part] of text.split("`").entries()) {
    made.append(index % 2 === 1 ? page.element("code", {}, part) : part);
  }
  return made;
};

page.plural = (count, one, many = `${one}s`) => `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;

/** Rows of a long table as they are scrolled to. */
page.inPortions = (body, size = 100) => {
  let rest = [];
  const more = () => body.append(...rest.splice(0, size).map((make) => make()));
  const end = page.element("div", { class: "sentinel", "aria-hidden": "true" });
  body.closest("table").after(end);
  new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && more(), {
    root: body.closest(".scroll"),
    rootMargin: "600px",
  }).observe(end);
  return {
    show: (makers) => {
      body.replaceChildren();
      rest = [...makers];
      more();
    },
    more,
  };
};
