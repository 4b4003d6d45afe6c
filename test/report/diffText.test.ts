import { describe, expect, it } from "vitest";
import { diffAccess } from "../../src/access/diff/diff";
import { describeDiff } from "../../src/report/diff/diffJson";
import { renderDiffMarkdown } from "../../src/report/diff/diffMarkdown";
import { renderDiff } from "../../src/report/diff/diffText";
import { accessFrom } from "../support/changes";

const BASE = `sources:
  - salesforce
  - stripe
  - name: hr
    readers: [alice]
developers:
  - name: villoro
    share: team
  - name: alice
  - name: bob
    limits: { connections: 2 }
services:
  - { name: airflow, duty: prod }
  - { name: github_ci, duty: ci }
  - { name: metabase, duty: reader, sources: [stripe] }
limits:
  developer: { statement_timeout: 15min, connections: 8 }
expect:
  - { who: alice, can: [read prod_hr] }
  - { who: [villoro, bob], cannot: [read prod_hr, write prod_*] }
`;

/** The base with some text replaced, against the base. */
function change(...edits: [from: string, to: string][]) {
  let yaml = BASE;
  for (const [from, to] of edits) {
    expect(yaml, from).toContain(from);
    yaml = yaml.replace(from, to);
  }
  return { before: accessFrom(BASE, "old.yaml"), after: accessFrom(yaml) };
}

/** The text without its frame: what stands between the title and the closing. */
function told(...edits: [from: string, to: string][]): string {
  const { before, after } = change(...edits);
  const paragraphs = renderDiff(diffAccess(before, after), before, after).split("\n\n");
  return paragraphs.length === 1 ? (paragraphs[0] ?? "") : paragraphs.slice(1, -1).join("\n\n");
}

