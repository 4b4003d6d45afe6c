import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DatedAccess } from "../../src/access/dated";
import { decide } from "../../src/access/decide";
import { UserError } from "../../src/messages/userError";
import { html, jsonForScript, prose } from "../../src/report/page/html";
import { renderPage } from "../../src/report/page/page";
import { pageData } from "../../src/report/page/pageData";
import { type MatrixCell, pageMatrix } from "../../src/report/page/pageMatrix";
import { readRehearsal } from "../../src/report/rehearsalFile";
import { formatPosition, locate } from "../../src/roster/roster";
import { arbitraryChange } from "../support/changes";
import { BASE, bigTeam, rehearsalOf, TEAM } from "../support/pages";

interface Reason {
  readonly claim: string;
  readonly steps: readonly { readonly text: string; readonly line: string }[];
  readonly missing?: { readonly text: string; readonly line: string };
}
type ReadReasons = (data: unknown) => (row: number, column: number, who: string) => Reason;

/** The page's own script, as the browser runs it. */
function readReasons(data: unknown): ReturnType<ReadReasons> {
  const source = readFileSync(join(__dirname, "../../src/report/page/reasons.js"), "utf8");
  const page: { readReasons?: ReadReasons } = {};
  new Function("page", source)(page);
  return page.readReasons?.(JSON.parse(JSON.stringify(data))) ?? expect.fail("no reasons");
}

/** What the page's script says of each cell, by identity and title of its column. */
function said(team: DatedAccess): Map<string, MatrixCell & { readonly reason: Reason }> {
  const matrix = pageMatrix(team);
  const reasonOf = readReasons(pageData(team.roster, matrix));
  const cells = matrix.rows.flatMap(({ identity: { name }, cells }, row) =>
    cells.map(
      (cell, column) =>
        [`${name} ${matrix.columns[column]?.title}`, { ...cell, reason: reasonOf(row, column, name) }] as const,
    ),
  );
  return new Map(cells);
}

describe("the reasons in the page", () => {
  it("are those of decide, with the same levels and lines", () => {
    fc.assert(
      fc.property(arbitraryChange, ({ after: team }) => {
        const { roster, paths } = team;
        const cells = said(team);
        for (const who of paths.identities.keys()) {
          for (const { name, kind } of paths.schemas.values()) {
            if (kind === "personal") continue;
            const cell = cells.get(`${who} ${kind === "prod" ? name : "CI schemas"}`);
            const write = decide(paths, who, "write", name);
            expect(cell?.level).toBe(decide(paths, who, "read", name).level);
            if (kind === "throwaway" && write.level === "none") continue;
            const { steps = [], missing } = cell?.reason ?? {};
            expect([...(missing ? [missing] : []), ...steps]).toEqual(
              write.reasons.map(({ text, because }) => ({ text, line: formatPosition(locate(roster, because)) })),
            );
            expect(missing === undefined).toBe(write.allowed);
          }
        }
      }),
      { seed: 20_261_126, numRuns: 80 },
    );
  });

  it("count the schemas of people as decide does", () => {
    fc.assert(
      fc.property(arbitraryChange, ({ after: team }) => {
        const cells = said(team);
        const personal = team.paths.plan.schemas.filter(({ kind }) => kind === "personal");
        for (const who of team.paths.identities.keys()) {
          for (const title of ["own schemas", "shared by others"]) {
            const usable = personal
              .filter(({ owner }) => (owner === who) === (title === "own schemas"))
              .filter(({ name }) => decide(team.paths, who, "read", name).allowed);
            const [first] = usable;
            const level = first ? decide(team.paths, who, "read", first.name).level : "none";
            const count = usable.length > 1 ? ` ${usable.length}` : "";
            expect(cells.get(`${who} ${title}`)?.text).toBe(first ? `${level}${count}` : "–");
          }
        }
      }),
      { seed: 20_261_127, numRuns: 40 },
    );
  });

  it("name whose schemas are meant", () => {
    const cells = said(TEAM);
    expect(cells.get("alice shared by others")?.reason).toEqual({
      claim: "`alice` has read on `villoro*`",
      steps: [
        { text: "`alice` is a member of `developer`", line: "team.yaml:7:5" },
        { text: "`developer` may read `villoro`", line: "team.yaml:6:22" },
      ],
      missing: { text: "`villoro` belongs to `villoro` and `alice` may only read it", line: "team.yaml:6:5" },
    });
    expect(cells.get("carol own schemas")?.reason.claim).toBe("`carol` has own on `carol*`");
    expect(cells.get("airflow CI schemas")?.reason).toEqual({ claim: "`airflow` has none: CI schemas", steps: [] });
  });

  it("are one pattern for whoever has the same access", () => {
    const team = bigTeam(307, 15);
    const { patterns, rows, texts } = pageData(team.roster, pageMatrix(team));
    expect(rows).toHaveLength(309);
    // Of the seven who share each has a list of its own: whom the others share with.
    expect(patterns.length).toBeLessThan(15);
    expect(texts.length).toBeLessThan(140);
  });
});

