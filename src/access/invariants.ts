import type { RosterPath } from "../roster/roster";
import { CI_SCHEMAS, DUTY_ROLES, PROD, READ_PROD } from "./names";
import type { AccessPaths } from "./paths";
import { DATABASE, type Identity, includes, type Level, type Schema } from "./plan";

/** A promise of the access model that a plan breaks. */
export interface Violation {
  readonly message: string;
  readonly because: RosterPath;
}

/** One promise of the access model: its statement in words, and where a plan breaks it. */
export interface Invariant {
  readonly number: number;
  readonly promise: string;
  violations(paths: AccessPaths): Violation[];
}

/**
 * The promises of the access model, held against every plan before anything is declared. They read the finished plan
 * and share no code with its derivation, so a mistake there is caught here. The rehearsal holds the same promises
 * against the warehouse by execution.
 */
export const INVARIANTS: readonly Invariant[] = [
  {
    number: 1,
    promise: "only services with duty `prod` can create, write, alter or drop anything in `prod` and `prod_*`",
    violations: (paths) => [
      ...schemasOf(paths, "prod").flatMap((schema) =>
        holders(paths, schema, "write")
          .filter(({ duty }) => duty !== "prod")
          .map((identity) => broken(identity, `\`${identity.name}\` (${identity.duty}) may write \`${schema.name}\``)),
      ),
      ...schemasOf(paths, "prod")
        .filter(({ owner }) => owner !== PROD)
        .map(({ name, because }) => ({ message: `\`${name}\` is not owned by \`${PROD}\``, because })),
    ],
  },
  {
    number: 2,
    promise: "every developer reads every unrestricted `prod` schema and writes none",
    violations: (paths) => {
      const open = new Set(paths.rolesOf(READ_PROD).keys());
      const unrestricted = paths.plan.grants.filter(({ role, privilege }) => privilege === "read" && open.has(role));
      return withDuty(paths, "developer").flatMap((identity) =>
        unrestricted
          .filter(({ target }) => levelOf(paths, identity, target) !== "read")
          .filter(({ target }) => paths.schemas.get(target)?.kind === "prod")
          .map(({ target }) => broken(identity, `\`${identity.name}\` does not just read \`${target}\``)),
      );
    },
  },
  {
    number: 3,
    promise:
      "a developer writes only `<user>` and `<user>_*`; other developers' schemas are closed unless `share: team`",
    violations: (paths) => {
      const shared = new Set(
        paths.plan.grants.filter(({ role }) => role === DUTY_ROLES.developer).map(({ target }) => target),
      );
      const stranger = (schema: Schema, { name, duty }: Identity) =>
        name !== schema.owner && !(duty === "developer" && shared.has(schema.name));
      return [
        ...schemasOf(paths, "personal").flatMap((schema) =>
          [...holders(paths, schema, "write").filter(({ name }) => name !== schema.owner)]
            .concat(holders(paths, schema, "read").filter((identity) => stranger(schema, identity)))
            .map((identity) => broken(identity, `\`${identity.name}\` may use \`${schema.name}\``)),
        ),
        ...schemasOf(paths, "personal")
          .filter(({ name, owner }) => owner === undefined || (name !== owner && !name.startsWith(`${owner}_`)))
          .map(({ name, because }) => ({ message: `\`${name}\` does not carry its owner's name`, because })),
      ];
    },
  },
  {
    number: 4,
    promise: "CI reads `prod`, writes only the `ci_*` schemas of its own making, and cannot create any other schema",
    violations: (paths) => [
      ...withDuty(paths, "ci").flatMap((identity) =>
        paths.plan.schemas
          .filter(({ kind }) => kind !== "throwaway")
          .filter(({ name }) => includes(levelOf(paths, identity, name), "write"))
          .map(({ name }) => broken(identity, `\`${identity.name}\` (ci) may write \`${name}\``)),
      ),
      ...schemasOf(paths, "throwaway").flatMap((schema) =>
        holders(paths, schema, "read")
          .filter(({ duty }) => duty !== "ci")
          .map((identity) => broken(identity, `\`${identity.name}\` (${identity.duty}) may use \`${CI_SCHEMAS}\``)),
      ),
    ],
  },
  {
    number: 5,
    promise:
      "nobody but the deploying admin can create or rename a schema, grant themselves a role, or act as `prod` without the duty",
    violations: (paths) => [
      ...paths.plan.grants
        .filter(({ target, privilege }) => target === DATABASE && privilege !== "connect" && privilege !== "temporary")
        .map(({ role, privilege, because }) => ({
          message: `\`${role}\` has \`${privilege}\` on the database`,
          because,
        })),
      ...paths.plan.identities
        .filter(({ name, duty }) => duty !== "prod" && paths.rolesOf(name).has(PROD))
        .map((identity) => broken(identity, `\`${identity.name}\` (${identity.duty}) may act as \`${PROD}\``)),
      ...paths.plan.identities.flatMap((identity) =>
        identity.memberOf
          .filter(({ role }) => paths.identities.has(role))
          .map(({ role, because }) => ({ message: `\`${identity.name}\` may act as \`${role}\``, because })),
      ),
    ],
  },
  {
    number: 6,
    promise: "removing somebody ends their access: the plan speaks of nobody who is not in it",
    violations: ({ plan, roles, identities, schemas }) => {
      const known = (role: string) => roles.has(role) || identities.has(role);
      const knownTarget = (target: string) => target === DATABASE || schemas.has(target);
      return [
        ...[...plan.roles, ...plan.identities].flatMap(({ name, memberOf }) =>
          memberOf
            .filter(({ role }) => !known(role))
            .map(({ role, because }) => ({
              message: `\`${name}\` is a member of \`${role}\`, which is not declared`,
              because,
            })),
        ),
        ...plan.grants
          .filter(({ role, target }) => !known(role) || !knownTarget(target))
          .map(({ role, target, because }) => ({
            message: `a grant of \`${target}\` to \`${role}\` has no such role or target`,
            because,
          })),
        ...plan.schemas
          .filter(({ owner }) => owner !== undefined && !known(owner))
          .map(({ name, owner, because }) => ({
            message: `\`${name}\` is owned by \`${owner}\`, which is not declared`,
            because,
          })),
      ];
    },
  },
];

function schemasOf(paths: AccessPaths, kind: Schema["kind"]): Schema[] {
  return paths.plan.schemas.filter((schema) => schema.kind === kind);
}

function withDuty(paths: AccessPaths, duty: Identity["duty"]): Identity[] {
  return paths.plan.identities.filter((identity) => identity.duty === duty);
}

function levelOf(paths: AccessPaths, identity: Identity, schema: string): Level {
  return paths.accessTo(schema).get(identity.name)?.level ?? "none";
}

function holders(paths: AccessPaths, schema: Schema, level: Level): Identity[] {
  return [...paths.accessTo(schema.name)]
    .filter(([, access]) => includes(access.level, level))
    .flatMap(([name]) => paths.identities.get(name) ?? []);
}

function broken({ because }: Identity, message: string): Violation {
  return { message, because };
}
