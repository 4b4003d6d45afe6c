import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "../../src/access/decide";
import { UserError } from "../../src/messages/userError";
import { html, jsonForScript, prose } from "../../src/report/page/html";
import { renderPage } from "../../src/report/page/page";
import { pageData } from "../../src/report/page/pageData";
import { readRehearsal } from "../../src/report/rehearsalFile";
import { formatPosition, locate } from "../../src/roster/roster";
import { BASE, bigTeam, rehearsalOf, TEAM } from "../support/pages";
import { arbitraryChange, NOW } from "../support/sides";

interface Step {
  readonly text: string;
  readonly line: number;
}
interface Model {
  access(who: string, schema: string): { level: string; steps: Step[] };
  missing(who: string, schema: string): Step;
  lineOf(line: number): string;
}

/** The page's own script, as the browser runs it. */
function createModel(data: unknown): Model {
  const source = readFileSync(join(__dirname, "../../src/report/page/model.js"), "utf8");
  const page: { createModel?: (data: unknown) => Model } = {};
  new Function("page", source)(page);
  return page.createModel?.(JSON.parse(JSON.stringify(data))) ?? expect.fail("no model");
}

describe("the model in the page", () => {
  it("gives the answers of decide, with the same reasons and lines", () => {
    fc.assert(
      fc.property(arbitraryChange, ({ after: { roster, paths } }) => {
        const model = createModel(pageData(roster, paths));
        const shown = ({ text, line }: Step) => `${text} ${model.lineOf(line)}`;
        for (const who of paths.identities.keys()) {
          for (const schema of paths.schemas.keys()) {
            const { level, steps } = model.access(who, schema);
            const read = decide(paths, who, "read", schema);
            const write = decide(paths, who, "write", schema);
            expect(level).toBe(read.level);
            const answer = write.allowed ? write : read;
            const reasons = answer.reasons.map(
              ({ text, because }) => `${text} ${formatPosition(locate(roster, because))}`,
            );
            expect(level === "none" ? [shown(model.missing(who, schema))] : steps.map(shown)).toEqual(reasons);
          }
        }
      }),
      { seed: 20_261_126, numRuns: 80 },
    );
  });
});

describe("the page", () => {
  it("is one file that names nothing outside of itself", () => {
    const page = renderPage({ team: TEAM, base: BASE, rehearsal: rehearsalOf(TEAM), now: NOW });
    expect(page).not.toMatch(/https?:|\bsrc=|@import|url\(/);
    expect(page.match(/<link [^>]*>/g)).toEqual(['<link rel="icon" href="data:,">']);
    expect(page).toContain("default-src &#39;none&#39;");
    expect(page).toContain("trojan view");
  });

  it("has only the sections there is something for", () => {
    const ids = (page: string) => [...page.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id);
    expect(ids(renderPage({ team: TEAM, now: NOW }))).toEqual(["matrix", "graph", "limits"]);
    const whole = renderPage({ team: TEAM, base: BASE, rehearsal: rehearsalOf(TEAM), now: NOW });
    expect(ids(whole)).toEqual(["diff", "matrix", "graph", "limits", "proof"]);
    expect(renderPage({ team: TEAM, base: TEAM, now: NOW })).toContain("No permission changes.");
  });

  it("says when the rehearsal was of another roster", () => {
    expect(renderPage({ team: TEAM, rehearsal: rehearsalOf(TEAM), now: NOW })).not.toContain("another roster");
    expect(renderPage({ team: TEAM, rehearsal: rehearsalOf(BASE), now: NOW })).toContain(
      "2 identities are only in one",
    );
  });

  it("stays small for a thousand people", () => {
    expect(renderPage({ team: bigTeam(), now: NOW }).length).toBeLessThan(1_000_000);
  });
});

describe("escaping", () => {
  const hostile = `</script><img src=x onerror="alert(1)"> & 'x'`;

  it("is what templates do by themselves", () => {
    expect(html`<p title="${hostile}">${[hostile, 1, html`<b>${"<"}</b>`]}</p>`.text).toBe(
      `<p title="&#60;/script&#62;&#60;img src=x onerror=&#34;alert(1)&#34;&#62; &#38; &#39;x&#39;">&#60;/script&#62;&#60;img src=x onerror=&#34;alert(1)&#34;&#62; &#38; &#39;x&#39;1<b>&#60;</b></p>`,
    );
    expect(prose("`a<b` may <i>").text).toBe("<code>a&#60;b</code> may &#60;i&#62;");
  });

  it("keeps data inside of its element", () => {
    const { text } = jsonForScript({ hostile, more: "<!--\u2028" });
    expect(text).not.toMatch(/[<>&\u2028]/);
    expect(JSON.parse(text)).toEqual({ hostile, more: "<!--\u2028" });
  });
});

describe("the file of a rehearsal", () => {
  it("comes back as it was written", () => {
    const rehearsal = rehearsalOf(TEAM);
    const { results, ...rest } = readRehearsal(JSON.stringify(rehearsal), "proof.json");
    expect(rest).toEqual({ ...rehearsal, results: undefined });
    expect(results).toHaveLength(rehearsal.results.length);
  });

  it.each([
    ["{", "`proof.json` is not JSON"],
    ["{}", "`proof.json` is not the result of a rehearsal: engine "],
    [
      '{"engine":"pulumi","warehouse":"PostgreSQL 18","verdict":{}}',
      "`proof.json` is not the result of a rehearsal: verdict.allowed ",
    ],
  ])("is refused: %s", (text, message) => {
    expect(() => readRehearsal(text, "proof.json")).toThrow(UserError);
    expect(() => readRehearsal(text, "proof.json")).toThrow(message);
  });
});