describe("the page", () => {
  it("is one file that names nothing outside of itself", async () => {
    const page = await renderPage({ team: TEAM, base: BASE, rehearsal: rehearsalOf(TEAM) });
    expect(page).not.toMatch(/https?:|\bsrc=|@import|url\(/);
    expect(page.match(/<link [^>]*>/g)).toEqual(['<link rel="icon" href="data:,">']);
    expect(page).toContain("default-src &#39;none&#39;");
    expect(page).toContain("trojan view");
  });

  it("has only the sections there is something for, the verdict and the matrix first", async () => {
    const ids = (page: string) => [...page.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id);
    expect(ids(await renderPage({ team: TEAM }))).toEqual(["verdict", "matrix", "graph", "limits"]);
    const whole = await renderPage({ team: TEAM, base: BASE, rehearsal: rehearsalOf(TEAM) });
    expect(ids(whole)).toEqual(["verdict", "matrix", "diff", "graph", "limits", "proof"]);
    expect(await renderPage({ team: TEAM, base: TEAM })).toContain("No permission changes.");
  });

  it("says when the rehearsal was of another roster", async () => {
    expect(await renderPage({ team: TEAM, rehearsal: rehearsalOf(TEAM) })).not.toContain("another roster");
    expect(await renderPage({ team: TEAM, rehearsal: rehearsalOf(BASE) })).toContain("2 identities are only in one");
  });

  it("says when not everybody tried everything", async () => {
    const represented = { ...rehearsalOf(TEAM), representation: { represented: 298, representatives: 1 } };
    const faultless = { ...represented, verdict: { ...represented.verdict, faults: [] } };
    const said =
      "in schemas of others 298 identities are proven by 1 representative of equal memberships; all: --exhaustive";
    for (const rehearsal of [represented, faultless]) {
      const page = await renderPage({ team: TEAM, rehearsal: readRehearsal(JSON.stringify(rehearsal), "p") });
      expect(page.split(said)).toHaveLength(rehearsal === faultless ? 3 : 2);
    }
  });

  it("counts what is wrong and not listed", async () => {
    const rehearsal = rehearsalOf(TEAM);
    const more = { ...rehearsal, verdict: { ...rehearsal.verdict, furtherFaults: 4_000 } };
    const page = await renderPage({ team: TEAM, rehearsal: more });
    expect(page).toContain("found 4,001 things wrong");
    expect(page).toContain("4,000 more are not listed");
  });

  it("stays small", async () => {
    expect((await renderPage({ team: bigTeam(12, 8) })).length).toBeLessThan(65_000);
    expect((await renderPage({ team: bigTeam(307, 15) })).length).toBeLessThan(230_000);
    expect((await renderPage({ team: bigTeam() })).length).toBeLessThan(650_000);
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
    expect(readRehearsal(JSON.stringify(rehearsal), "proof.json")).toEqual(rehearsal);
  });

  it.each([
    ["{", "`proof.json` is not JSON"],
    ["{}", "`proof.json` is not the result of a rehearsal: version "],
    ['{"engine":"pulumi","results":[]}', "`proof.json` was written by an earlier one-env"],
    [
      '{"version":2,"engine":"pulumi","warehouse":"PostgreSQL 18","verdict":{}}',
      "`proof.json` is not the result of a rehearsal: verdict.allowed ",
    ],
    [
      JSON.stringify({ ...rehearsalOf(TEAM), measured: { outcomes: [], targets: [], identities: { ana: [[0, []]] } } }),
      "`proof.json` is not the result of a rehearsal: measured names outcomes or targets that are not in it",
    ],
  ])("is refused: %s", (text, message) => {
    expect(() => readRehearsal(text, "proof.json")).toThrow(UserError);
    expect(() => readRehearsal(text, "proof.json")).toThrow(message);
  });
});
