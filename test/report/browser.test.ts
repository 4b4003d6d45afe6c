import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { decide } from "../../src/access/decide";
import type { AccessSide } from "../../src/access/diff/change";
import { type PageContent, renderPage } from "../../src/report/page/page";
import { CHROMIUM, launchChromium, SKIPPED } from "../support/chromium";
import { BASE, bigTeam, rehearsalOf, TEAM } from "../support/pages";
import { NOW } from "../support/sides";

let browser: Browser;
let directory: string;
/** Whatever the browser had to say, and whatever it asked for beyond the file itself. */
let complaints: string[] = [];

const WHOLE: PageContent = { team: TEAM, base: BASE, rehearsal: rehearsalOf(TEAM), now: NOW };

async function open(content: PageContent, options: BrowserContextOptions = {}): Promise<Page> {
  const file = join(directory, `${Math.random()}.html`);
  writeFileSync(file, await renderPage(content));
  const url = pathToFileURL(file).href;
  const context = await browser.newContext({ offline: true, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:,")) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return page;
}

/** Of the rows that are shown. */
const rows = (page: Page) => page.locator("#matrix-table tbody tr:not([hidden]) th b").allTextContents();
const heads = (page: Page) => page.locator("#matrix-table thead th:not([hidden])").allTextContents();
async function cell(page: Page, who: string, column: string) {
  const index = (await page.locator("#matrix-table thead th").allTextContents()).findIndex((title) =>
    title.startsWith(column),
  );
  const row = page.locator("#matrix-table tbody tr", { has: page.locator(`th b:text-is("${who}")`) });
  return row.locator("> *").nth(index);
}
const focused = (page: Page) =>
  page.evaluate<string>(`(() => {
    const { parentElement, cellIndex } = document.activeElement;
    const head = document.querySelector("#matrix-table thead tr").cells[cellIndex];
    return parentElement.querySelector("b").textContent + ": " + head.textContent;
  })()`);

describe.skipIf(CHROMIUM === undefined)(`the page in Chromium${SKIPPED}`, () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "one-env-page-"));
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true });
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    const found = complaints;
    complaints = [];
    expect(found, "no console message, no error, no request").toEqual([]);
  });

  it("shows everybody, and filters by name, email, duty, schema and level", async () => {
    const page = await open(WHOLE);
    expect(await rows(page)).toEqual(["airflow", "alice", "carol", "dagster", "github_ci", "villoro"]);
    const status = page.locator("#matrix-status");
    expect(await status.textContent()).toBe("6 of 6 identities, 4 of 4 production schemas");

    await page.fill("#matrix-search", "ALICE@EX");
    expect(await rows(page)).toEqual(["alice"]);
    expect(await status.textContent()).toBe("1 of 6 identities, 4 of 4 production schemas");
    await page.fill("#matrix-search", "nobody at all");
    expect(await status.textContent()).toBe("nobody fits");
    await page.fill("#matrix-search", "");

    await page.selectOption("#matrix-duty", "prod");
    expect(await rows(page)).toEqual(["airflow", "dagster"]);
    await page.selectOption("#matrix-duty", "");
    await page.fill("#matrix-columns", "hr");
    await page.selectOption("#matrix-may", "read");
    expect(await rows(page)).toEqual(["airflow", "alice", "dagster"]);
    await page.selectOption("#matrix-may", "write");
    expect(await rows(page)).toEqual(["airflow", "dagster"]);
    await page.selectOption("#matrix-may", "none");
    expect(await rows(page)).toEqual(["carol", "github_ci", "villoro"]);
    expect(await heads(page)).toEqual(["who", "prod_hr restricted", "own schemas", "shared by others", "CI schemas"]);
  });

  it("expands a cell's reason, and closes it again", async () => {
    const page = await open(WHOLE);
    const target = await cell(page, "alice", "prod_hr");
    await target.click();
    expect(await target.getAttribute("aria-expanded")).toBe("true");
    const reasons = page.locator(".reasons");
    expect(await reasons.locator("p").first().textContent()).toBe("alice may read prod_hr");
    expect(await reasons.locator("li").allTextContents()).toEqual([
      "alice is a member of read_prod_hr team.yaml:4:27",
      "read_prod_hr may read prod_hr team.yaml:4:5",
    ]);
    await (await cell(page, "alice", "shared")).click();
    expect(await reasons.count()).toBe(1);
    expect(await reasons.locator("p").first().textContent()).toBe("alice has read on villoro*");
    await (await cell(page, "carol", "prod_hr")).click();
    expect(await reasons.last().textContent()).toContain(
      "prod_hr belongs to prod and carol has no access to it team.yaml:4:5",
    );
    await (await cell(page, "carol", "prod_hr")).click();
    expect(await reasons.count()).toBe(1);
  });

  it("works from the keyboard", async () => {
    const page = await open(WHOLE);
    await page.keyboard.press("/");
    expect(await page.evaluate<string>("document.activeElement.id")).toBe("matrix-search");
    await page.keyboard.press("/");
    expect(await page.inputValue("#matrix-search")).toBe("/");
    await page.fill("#matrix-search", "");
    await (await cell(page, "airflow", "prod")).focus();
    for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp"]) await page.keyboard.press(key);
    expect(await focused(page)).toBe("alice: prod_hr restricted");
    await page.keyboard.press("Enter");
    expect(await page.locator(".reasons").count()).toBe(1);
    await page.keyboard.press("ArrowDown");
    expect(await focused(page)).toBe("carol: prod_hr restricted");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Escape");
    expect(await page.locator(".reasons").count()).toBe(0);
    await page.keyboard.press("End");
    expect(await focused(page)).toBe("alice: CI schemas");
    await page.keyboard.press("Home");
    expect(await focused(page)).toBe("alice: prod");
    expect(await page.locator('#matrix-table td[tabindex="0"]').count()).toBe(1);
  });

  it("shows the change, the proof and each statement", async () => {
    const page = await open(WHOLE);
    expect(await page.locator("#diff li.warning").allTextContents()).toEqual([
      "⚠ Warning dagster can now read and write all of production team.yaml:11:5",
    ]);
    const status = page.locator("#proof-status");
    await page.selectOption("#proof-outcome", "wrong");
    expect(await status.textContent()).toMatch(/^1 of [\d,]+ statements$/);
    expect(await page.locator("#proof-table td.wrong").textContent()).toBe("✗ allowed, expected denied");
    await page.selectOption("#proof-outcome", "");
    await page.fill("#proof-search", "airflow create table prod_hr");
    expect(await page.locator("#proof-table tbody tr").count()).toBe(1);
    expect(await page.locator("#proof-table tbody tr").textContent()).toContain('create table "prod_hr"."probe_table"');
  });

  it("lights up the ways through a node of the graph", async () => {
    const page = await open(WHOLE);
    await page.locator('.node[data-id="identity alice"]').focus();
    const lit = await page.locator(".node.on text:first-of-type").allTextContents();
    expect(lit).toEqual(
      expect.arrayContaining(["alice", "developer", "read_prod", "read_prod_hr", "prod_hr", "prod_stripe"]),
    );
    expect(lit).not.toContain("ci_*");
    expect(await page.locator('.node[data-id="identity alice"]').getAttribute("aria-label")).toContain(
      "member of read_prod_hr",
    );
  });

  it("has landmarks, headings and tables that assistive technology can name", async () => {
    const page = await open(WHOLE);
    for (const role of ["banner", "main", "contentinfo", "navigation"] as const) {
      expect(await page.getByRole(role).count(), role).toBe(1);
    }
    expect(await page.getByRole("search").count()).toBe(2);
    for (const name of ["Verdict", "Matrix", "Changes", "Graph", "Limits", "Proof"]) {
      expect(await page.getByRole("region", { name, exact: true }).count(), name).toBeGreaterThan(0);
      expect(await page.getByRole("heading", { level: 2, name }).count(), name).toBe(1);
    }
    expect(await page.getByRole("grid").getByRole("columnheader").count()).toBe(8);
    expect(await page.getByRole("grid").getByRole("rowheader").count()).toBe(6);
    expect(await page.locator("table th:not([scope])").count()).toBe(0);
    expect(await page.locator("input, select").evaluateAll((all) => all.every((one) => one.closest("label")))).toBe(
      true,
    );
  });

  it.each(["light", "dark"] as const)("has enough contrast in %s, whichever way it was chosen", async (theme) => {
    const page = await open(WHOLE, { colorScheme: theme });
    await (await cell(page, "alice", "prod")).click();
    expect(await page.evaluate<string[]>(CONTRAST)).toEqual([]);
    await page.click("#theme");
    const ground = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    const turned = await ground();
    expect(await page.evaluate<string[]>(CONTRAST)).toEqual([]);
    await page.click("#theme");
    expect(await ground()).not.toBe(turned);
    // The measure itself can fail.
    await page.evaluate("document.querySelector('.closing').style.color = 'var(--strong)'");
    expect(await page.evaluate<string[]>(CONTRAST)).toEqual([expect.stringMatching(/^P\.closing: [1234]\./)]);
  });

  it("is quick for a thousand people and twenty sources", async () => {
    const page = await open({ team: bigTeam(), now: NOW });
    expect(await page.locator("#matrix-status").textContent()).toBe(
      "1,002 of 1,002 identities, 21 of 21 production schemas",
    );
    expect(await rows(page)).toHaveLength(1_002);
    await (await cell(page, "airflow", "prod")).focus();
    for (let step = 0; step < 150; step++) await page.keyboard.press("ArrowDown");
    expect(await focused(page)).toMatch(/^dev_\d+: prod$/);
    const start = Date.now();
    await page.fill("#matrix-search", "dev_777");
    expect(await rows(page)).toEqual(["dev_777"]);
    expect(Date.now() - start).toBeLessThan(2_000);
    expect(await page.locator(".node").count()).toBeLessThan(70);
  });

  it("is found by the browser's own search, all of it", async () => {
    const page = await open({ team: bigTeam(), now: NOW });
    const finds = (text: string) => page.evaluate<boolean>(`getSelection().empty() ?? find(${JSON.stringify(text)})`);
    expect(await finds("dev_999")).toBe(true);
    await page.fill("#matrix-search", "dev_1");
    expect(await finds("dev_999")).toBe(false);
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
    const page = await open({ team: bigTeam(5, 60), now: NOW });
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 1_032, height: 700 });
    const fits = () =>
      page.evaluate<boolean>("document.querySelector('#matrix-table').getBoundingClientRect().right <= innerWidth");
    expect(await fits()).toBe(true);
    await page.evaluate("document.querySelector('#matrix-table').style.zoom = '1'");
    expect(await fits()).toBe(false);
  });

  it("shows the matrix beside the names on a telephone", async () => {
    const page = await open({ team: bigTeam(307, 15), now: NOW }, { viewport: { width: 390, height: 844 } });
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
    const page = await open({ team, now: NOW });
    expect(await page.evaluate<string[]>(LABELS)).toEqual([]);
    await page.evaluate(
      "document.querySelector('.node text').textContent = 'a label that is far too long for its box'",
    );
    expect(await page.evaluate<string[]>(LABELS)).not.toEqual([]);
  });

  it("shows what hostile people write as text, and runs none of it", async () => {
    const page = await open(hostileContent());
    expect(await page.locator("img, iframe, body script:not(#data)").count()).toBe(1);
    expect(await page.title()).toBe(`Access: ${HOSTILE}`);
    const title = await page.locator("#matrix-table th", { hasText: "alice" }).getAttribute("title");
    expect(title).toBe(`${HOSTILE}@example.com`);
    await (await cell(page, "alice", "prod")).click();
    expect(await page.locator(".reasons .line").first().textContent()).toContain(HOSTILE);
    await page.fill("#proof-search", "onerror");
    expect(await page.locator("#proof-table tbody tr").first().textContent()).toContain(HOSTILE);
  });
});

