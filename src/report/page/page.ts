import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DatedAccess } from "../../access/dated";
import { diffAccess } from "../../access/diff/diff";
import type { RehearsalFile } from "../rehearsalFile";
import { accessGraph } from "./graph";
import { renderGraph } from "./graphSvg";
import { Html, html, jsonForScript } from "./html";
import { pageData } from "./pageData";
import { pageMatrix, paperScale, renderMatrixTable } from "./pageMatrix";
import { renderProof } from "./pageProof";
import { renderDiffSection, renderLimits, section } from "./pageSections";
import { countAll, renderSummary } from "./pageSummary";
import { renderVerdict } from "./pageVerdict";

/** In the order they run; the first makes the object that the others add to. */
const SCRIPTS = ["dom.js", "reasons.js", "matrix.js", "proof.js", "shell.js", "start.js"] as const;

/** In the order in which they override each other. */
const STYLES = ["shell.css", "summary.css", "matrix.css", "graph.css", "proof.css", "media.css"] as const;

export interface PageContent {
  readonly team: DatedAccess;
  /** Compared with; absent: no changes are shown. */
  readonly base?: DatedAccess;
  /** A rehearsal of the roster; absent: no proof is shown. */
  readonly rehearsal?: RehearsalFile;
}

/** The whole page: one file that loads nothing. */
export async function renderPage({ team, base, rehearsal }: PageContent): Promise<string> {
  const changes = base && diffAccess(base, team);
  const script = `(() => {\n"use strict";\nconst page = {};\n${SCRIPTS.map(readPart).join("\n")}})();`;
  const matrix = pageMatrix(team);
  const style = `${STYLES.map(readPart).join("")}:root{--paper:${paperScale(matrix)}}`;
  const data = { reasons: pageData(team.roster, matrix), ...(rehearsal ? { proof: rehearsal.measured } : {}) };
  const sections = [
    ["matrix", "Matrix"],
    ...(base ? [["diff", "Changes"]] : []),
    ["graph", "Graph"],
    ["limits", "Limits"],
    ...(rehearsal ? [["proof", "Proof"]] : []),
  ] as [id: string, title: string][];
  return fill(readPart("page.html"), {
    policy: html`<meta http-equiv="Content-Security-Policy" content="${policy(script, style)}">`,
    title: html`Access: ${team.roster.file}`,
    style: { text: `<style>${style}</style>` },
    source: html`<code>${team.roster.file}</code>, as of ${team.now.toISOString().slice(0, 10)}${base ? html`, against <code>${base.roster.file}</code>` : ""}: ${countAll(team)}`,
    verdict: renderVerdict({
      team,
      ...(base && changes ? { base, changes } : {}),
      ...(rehearsal ? { rehearsal } : {}),
    }),
    summary: renderSummary(team),
    nav: html`${sections.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}`,
    matrix: renderMatrixTable(matrix),
    diff: base && changes ? renderDiffSection(changes, base, team) : html``,
    graph: await renderGraphSection(team),
    limits: renderLimits(team),
    proof: rehearsal ? renderProof(rehearsal, team) : html``,
    footer: html`Made by one-env report from ${team.roster.file}. This file is all there is: it loads nothing and sends nothing.`,
    script: html`<script type="application/json" id="data">${jsonForScript(data)}</script>
<script>${new Html(script)}</script>`,
  });
}

async function renderGraphSection({ roster, paths }: DatedAccess): Promise<Html> {
  const graph = accessGraph(roster, paths);
  const key = html`<ul class="key" aria-label="Lines"><li><i></i>is a member of</li>${graph.edges.some(({ level }) => level === "some") ? html`<li><i class="some-line"></i>some of them are</li>` : ""}<li><i class="read-line"></i>may read</li><li><i class="own-line"></i>may write, or owns</li></ul>`;
  const lead = html`<p class="lead">From people over roles to schemas. Whoever has the same memberships is drawn once.<span class="hint" hidden> Point at a box, or move to it with Tab, to see the ways through it.</span></p>`;
  const drawing = html`<div class="drawing" role="region" aria-labelledby="graph-title" tabindex="0">${await renderGraph(graph)}</div>`;
  return section("graph", "Graph", html`${lead}${drawing}${key}`);
}

/** Nothing may be loaded, and nothing may run but what is in the page: its script and style are named by their hash. */
function policy(script: string, style: string): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const rules = ["default-src 'none'", "img-src data:", `script-src ${hash(script)}`, `style-src ${hash(style)}`];
  return [...rules, "base-uri 'none'", "form-action 'none'"].join("; ");
}

/** Fills the template's places, each once; what goes in is not looked at again. */
function fill(template: string, values: Record<string, { readonly text: string }>): string {
  return template.replace(/<!-- (\w+) -->/g, (_, name: string) => {
    const value = values[name];
    if (!value) throw new Error(`the page has no ${name}`);
    return value.text;
  });
}

function readPart(name: string): string {
  return readFileSync(join(__dirname, name), "utf8");
}
