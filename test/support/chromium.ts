import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const USUAL = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

/** Where a Chromium is installed, if anywhere: what CHROMIUM_PATH says, else the usual places. */
export const CHROMIUM = process.env.CHROMIUM_PATH ?? USUAL.find((path) => existsSync(path));

/** To be added to the title of tests that need one. */
export const SKIPPED = CHROMIUM === undefined ? " (skipped: no Chromium found; install it or set CHROMIUM_PATH)" : "";

export function launchChromium(): Promise<Browser> {
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", ...quiet];
  return chromium.launch({ args, ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }) });
}
