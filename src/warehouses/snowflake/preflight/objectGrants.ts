import { exactly } from "../quote";
import { type GrantGroup, type GrantRow, groupGrants, handover, isPublic, plural, revocation } from "./grantRows";

/**
 * Grants on objects in schemas: those of a kind in a schema together, which one statement mends. Whoever owns some of
 * them hands all of the kind over.
 *
 * @param grants others, on the schemas themselves, are passed over
 * @param keeperOf the role that takes what is in a schema
 */
export function objectProblems(
  database: string,
  grants: readonly GrantRow[],
  acceptedOwnerOf: (schema: string) => string,
): string[] {
  const held = grants.filter(({ path }) => path.length > 2);
  const isOwnership = ({ privilege }: GrantRow) => privilege === "OWNERSHIP";
  const schemaPath = ({ path }: GrantRow) => path.slice(0, 2);
  return [
    ...groupGrants(held.filter(isOwnership).map(asView), schemaPath).map((group) => {
      const [schema, all] = placeOf(database, group);
      return `${whoOf(group)} owns ${kindsOf(group)} in \`${schema}\`: ${handover(all, acceptedOwnerOf(schema))}`;
    }),
    ...groupGrants(
      held.filter((grant) => !isOwnership(grant)),
      schemaPath,
    ).map((group) => {
      const [schema, all] = placeOf(database, group);
      return `${whoOf(group)} has ${group.privileges.join(", ")} on ${kindsOf(group)} in \`${schema}\`: ${revocation(group, all)}`;
    }),
  ];
}

/** There is no statement for materialized views alone ("GRANT OWNERSHIP", usage notes). */
function asView(grant: GrantRow): GrantRow {
  return grant.on === "MATERIALIZED VIEW" ? { ...grant, on: "VIEW" } : grant;
}

function placeOf(database: string, { on, path }: GrantGroup): [string, string] {
  const schema = String(path[1]);
  return [schema, `ALL ${plural(on)} IN SCHEMA ${exactly(database, schema)}`];
}

function kindsOf({ on }: GrantGroup): string {
  return plural(on).toLowerCase();
}

/** Whoever holds a grant, in words. */
function whoOf({ grantee }: GrantGroup): string {
  return isPublic(grantee) ? "everybody" : `\`${grantee.name}\``;
}
