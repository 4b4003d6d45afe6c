/** The page where it is not on a large screen with a script: on paper, in a search, on a telephone, without a script. */
import { describe, expect, it } from "vitest";
import { decide } from "../../src/access/decide";
import { CHROMIUM, SKIPPED } from "../support/chromium";
import { rows, usePages, WHOLE } from "../support/openPage";
import { bigTeam, TEAM } from "../support/pages";

describe.skipIf(CHROMIUM === undefined)(`the whole page${SKIPPED}`, () => {
  const open = usePages();

  it("is found by the browser's own search, all of it", async () => {
    const page = await open({ team: bigTeam(307, 15) });
    const finds = (text: string) => page.evaluate<boolean>(`getSelection().empty() ?? find(${JSON.stringify(text)})`);
    expect(await finds("dev_299")).toBe(true);
    await page.fill("#matrix-search", "dev_1");
    expect(await finds("dev_299")).toBe(false);
  });

  it("is printed across, with everybody, the head on every sheet, and what is folded", async () => {
    const page = await open({ ...WHOLE, team: bigTeam(307, 15) }, { colorScheme: "dark" });
    await page.evaluate("document.querySelector('#theme').click(); document.querySelector('#theme').click()");
    await page.evaluate(
      "addEventListener('beforeprint', () => { globalThis.folded = document.querySelectorAll('details:not([open])').length })",
    );
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
    expect(await page.evaluate<number>("globalThis.folded")).toBe(0);
    expect(await page.locator("details[open]").count()).toBe(0);
    const sheets = pdf.match(/\/Type \/Page\b/g)?.length ?? 0;
    expect(pdf).toContain("/MediaBox [0 0 841.91998 594.95996]");
    await page.emulateMedia({ media: "print" });
    const paper = await page.evaluate<Record<string, unknown>>(PRINTED);
    expect(paper).toEqual({
      names: 309,
      status: "309 of 309 identities, 16 of 16 production schemas",
      cut: [],
      head: "table-header-group",
      ground: "rgba(0, 0, 0, 0)",
      ink: "rgb(24, 32, 43)",
      controls: 0,
    });
    // 309 rows of 22 pixels do not fit on fewer.
    expect(sheets).toBeGreaterThan(10);
  });

  it("is printed with every column, however many there are", async () => {
    const page = await open({ team: bigTeam(5, 60) });
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 1_032, height: 700 });
    const fits = () =>
      page.evaluate<boolean>("document.querySelector('#matrix-table').getBoundingClientRect().right <= innerWidth");
    expect(await fits()).toBe(true);
    await page.evaluate("document.querySelector('#matrix-table').style.zoom = '1'");
    expect(await fits()).toBe(false);
  });

  it("shows the matrix beside the names on a telephone", async () => {
    const page = await open({ team: bigTeam(307, 15) }, { viewport: { width: 390, height: 844 } });
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(390);
    const box = async (selector: string) => (await page.locator(selector).boundingBox()) ?? expect.fail(selector);
    const whole = await box("#matrix .scroll");
    const names = await box("#matrix-table tbody tr:first-child th");
    expect(names.width / whole.width).toBeLessThan(0.35);
    await page.evaluate("document.querySelector('#matrix .scroll').scrollLeft = 10_000");
    const last = await box("#matrix-table tbody tr:first-child td:last-child");
    expect(last.x).toBeGreaterThan(names.x + names.width);
    expect(last.x + last.width).toBeLessThanOrEqual(whole.x + whole.width);
    expect((await box("#matrix-table tbody tr:first-child th")).x).toBeCloseTo(names.x, 0);
  });

  it("is whole without a script but for what a script does", async () => {
    const page = await open(WHOLE, { javaScriptEnabled: false });
    expect(await rows(page)).toHaveLength(6);
    const line = page.locator("#matrix-table tbody tr", { hasText: "alice" });
    expect(await line.locator("td").allTextContents()).toEqual([
      "read",
      "read",
      "read",
      "read",
      "own 4",
      "read 4",
      "–",
    ]);
    expect(await page.locator("#graph .node").count()).toBeGreaterThan(10);
    for (const part of ["#matrix .filters", "#theme", ".hint"]) {
      expect(await page.locator(part).first().isVisible(), part).toBe(false);
    }
  });

  it("has every level in the matrix that decide gives", async () => {
    const page = await open(WHOLE);
    const told = await page.evaluate<string[][]>(
      "[...document.querySelectorAll('#matrix-table tr')].map(({ cells }) => [...cells].map((cell) => (cell.querySelector('b') ?? cell).textContent.split(' ')[0]))",
    );
    const [[, ...columns] = [], ...lines] = told;
    for (const [who = "", ...levels] of lines) {
      for (const [index, level] of levels.slice(0, 4).entries()) {
        const schema = columns[index] ?? "";
        expect(level === "–" ? "none" : level, `${who} ${schema}`).toBe(decide(TEAM.paths, who, "read", schema).level);
      }
    }
    expect(lines).toHaveLength(6);
  });

  it.each([
    ["a small team", TEAM],
    ["a large one", bigTeam(307, 15)],
  ])("draws the labels of the graph inside of their boxes, none on another: %s", async (_, team) => {
    const page = await open({ team });
    expect(await page.evaluate<string[]>(LABELS)).toEqual([]);
    await page.evaluate(
      "document.querySelector('.node text').textContent = 'a label that is far too long for its box'",
    );
    expect(await page.evaluate<string[]>(LABELS)).not.toEqual([]);
  });
});

/** What is on the paper. */
const PRINTED = `(() => {
  const table = document.querySelector("#matrix-table");
  const isShown = (element) => element.getClientRects().length > 0;
  const shown = [...table.querySelectorAll("tbody th b")].filter((name) => isShown(name));
  const style = getComputedStyle(document.body);
  return {
    names: shown.length,
    status: document.querySelector("#matrix-status").textContent,
    cut: [...document.querySelectorAll(".scroll, .drawing")]
      .filter((box) => isShown(box) && getComputedStyle(box).overflow !== "visible").map(({ className }) => className),
    head: getComputedStyle(table.tHead).display,
    ground: style.backgroundColor,
    ink: style.color,
    controls: [...document.querySelectorAll("button, input, select, nav, .hint")].filter(isShown).length,
  };
})()`;

/** Labels of the graph that leave their box, or lie on another. */
const LABELS = `(() => {
  const texts = [...document.querySelectorAll("#graph-drawing text")];
  const boxes = texts.map((text) => text.getBoundingClientRect());
  const touches = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const bad = [];
  for (const [index, text] of texts.entries()) {
    const rect = text.parentElement.querySelector("rect.box")?.getBoundingClientRect();
    const own = boxes[index];
    if (text.closest(".node") && !(rect && own.left > rect.left && own.right < rect.right)) bad.push("leaves its box: " + text.textContent);
    boxes.slice(index + 1).forEach((other, at) => touches(own, other) && bad.push(text.textContent + " on " + texts[index + 1 + at].textContent));
  }
  return bad;
})()`;