const HOSTILE = `</title></script><script>alert(1)</script><img src=x onerror="alert(2)">'&amp;<!-- data -->`;

/** Nothing of this passes the roster's own checks: the page does not rely on them. */
function hostileContent(): PageContent {
  const team: AccessSide = {
    paths: TEAM.paths,
    roster: {
      ...TEAM.roster,
      file: HOSTILE,
      developers: TEAM.roster.developers.map((person) => ({ ...person, email: `${HOSTILE}@example.com` })),
      positions: new Map([...TEAM.roster.positions].map(([path, position]) => [path, { ...position, file: HOSTILE }])),
    },
  };
  const base = { ...BASE, roster: { ...BASE.roster, file: HOSTILE } };
  const rehearsal = rehearsalOf(TEAM);
  return {
    team,
    base,
    now: NOW,
    rehearsal: {
      ...rehearsal,
      warehouse: HOSTILE,
      verdict: {
        ...rehearsal.verdict,
        repelled: [HOSTILE],
        faults: [
          {
            subject: HOSTILE,
            expected: HOSTILE,
            got: HOSTILE,
            sql: HOSTILE,
            reasons: [{ text: HOSTILE, because: "sources" }],
          },
        ],
      },
      steps: [{ label: HOSTILE, changes: { created: [HOSTILE], updated: [], replaced: [], deleted: [] } }],
      results: rehearsal.results.map((result) => ({ ...result, probe: { ...result.probe, sql: HOSTILE } })),
    },
  };
}

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

/** Text that is hard to read: less than 4.5 between it and what is behind it (WCAG 2, AA). */
const CONTRAST = `(() => {
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = (color) => {
    const [r, g, b] = channels(color).map((value) => {
      const share = value / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const isSolid = (color) => color !== "none" && channels(color)[3] !== 0;
  const behind = (element) => {
    if (element.tagName === "text") return getComputedStyle(element.parentElement.querySelector("rect") ?? element.ownerSVGElement).fill;
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (isSolid(backgroundColor)) return backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };
  const bad = new Set();
  for (const element of document.querySelectorAll("body *:not(script)")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "");
    if (!own || element.getClientRects().length === 0) continue;
    const style = getComputedStyle(element);
    const isDrawn = element.tagName === "text";
    if (isDrawn && !element.parentElement.querySelector("rect")) continue;
    const [light, dark] = [luminance(isDrawn ? style.fill : style.color), luminance(behind(element))].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) bad.add(element.tagName + "." + (element.className.baseVal ?? element.className) + ": " + contrast.toFixed(2));
  }
  return [...bad];
})()`;
