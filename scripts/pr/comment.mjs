// Writes one comment on a pull request, and the same one again when it is there already: a sticky comment.
// usage: node scripts/pr/comment.mjs FILE, with GITHUB_REPOSITORY, GITHUB_TOKEN and PULL_REQUEST in the environment
import { readFileSync } from "node:fs";

/** GitHub refuses longer comments. */
const LONGEST = 65_536;
const MARKER = "<!-- one-environment: access -->";

const { GITHUB_API_URL = "https://api.github.com", GITHUB_REPOSITORY, GITHUB_TOKEN, PULL_REQUEST } = process.env;
const issue = `/repos/${GITHUB_REPOSITORY}/issues`;

async function call(method, path, body) {
  const response = await fetch(`${GITHUB_API_URL}${path}`, {
    method,
    headers: { authorization: `Bearer ${GITHUB_TOKEN}`, accept: "application/vnd.github+json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

async function findOurs() {
  for (let page = 1; ; page++) {
    const comments = await call("GET", `${issue}/${PULL_REQUEST}/comments?per_page=100&page=${page}`);
    const ours = comments.find(({ body, user }) => body.startsWith(MARKER) && user.type === "Bot");
    if (ours || comments.length < 100) return ours;
  }
}

function shortened(text) {
  if (text.length <= LONGEST) return text;
  const note = "\n\n… shortened: the whole text is in the job's summary\n";
  return text.slice(0, LONGEST - note.length) + note;
}

const body = shortened(readFileSync(process.argv[2], "utf8"));
if (!body.startsWith(MARKER)) throw new Error(`the comment has to start with ${MARKER}`);
const ours = await findOurs();
if (ours) await call("PATCH", `${issue}/comments/${ours.id}`, { body });
else await call("POST", `${issue}/${PULL_REQUEST}/comments`, { body });
console.log(ours ? "comment updated" : "comment written");
