/**
 * The form of `team.yaml`: keys, types and single values. What holds between entries is in checks.ts and generated.ts.
 *
 * The texts given to `describe` are what an editor shows (team.schema.json) and what docs/roster.md lists.
 */
import { z } from "zod";
import { describeValue, quote } from "../messages/quote";
import { DEFAULT_LIMITS, describeDefaults } from "./defaults";
import { NO_LIMIT } from "./roster";
import { PATTERN, RULE_PATTERN, refusePattern, refuseReason, refuseRule } from "./rules/acceptances";
import { refuseClaim } from "./rules/claims";
import { refuseDate } from "./rules/dates";
import { DURATION_PATTERN, formatDuration, MAX_TIMEOUT, MAX_TTL, refuseDuration } from "./rules/durations";
import { NAME_PATTERN, refuseName } from "./rules/naming";
import type { ValueRefusal } from "./rules/valueRefusal";

/** A whole server allows no more connections than this. */
const MAX_CONNECTIONS = 262_143;
/** Each run is a handful of schemas: more than this a warehouse would not bear. */
const MAX_RUNS = 10_000;
/** The largest 32-bit integer: more rotations than anybody lives to see. */
const MAX_ROTATION = 2_147_483_647;

function expected(what: string) {
  return { error: ({ input }: { input?: unknown }) => `expected ${what}, got ${describeValue(input)}` };
}

/** A text that `refuse` has nothing against; its help travels with zod's issue as a parameter. */
function text(what: string, refuse: (text: string) => ValueRefusal, meta: Record<string, unknown> = {}) {
  return z
    .string(expected(what))
    .check((context) => {
      const refusal = refuse(context.value);
      if (!refusal) return;
      const { message, help } = refusal;
      context.issues.push({ code: "custom", message, params: { help }, input: context.value });
    })
    .meta(meta);
}

function choice<const T extends readonly [string, ...string[]]>(values: T) {
  const listed = values.map(quote);
  return z.enum(values, expected(`${listed.slice(0, -1).join(", ")} or ${listed.at(-1)}`));
}

const list = <T extends z.ZodType>(of: T) => z.array(of, expected("a list"));
const wholeNumber = (most: number) => z.int(expected("a whole number")).min(1).max(most);
const DURATION = "a duration such as `15min`";
const age = text(DURATION, (value) => refuseDuration(value, MAX_TTL, "leave the key out for the default"), {
  pattern: DURATION_PATTERN,
});
const timeout = text(
  DURATION,
  (value) => (value === NO_LIMIT ? undefined : refuseDuration(value, MAX_TIMEOUT, "write `none` for no limit")),
  { pattern: `${DURATION_PATTERN}|^${NO_LIMIT}$` },
);
const NUMBER = "a whole number or `none`";
const number = z.union(
  [
    wholeNumber(MAX_CONNECTIONS),
    text(
      NUMBER,
      (value) => (value === NO_LIMIT ? undefined : { message: `expected ${NUMBER}, got ${describeValue(value)}` }),
      { pattern: `^${NO_LIMIT}$` },
    ),
  ],
  expected(NUMBER),
);
const name = text("a name", refuseName, { pattern: NAME_PATTERN });
/** A name that must exist elsewhere in the file; checks.ts looks it up. */
const reference = text("a name", () => undefined);

const limits = {
  statement_timeout: timeout
    .optional()
    .describe(
      `Longest run of one statement. Soft: a session may change it for itself. ${describeDefaults("statementTimeout")}`,
    )
    .meta({ examples: ["15min"] }),
  idle_in_transaction: timeout
    .optional()
    .describe(
      `Longest pause inside an open transaction. Soft: a session may change it for itself. ${describeDefaults("idleInTransaction")}`,
    )
    .meta({ examples: ["5min"] }),
  connections: number
    .optional()
    .describe(
      `Most connections of one identity at the same time. Hard: the warehouse refuses one more. ${describeDefaults("connections")}`,
    )
    .meta({ examples: [8] }),
};
const ownCiLimits = {
  schema_ttl: age
    .optional()
    .describe(
      `Age at which a throw-away schema of CI may be dropped. Duty \`ci\` only. Default: \`${formatDuration(DEFAULT_LIMITS.ci.schemaTtl ?? 0)}\`.`,
    )
    .meta({ examples: ["24h"] }),
  runs: wholeNumber(MAX_RUNS)
    .optional()
    .describe(
      `Most runs that one CI service has open at the same time. Duty \`ci\` only. Default: \`${DEFAULT_LIMITS.ci.runs}\`.`,
    )
    .meta({ examples: [20] }),
};
const ciLimits = { ...limits, ...ownCiLimits };
/** The keys of limits that only CI has. */
export const CI_LIMITS: readonly string[] = Object.keys(ownCiLimits);

const identity = {
  expires: text("a date such as `2027-01-31`", (value) => refuseDate(value))
    .optional()
    .describe(
      "First day (UTC) without access. The password stops working on that day; the next deploy removes the rest.",
    )
    .meta({ format: "date", examples: ["2027-01-31"] }),
  rotation: wholeNumber(MAX_ROTATION)
    .optional()
    .describe("Raise it by one to get a new password. Default: `1`.")
    .meta({ examples: [2] }),
};

const restrictedSource = z
  .strictObject(
    {
      name: name.describe("Name of the source; gives the schemas `prod_<source>` and `<user>_<source>`."),
      readers: list(reference)
        .optional()
        .describe(
          "Makes the source restricted: only these identities, and prod, read it. Developers, and services of duty `ci` or `reader`. Default: every developer and CI.",
        )
        .meta({ examples: [["alice"]] }),
    },
    expected("a name or a mapping with `name`"),
  )
  .describe("A source with settings.");

