/** Opens the page of `one-env report` in Chromium, and holds that it says nothing and asks for nothing. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { type PageContent, renderPage } from "../../src/report/page/page";
import { launchChromium } from "./chromium";
import { BASE, rehearsalOf, TEAM } from "./pages";

/** Every part of the page. */
export const WHOLE: PageContent = { team: TEAM, base: BASE, rehearsal: rehearsalOf(TEAM) };

export type OpenPage = (content: PageContent, options?: BrowserContextOptions) => Promise<Page>;

/** To be called in a `describe`: a browser for its tests. */
export function usePages(): OpenPage {
  let browser: Browser;
  let directory: string;
  /** Whatever the browser had to say, and whatever it asked for beyond the file itself. */
  let complaints: string[] = [];

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

  return async (content, options = {}) => {
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
  };
}

/** The names of the rows that are shown. */
export function rows(page: Page): Promise<string[]> {
  return page.locator("#matrix-table tbody tr:not([hidden]) th b").allTextContents();
}
