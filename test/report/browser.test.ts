import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { DatedAccess } from "../../src/access/dated";
import type { PageContent } from "../../src/report/page/page";
import { CHROMIUM, SKIPPED } from "../support/chromium";
import { rows, usePages, WHOLE } from "../support/openPage";
import { BASE, bigTeam, rehearsalOf, TEAM } from "../support/pages";

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
  const open = usePages();

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
    expect(await status.textContent()).toMatch(/^([\d,]+) of \1 statements$/);
    await page.selectOption("#proof-outcome", "wrong");
    expect(await status.textContent()).toMatch(/^1 of [\d,]+ statements$/);
    expect(await page.locator("#proof-table td.wrong").textContent()).toBe("✗ allowed, expected denied");
    await page.selectOption("#proof-outcome", "");
    await page.fill("#proof-search", "airflow create table prod_hr");
    expect(await page.locator("#proof-table tbody tr").count()).toBe(1);
    expect(await page.locator("#proof-table tbody tr").textContent()).toBe("airflowcreate tableprod_hr✓ allowed1");
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
    const page = await open({ team: bigTeam() });
    expect(await page.locator("#matrix-status").textContent()).toBe(
      "1,002 of 1,002 identities, 21 of 21 production schemas",
    );
    expect(await rows(page)).toHaveLength(1_002);
    await (await cell(page, "airflow", "prod")).focus();
    for (let step = 0; step < 20; step++) await page.keyboard.press("ArrowDown");
    expect(await focused(page)).toMatch(/^dev_\d+: prod$/);
    const start = Date.now();
    await page.fill("#matrix-search", "dev_777");
    expect(await rows(page)).toEqual(["dev_777"]);
    expect(Date.now() - start).toBeLessThan(2_000);
    expect(await page.locator(".node").count()).toBeLessThan(70);
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
  const team: DatedAccess = {
    ...TEAM,
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
      measured: { ...rehearsal.measured, targets: rehearsal.measured.targets.map(() => HOSTILE) },
    },
  };
}

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
