// The pictures of the page in docs/, made anew: `npm run build && node scripts/screenshots.mjs`. Needs a Chromium and pngquant.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

/** The change in the picture: one joins, a source is restricted, another service writes production. */
const CHANGE = [
  ["  - name: bruno\n", "  - name: carol\n  - name: bruno\n"],
  ["  - stripe\n", "  - name: stripe\n    readers: [alice, metabase]\n"],
  ["duty: prod }\n", "duty: prod }\n  - { name: dagster, duty: prod }\n"],
];

const directory = mkdtempSync(join(tmpdir(), "one-env-screenshots-"));
const before = readFileSync("team.yaml", "utf8");
const after = CHANGE.reduce((text, [from, to]) => text.replace(from, to), before);
const root = process.cwd();
process.chdir(directory);
writeFileSync("main.yaml", before);
writeFileSync("team.yaml", after);
const command = join(root, "dist/src/cli/cli.js");
execFileSync(process.execPath, [command, "report", "team.yaml", "--out", "access.html", "--base", "main.yaml"]);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
});
try {
  for (const colorScheme of ["light", "dark"]) {
    const page = await browser.newPage({ colorScheme, offline: true, viewport: { width: 1240, height: 3_000 } });
    await page.goto(pathToFileURL("access.html").href);
    // Why alice reads prod_hr.
    await page.locator("#matrix-table tbody tr", { hasText: "alice" }).locator("td").nth(1).click();
    await page.mouse.move(0, 0);
    await page.evaluate("scrollTo({ top: 0, behavior: 'instant' })");
    const { y, height } = await page.locator("#graph").boundingBox();
    const path = join(root, `docs/report-${colorScheme}.png`);
    await page.screenshot({
      path,
      fullPage: true,
      clip: { x: 0, y: 0, width: 1240, height: y + height + 20 },
    });
    // A third of the size, and no difference to the eye.
    execFileSync("pngquant", ["--force", "--strip", "--output", path, "256", path]);
  }
} finally {
  await browser.close();
  rmSync(directory, { recursive: true });
}
