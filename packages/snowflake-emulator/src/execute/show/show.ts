/** SHOW <objects>: what the roles see, filtered, sorted and cut as Snowflake does. */

import { isRelation } from "../../catalog/account";
import type { Routine, SchemaObject, Securable } from "../../catalog/securables";
import type { Result } from "../../catalog/session";
import { SnowflakeError, unknownToEmulator } from "../../errors";
import { managesGrants, sees } from "../../privileges/authority";
import type { Viewer } from "../../privileges/resolve";
import type { Listed, ListedInSchemas, Scope, ShowObjects } from "../../sql/show";
import { matchesLike } from "../query/patterns";
import { columnsOf, table } from "../statements/results";
import { DATABASES, NETWORK_POLICIES, RESOURCE_MONITORS, ROLES, USERS, WAREHOUSES } from "./accountListings";
import { type Listing, list } from "./listing";
import {
  DYNAMIC_TABLES,
  NAMED,
  OBJECTS,
  ROUTINES,
  SCHEMAS,
  SEQUENCES,
  STREAMS,
  TABLES,
  TERSE,
  VIEWS,
} from "./objectListings";
import { schemasIn } from "./scopes";
import { showColumns } from "./showColumns";

/** SHOW answers with no more rows than this (pages "SHOW <objects>"); more are had with LIMIT … FROM. */
const MOST_ROWS = 10_000;

export function showObjects(statement: ShowObjects, viewer: Viewer): Result {
  const { account } = viewer.context.session;
  const { listed } = statement;
  switch (listed) {
    case "ROLES":
      return show(statement, viewer, ROLES, account.roles.values(), () => true);
    case "USERS":
      return show(statement, viewer, USERS, account.users.values(), () => true);
    case "WAREHOUSES":
      return show(statement, viewer, WAREHOUSES, account.warehouses.values());
    case "RESOURCE MONITORS":
      return show(statement, viewer, RESOURCE_MONITORS, account.monitors.values());
    case "NETWORK POLICIES":
      return show(statement, viewer, NETWORK_POLICIES, account.networkPolicies.values());
    case "DATABASES":
      return show(statement, viewer, DATABASES, account.databases.values());
    case "SCHEMAS": {
      const schemas = schemasIn(viewer, statement.scope ?? currentDatabase(viewer));
      return show(statement, viewer, statement.terse ? TERSE : SCHEMAS, schemas);
    }
    case "COLUMNS":
      return showColumns(statement, viewer);
    case "REPLICATION DATABASES":
      return table(columnsOf(REPLICATION), []);
    case "PRIMARY KEYS":
    case "VARIABLES":
    case "INTEGRATIONS":
    case "TASKS":
    case "PIPES":
      throw unknownToEmulator(`SHOW ${listed}`);
    default:
      return showInSchemas(statement, viewer, listed);
  }
}

const REPLICATION =
  "snowflake_region created_on:time account_name name comment is_primary primary replication_allowed_to_accounts " +
  "failover_allowed_to_accounts organization_name account_locator";

function showInSchemas(statement: ShowObjects, viewer: Viewer, listed: ListedInSchemas): Result {
  const objects = schemasIn(viewer, statement.scope ?? currentSchema(viewer)).flatMap((schema) => [
    ...schema.objects.values(),
  ]);
  const ofKind = <T extends SchemaObject>(...kinds: T["kind"][]) =>
    objects.filter((each): each is T => kinds.includes(each.kind));
  const terse = <T extends SchemaObject>(listing: Listing<T>) => (statement.terse ? (TERSE as Listing<T>) : listing);
  switch (listed) {
    case "TABLES":
      return show(statement, viewer, terse(TABLES), ofKind("TABLE"));
    case "VIEWS":
      return show(statement, viewer, terse(VIEWS), ofKind("VIEW", "MATERIALIZED VIEW"));
    case "MATERIALIZED VIEWS":
      return show(statement, viewer, terse(VIEWS), ofKind("MATERIALIZED VIEW"));
    case "DYNAMIC TABLES":
      return show(statement, viewer, terse(DYNAMIC_TABLES), ofKind("DYNAMIC TABLE"));
    case "OBJECTS":
      return show(statement, viewer, terse(OBJECTS), objects.filter(isRelation));
    case "PROCEDURES":
    case "USER PROCEDURES":
      return show<Routine>(statement, viewer, ROUTINES, ofKind("PROCEDURE"));
    case "FUNCTIONS":
    case "USER FUNCTIONS":
      return show<Routine>(statement, viewer, ROUTINES, ofKind("FUNCTION"));
    case "STAGES":
      return show(statement, viewer, terse(NAMED), ofKind("STAGE"));
    case "FILE FORMATS":
      return show(statement, viewer, terse(NAMED), ofKind("FILE FORMAT"));
    case "SEQUENCES":
      return show(statement, viewer, terse(SEQUENCES), ofKind("SEQUENCE"));
    case "STREAMS":
      return show(statement, viewer, terse(STREAMS), ofKind("STREAM"));
  }
}

function show<T extends Securable>(
  statement: ShowObjects,
  viewer: Viewer,
  listing: Listing<T>,
  objects: Iterable<T>,
  isShown: (object: T) => boolean = (object) => isListed(viewer, object),
): Result {
  const matching = [...objects].filter((object) => isShown(object) && isNamed(statement, object.name)).sort(byName);
  return list(listing, cut(statement, matching), viewer);
}

/** SHOW lists what the role holds any privilege on; with MANAGE GRANTS, everything. */
function isListed({ authority }: Viewer, object: Securable): boolean {
  return sees(authority, object) || managesGrants(authority);
}

/** LIKE does not mind case, STARTS WITH does. */
function isNamed({ like, startsWith }: ShowObjects, name: string): boolean {
  return (
    (like === null || matchesLike(name, like, { ignoreCase: true })) &&
    (startsWith === null || name.startsWith(startsWith))
  );
}

function byName(one: Securable, other: Securable): number {
  const [a, b] = [placeName(one), placeName(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function placeName(object: Securable): string {
  if (!("parent" in object)) return object.name;
  return `${placeName(object.parent)}\0${object.name}`;
}

/** `LIMIT n FROM 'x'`: the rows that follow the first whose name begins with x. */
function cut<T extends Securable>({ limit, from, listed }: ShowObjects, objects: readonly T[]): readonly T[] {
  const first = from === null ? 0 : objects.findIndex(({ name }) => name.startsWith(from)) + 1;
  if (limit !== null && limit > MOST_ROWS) throw tooManyRows(listed);
  return objects.slice(first, first + Math.min(limit ?? MOST_ROWS, MOST_ROWS));
}

function tooManyRows(listed: Listed): SnowflakeError {
  const message = `The result set size exceeded the max number of rows(${MOST_ROWS}) supported for SHOW statements. Use LIMIT option to limit result set to a smaller number.`;
  return new SnowflakeError("090153", "22000", `${message} (SHOW ${listed})`);
}

/** Without IN: the current database, or the whole account where there is none. */
function currentDatabase({ context }: Viewer): Scope {
  return context.database ? { kind: "DATABASE", path: [] } : { kind: "ACCOUNT", path: [] };
}

function currentSchema(viewer: Viewer): Scope {
  return viewer.context.schema ? { kind: "SCHEMA", path: [] } : currentDatabase(viewer);
}
