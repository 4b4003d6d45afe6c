import { CI_SCHEMAS, isProdSchema, PROD, schemaName } from "../names";
import type { Roster, RosterPath } from "../roster/roster";
import { type AccessPaths, levelOf } from "./paths";
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
  violations(paths: AccessPaths, roster: Roster): Violation[];
}

/**
 * The promises of the access model, checked on every plan before anything is declared. They compare the finished plan
 * with the roster and share no code with its derivation, so a mistake there is caught here. The rehearsal holds the same
 * promises against the warehouse by execution.
 */
export const INVARIANTS: readonly Invariant[] = [
  {
    number: 1,
    promise: "only services with duty `prod` can create, write, alter or drop anything in `prod` and `prod_*`",
    violations: (paths) => [
      ...productionOf(paths).flatMap((schema) =>
        holders(paths, schema.name, "write")
          .filter(({ duty }) => duty !== "prod")
          .map((identity) => broken(identity, `\`${identity.name}\` (${identity.duty}) may write \`${schema.name}\``)),
      ),
      ...productionOf(paths)
        .filter(({ owner }) => owner !== PROD)
        .map(({ name, because }) => ({ message: `\`${name}\` is not owned by \`${PROD}\``, because })),
    ],
  },
  {
    number: 2,
    promise:
      "every developer reads every unrestricted `prod` schema and writes none; only its readers read a restricted one",
    violations: (paths, roster) => [
      ...withDuty(paths, "developer").flatMap((identity) =>
        openSchemas(roster)
          .filter((schema) => levelOf(paths, identity.name, schema) !== "read")
          .map((schema) => broken(identity, `\`${identity.name}\` does not just read \`${schema}\``)),
      ),
      ...roster.sources.flatMap(({ name: source, readers }) =>
        holders(paths, schemaName(PROD, source), "read")
          .filter(({ name, duty }) => readers !== undefined && duty !== "prod" && !readers.includes(name))
          .map((identity) =>
            broken(
              identity,
              `\`${identity.name}\` may read \`${schemaName(PROD, source)}\` and is none of its readers`,
            ),
          ),
      ),
    ],
  },
  {
    number: 3,
    promise:
      "a developer writes only `<user>` and `<user>_*`; other developers' schemas are closed unless `share: team`",
    violations: (paths, roster) => {
      const sharing = new Set(roster.developers.filter(({ share }) => share === "team").map(({ name }) => name));
      const isShared = ({ owner }: Schema) => owner !== undefined && sharing.has(owner);
      return [
        ...schemasOf(paths, "personal").flatMap((schema) =>
          holders(paths, schema.name, "read")
            .filter(({ name }) => name !== schema.owner)
            .flatMap((identity) => {
              const writes = includes(levelOf(paths, identity.name, schema.name), "write");
              if (!writes && identity.duty === "developer" && isShared(schema)) return [];
              return [broken(identity, `\`${identity.name}\` may ${writes ? "write" : "read"} \`${schema.name}\``)];
            }),
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
    violations: (paths, roster) => [
      ...withDuty(paths, "ci").flatMap((identity) =>
        openSchemas(roster)
          .filter((schema) => levelOf(paths, identity.name, schema) === "none")
          .map((schema) => broken(identity, `\`${identity.name}\` (ci) may not read \`${schema}\``)),
      ),
      ...withDuty(paths, "ci").flatMap((identity) =>
        paths.plan.schemas
          .filter(({ kind }) => kind !== "throwaway")
          .filter(({ name }) => includes(levelOf(paths, identity.name, name), "write"))
          .map(({ name }) => broken(identity, `\`${identity.name}\` (ci) may write \`${name}\``)),
      ),
      ...schemasOf(paths, "throwaway").flatMap((schema) =>
        holders(paths, schema.name, "read")
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
        [...paths.rolesOf(identity.name).keys()]
          .filter((role) => role !== identity.name && paths.identities.has(role))
          .map((role) => broken(identity, `\`${identity.name}\` may act as \`${role}\``)),
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

/** By name, as the promise has it: a schema of another kind could carry production's name. */
function productionOf(paths: AccessPaths): Schema[] {
  return paths.plan.schemas.filter(({ name }) => isProdSchema(name));
}

/** The production schemas that everybody of the team reads. */
function openSchemas(roster: Roster): string[] {
  const open = roster.sources.filter(({ readers }) => readers === undefined);
  return [schemaName(PROD), ...open.map(({ name }) => schemaName(PROD, name))];
}

function withDuty(paths: AccessPaths, duty: Identity["duty"]): Identity[] {
  return paths.plan.identities.filter((identity) => identity.duty === duty);
}

function holders(paths: AccessPaths, schema: string, level: Level): Identity[] {
  const found: Identity[] = [];
  for (const [name, access] of paths.accessTo(schema)) {
    const identity = includes(access.level, level) ? paths.identities.get(name) : undefined;
    if (identity) found.push(identity);
  }
  return found;
}

function broken({ because }: Identity, message: string): Violation {
  return { message, because };
}
