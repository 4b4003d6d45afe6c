import type { DatedAccess } from "./dated";
import { ACTIONS, type Action, decide, decideRole, findSchema, UnknownName } from "./decide";
import { entriesOf } from "./diff/status";
import type { AccessPaths, Step } from "./paths";
import { includes, type Level, type Schema } from "./plan";

/** Acting as a role (`SET ROLE`); its target is a role, that of all other actions a schema. */
export const ACT_AS = "act as";

export type ExplainedAction = Action | typeof ACT_AS;

/** Every action that can be explained. */
export const EXPLAINED_ACTIONS = [...(Object.keys(ACTIONS) as Action[]), ACT_AS] as const;

/** Why somebody may do something, or may not. */
export interface Explanation {
  readonly who: string;
  readonly action: ExplainedAction;
  readonly target: string;
  readonly allowed: boolean;
  /** For an allowed action the whole way to it; for a denied one what is missing, then what there is instead. */
  readonly reasons: readonly Step[];
  /** What else could give it, and whether it does: objects of tomorrow, PUBLIC. */
  readonly besides: readonly Step[];
  /** For a denied action those who may. */
  readonly instead: readonly string[];
}

/**
 * Why an identity may do something, or may not.
 *
 * @param target a schema, an object in one (`prod_stripe.charges`), or a role for {@link ACT_AS}
 * @throws UnknownName
 */
export function explain(access: DatedAccess, who: string, action: ExplainedAction, target: string): Explanation {
  const { paths } = access;
  const found = action === ACT_AS ? undefined : schemaOf(paths, target);
  const about = { who, action, target: found?.target ?? target };
  const ended = endedAccess(access, who);
  const others = paths.plan.identities.map(({ name }) => name).filter((name) => name !== who);
  const mayToo = (name: string) => answer(paths, name, action, about.target).allowed;
  // Whoever asks about somebody whose access has ended asks with a name that is right.
  const decision = ended ? { allowed: false, reasons: [ended] } : answer(paths, who, action, about.target);
  const instead = decision.allowed ? [] : others.filter(mayToo);
  if (!found || ended) return { ...about, ...decision, besides: [], instead };
  return {
    ...about,
    allowed: decision.allowed,
    reasons: [...decision.reasons, ...(decision.allowed ? [] : missingRoles(paths, who, action, found.schema))],
    besides: besides(paths, who, found.schema),
    instead,
  };
}

function answer(paths: AccessPaths, who: string, action: ExplainedAction, target: string) {
  return action === ACT_AS ? decideRole(paths, who, target) : decide(paths, who, action, target);
}

function endedAccess(access: DatedAccess, who: string): Step | undefined {
  if (access.paths.identities.has(who)) return undefined;
  const entry = entriesOf(access).get(who);
  if (!entry) throw new UnknownName("identity", who);
  return { text: `the access of \`${who}\` ended on ${entry.expires}`, because: `${entry.path}.expires` };
}

/** The schema of a name, and of an object in it: rights are given per schema. */
function schemaOf(paths: AccessPaths, target: string): { target: string; schema: Schema } {
  const name = target.split(".", 1)[0] ?? target;
  return { target: name, schema: findSchema(paths, name) };
}

/** The roles that would give it, which the identity does not have. */
function missingRoles(paths: AccessPaths, who: string, action: ExplainedAction, schema: Schema): Step[] {
  const needed: Level | null = action === ACT_AS ? null : ACTIONS[action];
  if (needed === null) return [];
  const has = paths.rolesOf(who);
  const lacks = (role: string, may: string, because: Step["because"]): Step[] =>
    has.has(role) ? [] : [{ text: `\`${who}\` is not a member of \`${role}\`, which ${may} it`, because }];
  const { name, owner, because } = schema;
  const owning = owner !== undefined && paths.roles.has(owner) ? lacks(owner, "owns", because) : [];
  const granted = paths.plan.grants
    .filter(({ target, privilege }) => target === name && includes(privilege === "write" ? "write" : "read", needed))
    .flatMap((grant) => lacks(grant.role, `may ${grant.privilege}`, grant.because));
  return [...granted, ...owning];
}

function besides(paths: AccessPaths, who: string, { name, owner, kind, because }: Schema): Step[] {
  const access = paths.accessTo(name).get(who);
  const maker = owner === undefined ? "the CI service that opens it" : `\`${owner}\``;
  const tomorrow = (): Step => {
    switch (access?.level) {
      case "own":
        return { text: `objects that do not exist yet belong to ${maker} as well`, because };
      case "write":
        return { text: `objects that do not exist yet belong to ${maker}, in its own schemas`, because };
      case "read":
        return {
          text: `objects that do not exist yet are covered: what ${maker} makes there can be read at once`,
          because: access.power.because,
        };
      default:
        return {
          text: `objects that do not exist yet: what ${maker} makes there is open to no role of \`${who}\``,
          because,
        };
    }
  };
  const scope =
    kind === "throwaway"
      ? [{ text: "a CI schema is open to the service that opened it, and to no other", because }]
      : [];
  return [...scope, tomorrow(), { text: `PUBLIC has no privilege in \`${name}\`: nothing comes from there`, because }];
}
