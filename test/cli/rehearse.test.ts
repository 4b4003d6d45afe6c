import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const CLI = resolve("dist/src/cli/cli.js");

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "one-env-cli-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What lies in the temporary directory that the command was given. */
  readonly left: string[];
}

/** Runs the built command with a temporary directory of its own, so that what it leaves can be seen. */
async function oneEnv(
  args: string[],
  onStderr: (text: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
) {
  const env = { ...process.env, ONE_ENV_ENGINE: "stand-in", TMPDIR: directory, NO_COLOR: "1" };
  const child = spawn(process.execPath, [CLI, ...args], { env });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (data) => {
    output.stdout += data;
  });
  child.stderr.on("data", (data) => {
    output.stderr += data;
    onStderr(output.stderr, (signal) => child.kill(signal));
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((done) =>
    child.on("close", (...ended) => done(ended)),
  );
  return { code, signal, ...output, left: readdirSync(directory) } satisfies Run;
}

/** What README.md shows as a command's output. */
function shownFor(command: string): string | undefined {
  const block = new RegExp(`<!-- one-env ${command} -->\n\`\`\`text\n([\\s\\S]*?)\`\`\``);
  return block.exec(readFileSync("README.md", "utf8"))?.[1];
}

test("the default roster is proven, README.md shows it, and nothing is left behind", async () => {
  const { code, stdout, left } = await oneEnv(["rehearse"]);
  expect(stdout).toBe(shownFor("rehearse"));
  expect(stdout).toMatch(/\nproof: \d+ allowed, \d+ denied, 0 wrong; \d+ attacks repelled; engine: stand-in\n$/);
  expect({ code, left }).toEqual({ code: 0, left: [] });
});

test("so it is on the emulator of Snowflake", { timeout: 180_000 }, async () => {
  const { code, stdout, left } = await oneEnv(["rehearse", "--warehouse", "snowflake"]);
  expect(stdout).toBe(shownFor("rehearse --warehouse snowflake"));
  expect({ code, left }).toEqual({ code: 0, left: [] });
});

test("one-env check says what README.md shows", async () => {
  expect(await oneEnv(["check"])).toMatchObject({ code: 0, stdout: shownFor("check") });
});

test("a bad roster is refused before anything is started", async () => {
  const team = join(directory, "team.yaml");
  writeFileSync(team, "sources: [a]\ndevelopers: [{ name: prod }]\n");
  const { code, stderr, stdout, left } = await oneEnv(["rehearse", team]);
  expect({ code, stdout, left }).toEqual({ code: 2, stdout: "", left: ["team.yaml"] });
  expect(stderr).toContain(`${team}:2:22: `);
  expect(stderr).not.toContain("PostgreSQL");
});

test("so is a base that cannot be read", async () => {
  const { code, stderr, stdout, left } = await oneEnv(["rehearse", "--base", "src"]);
  expect({ code, stdout, left }).toEqual({ code: 2, stdout: "", left: [] });
  expect(stderr).toBe("src:1:1: cannot read the roster: it is a directory\n");
});

test.each(["SIGINT", "SIGTERM"] as const)("%s in the middle leaves nothing behind", async (signal) => {
  const {
    code,
    signal: endedBy,
    left,
  } = await oneEnv(["rehearse"], (stderr, kill) => {
    if (stderr.includes("… alice:")) kill(signal);
  });
  expect({ code, endedBy, left }).toEqual({ code: null, endedBy: signal, left: [] });
});

const BASE = `
sources: [stripe, crm]
developers: [{ name: ana }, { name: bob }]
services: [{ name: jobs, duty: prod }]
`;

const CHANGED = `
sources: [stripe, { name: crm, readers: [ana] }]
developers: [{ name: ana }, { name: carol }]
services: [{ name: jobs, duty: prod }, { name: backfill, duty: prod }]
`;

test("a change is rehearsed on top of its base, and access is measured before and after", async () => {
  const [base, team] = ["base.yaml", "team.yaml"].map((name) => join(directory, name)) as [string, string];
  writeFileSync(base, BASE);
  writeFileSync(team, CHANGED);
  const { code, stdout } = await oneEnv(["rehearse", team, "--base", base]);
  expect(code, stdout).toBe(0);
  expect(stdout).toContain(`apply ${base}: `);
  expect(stdout).toContain("\n  kept, no longer managed: Schema bob_crm\n");
  expect(stdout).toContain("\n  deleted Role bob\n");
  expect(stdout).toContain("\napply again: no changes\n");
  expect(stdout).toContain(`
access, measured before and after:
  backfill: none → own on prod, prod_crm, prod_stripe
  bob: own → none on bob, bob_crm, bob_stripe
  bob: read → none on prod, prod_crm, prod_stripe
  carol: none → own on carol, carol_crm, carol_stripe
  carol: none → read on prod, prod_stripe
`);
});