describe("permission changes in exact words", () => {
  it("nothing", () => {
    expect(told()).toBe("No permission changes.");
  });

  it("only the order, the style or an email", () => {
    expect(
      told(
        ["  - salesforce\n  - stripe\n", "  - stripe\n  - salesforce\n"],
        ["- name: alice\n", "- { name: alice, email: a@example.com }\n"],
      ),
    ).toBe("No permission changes.");
  });

  it("a person joins", () => {
    expect(told(["  - name: bob\n", "  - name: carol\n  - name: bob\n"])).toMatchInlineSnapshot(`
      "everything else:
        carol joins as a developer (team.yaml:10:5)
        carol can now read prod, prod_salesforce, prod_stripe, villoro and villoro_<source>, and gets carol and carol_<source> of their own (team.yaml:10:5)"
    `);
  });

  it("a person joins for some time, and shares", () => {
    expect(
      told(["  - name: bob\n", "  - { name: carol, share: team, expires: 2060-01-31 }\n  - name: bob\n"]),
    ).toMatchInlineSnapshot(`
      "everything else:
        carol joins as a developer, until 2060-01-31 (team.yaml:10:5)
        every other developer can now read carol and carol_<source> (team.yaml:10:5)
        carol can now read prod, prod_salesforce, prod_stripe, villoro and villoro_<source>, and gets carol and carol_<source> of their own (team.yaml:10:5)"
    `);
  });

  it("a person leaves", () => {
    expect(
      told(["  - name: bob\n    limits: { connections: 2 }\n", ""], ["[villoro, bob]", "villoro"]),
    ).toMatchInlineSnapshot(`
      "safeguards, and what is left behind:
        WARNING: bob leaves: their access ends, their schemas stay with every row, and nothing manages them any more (old.yaml:10:5)
        bob can no longer read or write bob and bob_<source>, nor read prod, prod_salesforce, prod_stripe, villoro and villoro_<source> (old.yaml:10:5)"
    `);
  });

  it("a person's access ends", () => {
    expect(told(["  - name: bob\n", "  - name: bob\n    expires: 2050-06-15\n"])).toMatchInlineSnapshot(`
      "safeguards, and what is left behind:
        WARNING: the access of bob ended on 2050-06-15: their schemas stay with every row, and nothing manages them any more (team.yaml:11:5)
        bob can no longer read or write bob and bob_<source>, nor read prod, prod_salesforce, prod_stripe, villoro and villoro_<source> (team.yaml:11:5)"
    `);
  });

  it("a person's access will end", () => {
    expect(told(["  - name: bob\n", "  - name: bob\n    expires: 2060-01-31\n"])).toMatchInlineSnapshot(`
      "everything else:
        the access of bob now ends on 2060-01-31 (it had no end) (team.yaml:11:5)"
    `);
  });

  it("a new prod writer", () => {
    expect(told(["duty: prod }", "duty: prod }\n  - { name: dagster, duty: prod }"])).toMatchInlineSnapshot(`
      "who writes production:
        dagster joins as a prod service (team.yaml:14:5)
        dagster now acts as prod, the owner of everything in production (team.yaml:14:5)
        WARNING: dagster can now read and write all of production (team.yaml:14:5)"
    `);
  });

  it("a prod writer goes", () => {
    expect(told(["  - { name: airflow, duty: prod }\n", ""])).toMatchInlineSnapshot(`
      "who writes production:
        airflow leaves: its access ends, nothing is deleted (old.yaml:13:5)
        airflow no longer acts as prod, the owner of everything in production (old.yaml:13:5)
        airflow can no longer read or write all of production (old.yaml:13:5)"
    `);
  });

  it("a reader service becomes a prod writer", () => {
    expect(told(["duty: reader, sources: [stripe]", "duty: prod"])).toMatchInlineSnapshot(`
      "who writes production:
        metabase is now a prod service (was a reader service) (team.yaml:15:23)
        metabase now acts as prod, the owner of everything in production (team.yaml:15:23)
        WARNING: metabase can now read and write prod, prod_hr and prod_salesforce, and write prod_stripe (team.yaml:15:23)
        WARNING: metabase no longer has a statement timeout (it was 5min) (old.yaml:15:5)
        the idle-in-transaction timeout of metabase goes from 1min to 1h (team.yaml:15:5)
        the connection limit of metabase goes from 20 to 32 (team.yaml:15:5)"
    `);
  });

  it("a source joins", () => {
    expect(told(["  - stripe\n", "  - stripe\n  - ads\n"])).toMatchInlineSnapshot(`
      "everything else:
        source ads is new: its schema is prod_ads (team.yaml:4:5)
        airflow can now read and write prod_ads (team.yaml:4:5)
        alice and bob can now read villoro_ads (team.yaml:4:5)
        every developer and github_ci can now read prod_ads (team.yaml:4:5)
        every developer gets <user>_ads of their own (team.yaml:4:5)"
    `);
  });

  it("a restricted source joins", () => {
    expect(told(["  - stripe\n", "  - stripe\n  - { name: pay, readers: [bob] }\n"])).toMatchInlineSnapshot(`
      "restricted sources:
        source pay is new: its schema is prod_pay, restricted: only bob and prod services may read it (team.yaml:4:5)
        bob can now read prod_pay (team.yaml:4:5)
        airflow can now read and write prod_pay (team.yaml:4:5)
        alice and bob can now read villoro_pay (team.yaml:4:5)
        every developer gets <user>_pay of their own (team.yaml:4:5)"
    `);
  });

  it("a source is removed", () => {
    expect(told(["  - salesforce\n", ""])).toMatchInlineSnapshot(`
      "safeguards, and what is left behind:
        WARNING: source salesforce is removed: prod_salesforce and every <user>_salesforce stay with every row, and nothing manages them any more (old.yaml:2:5)
        airflow can no longer read or write prod_salesforce (old.yaml:2:5)
        alice and bob can no longer read villoro_salesforce (old.yaml:2:5)
        every developer and github_ci can no longer read prod_salesforce (old.yaml:2:5)
        every developer can no longer read or write <user>_salesforce (old.yaml:2:5)"
    `);
  });

  it("a source is restricted", () => {
    expect(told(["  - salesforce\n", "  - { name: salesforce, readers: [bob] }\n"])).toMatchInlineSnapshot(`
      "restricted sources:
        source salesforce is now restricted: only bob and prod services may read it (team.yaml:2:25)
        alice, github_ci and villoro can no longer read prod_salesforce (team.yaml:2:25)"
    `);
  });

  it("a restricted source is widened", () => {
    expect(told(["[alice]", "[alice, bob]"], ["[villoro, bob]", "villoro"])).toMatchInlineSnapshot(`
      "restricted sources:
        WARNING: the restricted source hr is widened: bob is now one of its readers (team.yaml:5:22)
        bob can now read prod_hr (team.yaml:5:5)

      safeguards, and what is left behind:
        WARNING: the roster no longer checks that bob cannot read prod_hr or write prod_* (old.yaml:20:37)"
    `);
  });

  it("a restricted source is narrowed", () => {
    expect(
      told(["readers: [alice]", "readers: []"], ["alice, can: [read prod_hr]", "alice, cannot: [read prod_hr]"]),
    ).toMatchInlineSnapshot(`
      "restricted sources:
        the restricted source hr is narrowed: alice is no longer one of its readers (old.yaml:5:15)
        alice can no longer read prod_hr (team.yaml:5:5)

      safeguards, and what is left behind:
        WARNING: the roster no longer checks that alice can read prod_hr (old.yaml:19:25)
        the roster now checks that alice cannot read prod_hr (team.yaml:19:28)"
    `);
  });

  it("a source is no longer restricted", () => {
    expect(
      told(["  - name: hr\n    readers: [alice]\n", "  - hr\n"], ["[read prod_hr, write prod_*]", "[write prod_*]"]),
    ).toMatchInlineSnapshot(`
      "restricted sources:
        WARNING: source hr is no longer restricted: every developer and every CI service may read it (team.yaml:4:5)
        bob, github_ci and villoro can now read prod_hr (team.yaml:4:5)

      safeguards, and what is left behind:
        WARNING: the roster no longer checks that bob and villoro cannot read prod_hr (old.yaml:20:37)"
    `);
  });

  it("a reader service reads other sources", () => {
    expect(told(["sources: [stripe]", "sources: [salesforce]"])).toMatchInlineSnapshot(`
      "everything else:
        metabase can no longer read prod_stripe (old.yaml:15:47)
        metabase can now read prod_salesforce (team.yaml:15:47)"
    `);
  });

  it("a person shares, another one shares no longer", () => {
    expect(
      told(["    share: team\n", ""], ["- name: alice\n", "- { name: alice, share: team }\n"]),
    ).toMatchInlineSnapshot(`
      "everything else:
        alice now shares their schemas with every developer (team.yaml:8:20)
        bob and villoro can now read alice and alice_<source> (team.yaml:8:20)
        villoro no longer shares their schemas (old.yaml:8:5)
        alice and bob can no longer read villoro and villoro_<source> (old.yaml:8:5)"
    `);
  });

  it("limits of a duty: one taken away, one changed, one in place of its default", () => {
    expect(
      told([
        "statement_timeout: 15min, connections: 8",
        "statement_timeout: none, connections: 16, idle_in_transaction: 90s",
      ]),
    ).toMatchInlineSnapshot(`
      "safeguards, and what is left behind:
        WARNING: developers no longer have a statement timeout (it was 15min) (team.yaml:17:16)
        the connection limit of developers goes from 8 to 16 (team.yaml:17:41)
        the idle-in-transaction timeout of developers goes from 5min to 90s (team.yaml:17:58)"
    `);
  });

  it("limits that are gone from the roster, or written down, are told only where the default differs", () => {
    expect(told(["statement_timeout: 15min, connections: 8", "idle_in_transaction: 5min"])).toBe(
      "No permission changes.",
    );
    expect(
      told(["  developer: { statement_timeout: 15min, connections: 8 }", "  prod: { statement_timeout: 2h }"]),
    ).toMatchInlineSnapshot(`
      "everything else:
        prod services now have a statement timeout of 2h (team.yaml:17:11)"
    `);
  });

  it("limits of one person", () => {
    expect(
      told(["    limits: { connections: 2 }\n", "    limits: { statement_timeout: 2h }\n"]),
    ).toMatchInlineSnapshot(`
      "safeguards, and what is left behind:
        the statement timeout of bob goes from 15min to 2h (team.yaml:11:15)
        the connection limit of bob goes from 2 to 8 (team.yaml:11:5)"
    `);
  });

  it("an expectation is removed, another one added", () => {
    expect(told(["[read prod_hr, write prod_*]", "[write prod_*, write villoro]"])).toMatchInlineSnapshot(`
      "safeguards, and what is left behind:
        WARNING: the roster no longer checks that bob and villoro cannot read prod_hr (old.yaml:20:37)
        the roster now checks that bob and villoro cannot write villoro (team.yaml:20:51)"
    `);
  });

  it("expectations of the same people are one sentence", () => {
    expect(
      told(["can: [read prod_hr] }", "can: [read prod_hr, write alice, read prod], cannot: [write prod] }"]),
    ).toMatchInlineSnapshot(`
      "everything else:
        the roster now checks that alice can write alice and read prod, and cannot write prod (team.yaml:19:39)"
    `);
  });

  it("a new password", () => {
    expect(told(["- name: alice\n", "- { name: alice, rotation: 2 }\n"])).toMatchInlineSnapshot(`
      "everything else:
        alice gets a new password (team.yaml:9:20)"
    `);
  });
});

