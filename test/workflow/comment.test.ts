/**
 * `scripts/pr/comment.mjs` against a simulation of the three calls of GitHub's REST API that it makes (list, create and
 * update an issue's comments). It does not cover authentication, rate limits or GitHub's own validation.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

interface Comment {
  readonly id: number;
  readonly user: { readonly type: string };
  body: string;
}

const MARKER = "<!-- one-environment: access -->";
const PATH = "/repos/acme/warehouse/issues";

let directory: string;
let server: Server;
let comments: Comment[];
let calls: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "one-env-comment-"));
  comments = [];
  calls = [];
  server = createServer(async (request, response) => {
    calls.push(`${request.method} ${request.url}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const sent = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
    const url = new URL(request.url ?? "", "http://localhost");
    const id = Number(/comments\/(\d+)$/.exec(url.pathname)?.[1]);
    if (request.method === "POST") comments.push({ id: comments.length + 1, user: { type: "Bot" }, body: sent.body });
    const known = comments.find((comment) => comment.id === id);
    if (request.method === "PATCH" && known) known.body = sent.body;
    const page = Number(url.searchParams.get("page") ?? 1);
    response.end(JSON.stringify(request.method === "GET" ? comments.slice((page - 1) * 100, page * 100) : {}));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
});
afterEach(async () => {
  await new Promise((closed) => server.close(closed));
  rmSync(directory, { recursive: true, force: true });
});

async function comment(text: string): Promise<{ code: number | null; output: string }> {
  const file = join(directory, "comment.md");
  writeFileSync(file, text);
  const child = spawn(process.execPath, ["scripts/pr/comment.mjs", file], {
    env: {
      ...process.env,
      GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      GITHUB_REPOSITORY: "acme/warehouse",
      GITHUB_TOKEN: "token",
      PULL_REQUEST: "7",
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  const code = await new Promise<number | null>((done) => child.on("close", done));
  return { code, output };
}

test("the first time it writes a comment, afterwards it updates the same one", async () => {
  expect(await comment(`${MARKER}\none`)).toEqual({ code: 0, output: "comment written\n" });
  expect(await comment(`${MARKER}\ntwo`)).toEqual({ code: 0, output: "comment updated\n" });
  expect(comments.map(({ body }) => body)).toEqual([`${MARKER}\ntwo`]);
  expect(calls).toEqual([
    `GET ${PATH}/7/comments?per_page=100&page=1`,
    `POST ${PATH}/7/comments`,
    `GET ${PATH}/7/comments?per_page=100&page=1`,
    `PATCH ${PATH}/comments/1`,
  ]);
});

test("it finds its comment behind a hundred others, and leaves people's alone who quote it", async () => {
  comments = Array.from({ length: 100 }, (_, i) => ({ id: i + 1, user: { type: "User" }, body: `${MARKER} quoted` }));
  comments.push({ id: 101, user: { type: "Bot" }, body: `${MARKER}\nold` });
  await comment(`${MARKER}\nnew`);
  expect(comments.at(-1)?.body).toBe(`${MARKER}\nnew`);
  expect(comments.filter(({ body }) => body === `${MARKER} quoted`)).toHaveLength(100);
});

test("what is too long for GitHub is shortened", async () => {
  await comment(`${MARKER}\n${"x".repeat(70_000)}`);
  expect(comments[0]?.body).toHaveLength(65_536);
  expect(comments[0]?.body).toMatch(/… shortened: the whole text is in the job's summary\n$/);
});

test("a text without the marker is refused: it could never be found again", async () => {
  const { code, output } = await comment("hello");
  expect(code).toBe(1);
  expect(output).toContain(`the comment has to start with ${MARKER}`);
  expect(calls).toEqual([]);
});
