import { CI_SCHEMAS, isCiSchema } from "../names";
import type { Problem } from "../roster/problem";
import { type Claim, formatPosition, locate, type Roster } from "../roster/roster";
import { type Decision, decide } from "./decide";
import { allSchemas } from "./derive";
import type { AccessPaths } from "./paths";
import { fits } from "./pattern";
import type { Schema } from "./plan";

/**
 * The roster's own tests, checked on its plan. A target that fits no schema is a problem: a claim about nothing
 * must not pass.
 */
export function expectationProblems(roster: Roster, paths: AccessPaths): Problem[] {
  return roster.expect.flatMap(({ who, can, cannot }) =>
    who
      // An identity whose access has ended is not in the plan, and neither are its schemas. Time alone must not turn a
      // good roster into a bad one.
      .filter((name) => paths.identities.has(name))
      .flatMap((name) => [
        ...can.flatMap((claim) => claimProblems(roster, paths, name, claim, true)),
        ...cannot.flatMap((claim) => claimProblems(roster, paths, name, claim, false)),
      ]),
  );
}

function claimProblems(roster: Roster, paths: AccessPaths, who: string, claim: Claim, expected: boolean): Problem[] {
  const schemas = matching(paths.plan.schemas, claim.target);
  const position = locate(roster, claim.path);
  if (schemas.length === 0 && matching(allSchemas(roster), claim.target).length === 0) {
    const message = `expectation about \`${claim.target}\`, which fits no schema`;
    return [
      {
        severity: "error",
        position,
        message,
        help: "schemas are `<prefix>` and `<prefix>_<source>`; `*` fits any text",
      },
    ];
  }
  return schemas.flatMap(({ name }) => {
    const decision = decide(paths, who, claim.action, name);
    if (decision.allowed === expected) return [];
    const words = (allowed: boolean) => (allowed ? "ALLOWED" : "DENIED");
    const message = `\`${who}\` may ${claim.action} \`${name}\`: expected ${words(expected)}, got ${words(!expected)}`;
    return [{ severity: "error" as const, position, message, because: because(roster, decision) }];
  });
}

/** The reasons of a decision, each with its roster line. */
export function because(roster: Roster, { reasons }: Decision): string {
  return reasons.map(({ text, because }) => `${text} (${formatPosition(locate(roster, because))})`).join("; ");
}

/** The schemas that a name or a pattern with `*` fits; those that CI opens are all one schema to the plan. */
export function matching(schemas: readonly Schema[], target: string): Schema[] {
  return schemas.filter(({ name }) => fits(name, target) || (name === CI_SCHEMAS && isCiSchema(target)));
}