const REVIEW: [string, string][] = [
  ["  - name: bob\n    limits: { connections: 2 }\n", "  - name: carol\n"],
  ["[villoro, bob]", "villoro"],
  ["  - stripe\n", "  - { name: stripe, readers: [alice, metabase] }\n"],
  ["duty: prod }", "duty: prod }\n  - { name: dagster, duty: prod }"],
];

describe("a pull request", () => {
  it("as text", () => {
    const { before, after } = change(...REVIEW);
    expect(renderDiff(diffAccess(before, after), before, after)).toMatchInlineSnapshot(`
      "permission changes from old.yaml to team.yaml: 2 warnings

      who writes production:
        dagster joins as a prod service (team.yaml:13:5)
        dagster now acts as prod, the owner of everything in production (team.yaml:13:5)
        WARNING: dagster can now read and write all of production (team.yaml:13:5)

      restricted sources:
        source stripe is now restricted: only alice, metabase and prod services may read it (team.yaml:3:21)
        github_ci and villoro can no longer read prod_stripe (team.yaml:3:21)

      safeguards, and what is left behind:
        WARNING: bob leaves: their access ends, their schemas stay with every row, and nothing manages them any more (old.yaml:10:5)
        bob can no longer read or write bob and bob_<source>, nor read prod, prod_salesforce, prod_stripe, villoro and villoro_<source> (old.yaml:10:5)

      everything else:
        carol joins as a developer (team.yaml:10:5)
        carol can now read prod, prod_salesforce, villoro and villoro_<source>, and gets carol and carol_<source> of their own (team.yaml:10:5)

      nobody else gains or loses access"
    `);
  });

  it("as Markdown", () => {
    const { before, after } = change(...REVIEW);
    expect(renderDiffMarkdown(diffAccess(before, after), before, after)).toMatchInlineSnapshot(`
      "### Permission changes

      **2 warnings**, marked with ⚠️ below.

      #### Who writes production

      - \`dagster\` joins as a prod service (\`team.yaml:13:5\`)
      - \`dagster\` now acts as \`prod\`, the owner of everything in production (\`team.yaml:13:5\`)
      - ⚠️ **Warning:** \`dagster\` can now read and write all of production (\`team.yaml:13:5\`)

      #### Restricted sources

      - source \`stripe\` is now restricted: only \`alice\`, \`metabase\` and prod services may read it (\`team.yaml:3:21\`)
      - \`github_ci\` and \`villoro\` can no longer read \`prod_stripe\` (\`team.yaml:3:21\`)

      #### Safeguards, and what is left behind

      - ⚠️ **Warning:** \`bob\` leaves: their access ends, their schemas stay with every row, and nothing manages them any more (\`old.yaml:10:5\`)
      - \`bob\` can no longer read or write \`bob\` and \`bob_<source>\`, nor read \`prod\`, \`prod_salesforce\`, \`prod_stripe\`, \`villoro\` and \`villoro_<source>\` (\`old.yaml:10:5\`)

      #### Everything else

      - \`carol\` joins as a developer (\`team.yaml:10:5\`)
      - \`carol\` can now read \`prod\`, \`prod_salesforce\`, \`villoro\` and \`villoro_<source>\`, and gets \`carol\` and \`carol_<source>\` of their own (\`team.yaml:10:5\`)

      Nobody else gains or loses access."
    `);
    expect(renderDiffMarkdown([], before, after)).toBe("### Permission changes\n\nNo permission changes.");
  });

  it("as JSON, with every name and place", () => {
    const { before, after } = change(...REVIEW);
    const json = JSON.parse(JSON.stringify(describeDiff(diffAccess(before, after), before, after)));
    expect(json).toMatchObject({ before: "old.yaml", after: "team.yaml", warnings: 2 });
    expect(json.changes).toContainEqual({
      kind: "access",
      who: ["github_ci", "villoro"],
      schemas: ["prod_stripe"],
      before: "read",
      after: "none",
      subject: { kind: "source", name: "stripe" },
      risk: "restricted",
      direction: "narrower",
      warning: false,
      because: { side: "after", path: "sources.stripe.readers", file: "team.yaml", line: 3, col: 21 },
    });
  });

  it("with many new expectations says how many, and folds them", () => {
    const people = ["villoro", "alice", "bob", "metabase"];
    const added = people.map((who) => `  - { who: ${who}, cannot: [write prod, read ci_*] }\n`).join("");
    const { before, after } = change(["[read prod_hr] }\n", `[read prod_hr] }\n${added}`]);
    const changes = diffAccess(before, after);
    expect(renderDiff(changes, before, after)).toMatchInlineSnapshot(`
      "permission changes from old.yaml to team.yaml

      everything else:
        the roster now checks 8 expectations more (team.yaml:20:30)

      nobody gains or loses access"
    `);
    expect(renderDiffMarkdown(changes, before, after)).toMatchInlineSnapshot(`
      "### Permission changes

      #### Everything else

      <details><summary>the roster now checks 8 expectations more</summary>

      - the roster now checks that \`villoro\` cannot write \`prod\` or read \`ci_*\` (\`team.yaml:20:30\`)
      - the roster now checks that \`alice\` cannot write \`prod\` or read \`ci_*\` (\`team.yaml:21:28\`)
      - the roster now checks that \`bob\` cannot write \`prod\` or read \`ci_*\` (\`team.yaml:22:26\`)
      - the roster now checks that \`metabase\` cannot write \`prod\` or read \`ci_*\` (\`team.yaml:23:31\`)

      </details>

      Nobody gains or loses access."
    `);
    expect(describeDiff(changes, before, after).sentences).toHaveLength(4);
  });

  it("of a thousand people fits into a comment", () => {
    const people = Array.from({ length: 1_000 }, (_, index) => `  - name: dev_${index}\n`).join("");
    const { before, after } = change(["developers:\n", `developers:\n${people}`]);
    const markdown = renderDiffMarkdown(diffAccess(before, after), before, after);
    expect(markdown.length).toBeLessThan(65_536);
    expect(markdown).toContain("more: run `one-env diff`");
  });

  it("shows a hostile path on one line, and as code", () => {
    const path = "a`b\n# team\u001b[31m.yaml";
    const before = accessFrom(BASE, "old.yaml");
    const after = accessFrom(BASE.replace("- name: alice", "- name: alice\n    rotation: 2"), path);
    const changes = diffAccess(before, after);
    expect(renderDiff(changes, before, after)).toContain("(a`b\\n# team\\u{1b}[31m.yaml:10:5)");
    expect(renderDiffMarkdown(changes, before, after)).toContain("(`` a`b\\n# team\\u{1b}[31m.yaml:10:5 ``)");
  });
});
