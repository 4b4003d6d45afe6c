/** DESCRIBE. */
import { createHash } from "node:crypto";
import type { Relation, Routine, Securable, User } from "../../catalog/securables";
import type { Result } from "../../catalog/session";
import { insufficientPrivileges, unknownToEmulator } from "../../errors";
import { isTableKind } from "../../kinds";
import { managesGrants, owns } from "../../privileges/authority";
import { missing, type Reference, requireObject, type Viewer } from "../../privileges/resolve";
import { isTrue, propertyText } from "../../sql/properties";
import type { Describe } from "../../sql/show";
import { printType } from "../../sql/types";
import { columnsOf, table } from "../statements/results";
import { loginNameOf, secondaryRolesText, seesUser } from "./accountListings";

export function describe({ reference }: Describe, viewer: Viewer): Result {
  const object = requireObject({ ...viewer, asGrantor: true }, reference);
  if (!isDescribedAs(object, reference)) throw missing(viewer, reference);
  switch (object.kind) {
    case "USER":
      return describeUser(object, viewer);
    case "DATABASE":
      return children([...object.schemas.values()]);
    case "SCHEMA":
      return children([...object.objects.values()]);
    case "WAREHOUSE":
      return children([object]);
    case "FUNCTION":
    case "PROCEDURE":
      return describeRoutine(object, viewer);
    case "TABLE":
    case "VIEW":
    case "MATERIALIZED VIEW":
    case "DYNAMIC TABLE":
      return describeRelation(object);
    case "NETWORK POLICY": {
      const rows = [...object.properties].map(([name, value]) => [name, propertyText(value) ?? ""]);
      return table(columnsOf("name value"), rows);
    }
    default:
      throw unknownToEmulator(`DESCRIBE ${object.kind}`);
  }
}

/** DESCRIBE TABLE works on views too ("DESCRIBE TABLE"). */
function isDescribedAs(object: Securable, { kind }: Reference): boolean {
  return object.kind === kind || (isTableKind(object.kind) && isTableKind(kind));
}

function children(objects: readonly Securable[]): Result {
  const rows = objects.map(({ createdOn, name, kind }) => [new Date(createdOn), name, kind]);
  return table(columnsOf("created_on:time name kind"), rows);
}

const RELATION =
  "name type kind null? default primary~key unique~key check expression comment policy~name privacy~domain";

function describeRelation({ columns }: Relation): Result {
  const rows = columns.map(({ name, type, nullable, comment }) => [
    name,
    printType(type),
    "COLUMN",
    nullable ? "Y" : "N",
    null,
    "N",
    "N",
    null,
    null,
    comment || null,
    null,
    null,
  ]);
  return table(columnsOf(RELATION), rows);
}

/** Whoever does not own a procedure with owner's rights does not see its body (page on caller's and owner's rights). */
function describeRoutine(routine: Routine, { authority }: Viewer): Result {
  const isOpen = routine.executeAs === "CALLER" || owns(authority, routine);
  const signature = `(${routine.arguments.map(({ name, type }) => `${name} ${type.name}`).join(", ")})`;
  const returns = routine.returns === "TABLE" ? "TABLE ()" : printType(routine.returns);
  const rows = [
    ["signature", signature],
    ["returns", returns],
    ["language", routine.language],
    ["null handling", "CALLED ON NULL INPUT"],
    ["volatility", "VOLATILE"],
    ["execute as", routine.executeAs],
    ...(isOpen ? [["body", routine.body]] : []),
  ];
  return table(
    columnsOf("property value"),
    rows.filter(([name]) => routine.kind === "PROCEDURE" || name !== "execute as"),
  );
}

/** The properties that DESCRIBE USER lists ("DESCRIBE USER"): the owner, an administrator of users, or the user. */
function describeUser(user: User, viewer: Viewer): Result {
  const isSelf = viewer.context.session.user === user;
  if (!isSelf && !seesUser(viewer, user) && !managesGrants(viewer.authority))
    throw insufficientPrivileges("user", user.name);
  const text = (name: string) => propertyText(user.properties.get(name)) ?? null;
  const flag = (name: string) => String(isTrue(user.properties.get(name)));
  const properties: Readonly<Record<string, string | null>> = {
    NAME: user.name,
    COMMENT: user.comment || null,
    DISPLAY_NAME: text("DISPLAY_NAME") ?? user.name,
    TYPE: text("TYPE"),
    LOGIN_NAME: loginNameOf(user),
    FIRST_NAME: text("FIRST_NAME"),
    MIDDLE_NAME: text("MIDDLE_NAME"),
    LAST_NAME: text("LAST_NAME"),
    EMAIL: text("EMAIL"),
    PASSWORD: user.properties.has("PASSWORD") ? "********" : null,
    MUST_CHANGE_PASSWORD: flag("MUST_CHANGE_PASSWORD"),
    DISABLED: flag("DISABLED"),
    SNOWFLAKE_LOCK: "false",
    SNOWFLAKE_SUPPORT: "false",
    DAYS_TO_EXPIRY: text("DAYS_TO_EXPIRY"),
    MINS_TO_UNLOCK: text("MINS_TO_UNLOCK"),
    DEFAULT_WAREHOUSE: text("DEFAULT_WAREHOUSE"),
    DEFAULT_NAMESPACE: text("DEFAULT_NAMESPACE"),
    DEFAULT_ROLE: text("DEFAULT_ROLE"),
    DEFAULT_SECONDARY_ROLES: secondaryRolesText(user) ?? null,
    EXT_AUTHN_DUO: "false",
    EXT_AUTHN_UID: null,
    HAS_MFA: "false",
    MINS_TO_BYPASS_MFA: text("MINS_TO_BYPASS_MFA"),
    MINS_TO_BYPASS_NETWORK_POLICY: null,
    RSA_PUBLIC_KEY: text("RSA_PUBLIC_KEY"),
    RSA_PUBLIC_KEY_FP: fingerprint(text("RSA_PUBLIC_KEY")),
    RSA_PUBLIC_KEY_LAST_SET_TIME: null,
    RSA_PUBLIC_KEY_2: text("RSA_PUBLIC_KEY_2"),
    RSA_PUBLIC_KEY_2_FP: fingerprint(text("RSA_PUBLIC_KEY_2")),
    RSA_PUBLIC_KEY_2_LAST_SET_TIME: null,
    PASSWORD_LAST_SET_TIME: null,
    CUSTOM_LANDING_PAGE_URL: null,
    CUSTOM_LANDING_PAGE_URL_FLUSH_NEXT_UI_LOAD: "false",
  };
  const rows = Object.entries(properties).map(([name, value]) => {
    const isFlag = value === "true" || value === "false";
    return [name, value ?? "null", isFlag ? "false" : "null", ""];
  });
  return table(columnsOf("property value default description"), rows);
}

/** `SHA256:` and the digest of a public key's DER: what a login's JWT names the key by ("Key-pair authentication"). */
export function fingerprint(key: string | null): string | null {
  return key && `SHA256:${createHash("sha256").update(Buffer.from(key, "base64")).digest("base64")}`;
}