const developer = z.strictObject(
  {
    name: name.describe("Login of the developer, and prefix of the developer's schemas."),
    email: text("an email address", refuseEmail)
      .optional()
      .describe("Email address, for people who read the roster.")
      .meta({ format: "email", examples: ["alice@example.com"] }),
    ...identity,
    share: choice(["private", "team"])
      .optional()
      .describe("`team`: every developer may read this developer's schemas. Default: `private`."),
    limits: z
      .strictObject(limits, expected("a mapping"))
      .optional()
      .describe("Limits of this developer; each one replaces that of the duty."),
  },
  expected("a mapping with `name`"),
);

const service = z.strictObject(
  {
    name: name.describe("Login of the service."),
    duty: choice(["prod", "ci", "reader"]).describe(
      "What the service is for: `prod` writes production, `ci` tests changes in throw-away schemas, `reader` reads.",
    ),
    sources: list(reference)
      .optional()
      .describe(
        "Sources that the service reads. Duty `reader` only. A restricted source must name the service in its `readers` too. Default: every unrestricted source.",
      )
      .meta({ examples: [["stripe"]] }),
    ...identity,
    limits: z
      .strictObject(ciLimits, expected("a mapping"))
      .optional()
      .describe("Limits of this service; each one replaces that of the duty."),
  },
  expected("a mapping with `name` and `duty`"),
);

const claims = list(text("a claim such as `read prod_hr`", refuseClaim, { pattern: "^(read|write) +[a-z0-9_*]+$" }));

const expectation = z
  .strictObject(
    {
      who: z
        .union([reference, list(reference).min(1)], expected("a name or a list of names"))
        .describe("The identity, or the list of identities, that the claims are about.")
        .meta({ examples: ["alice", ["alice", "metabase"]] }),
      can: claims
        .optional()
        .describe(
          "What each of them must be able to do: `read <schema>` or `write <schema>`; `*` stands for any letters.",
        )
        .meta({ examples: [["read prod_hr"]] }),
      cannot: claims
        .optional()
        .describe("What none of them may be able to do; same form as `can`. One of the two is needed.")
        .meta({ examples: [["write prod_*"]] }),
    },
    expected("a mapping with `who` and `can` or `cannot`"),
  )
  .meta({ anyOf: [{ required: ["can"] }, { required: ["cannot"] }] });

const accepted = text("a name or a pattern", refusePattern, { pattern: PATTERN });

const acceptance = z.strictObject(
  {
    accept: text("the name of a rule", refuseRule, { pattern: RULE_PATTERN })
      .describe("Rule of the findings that are accepted, as `one-env audit` prints it (docs/audit.md).")
      .meta({ examples: ["grant-outside-roster"] }),
    of: z
      .union([accepted, list(accepted).min(1)], expected("a name or a list of names"))
      .describe(
        "Which of them: names that the finding's sentence or path has; `*` stands for any letters. Of a list, it must have all.",
      )
      .meta({ examples: ["metabase", ["metabase", "prod_hr.*"]] }),
    because: text("a reason", refuseReason).describe("Why it is accepted."),
    until: text("a date such as `2027-01-31`", (value) => refuseDate(value, "on which it is a finding again"))
      .describe("First day (UTC) on which it is a finding again: a year ahead at most.")
      .meta({ format: "date", examples: ["2027-01-31"] }),
  },
  expected("a mapping with `accept`, `of`, `because` and `until`"),
);

const dutyLimits = (who: string) => z.strictObject(limits, expected("a mapping")).optional().describe(who);

/** The whole file. */
export const rosterSchema = z.strictObject(
  {
    sources: list(
      z.union([name.describe("A source that every developer and CI may read."), restrictedSource], {
        ...expected("a name or a mapping with `name`"),
      }),
    )
      .min(1)
      .describe("Data domains. Each gives one schema per prefix: `prod_<source>`, `<user>_<source>`.")
      .meta({ examples: [["salesforce", { name: "hr", readers: ["alice"] }]] }),
    developers: list(developer).optional().describe("People: they read production and write their own schemas."),
    services: list(service).optional().describe("Machines that log in, each with one duty."),
    limits: z
      .strictObject(
        {
          developer: dutyLimits("Limits of every developer."),
          prod: dutyLimits("Limits of every service of duty `prod`."),
          ci: z
            .strictObject(ciLimits, expected("a mapping"))
            .optional()
            .describe("Limits of every service of duty `ci`."),
          reader: dutyLimits("Limits of every service of duty `reader`."),
        },
        expected("a mapping"),
      )
      .optional()
      .describe("Limits per duty. Where one is absent the default holds; `none` takes it away."),
    expect: list(expectation)
      .optional()
      .describe("Tests of this file: checked before anything is deployed, and a failing one stops the deployment."),
    audit: list(acceptance)
      .optional()
      .describe("Findings of `one-env audit` that are accepted for a while. Changes nothing in the warehouse."),
  },
  expected("a mapping with `sources`"),
);

/** The file's content once its form is right. */
export type RawRoster = z.infer<typeof rosterSchema>;
export type RawLimits = Partial<Record<keyof typeof ciLimits, string | number>>;

const emailSchema = z.email();

function refuseEmail(value: string): ValueRefusal {
  return emailSchema.safeParse(value).success ? undefined : { message: `${quote(value)} is not an email address` };
}
