/** An account and the roles that it is born with ("Overview of access control", system-defined roles). */
import { ACCOUNT_OBJECT_KINDS, type AccountObjectKind, isRoutineKind, isTableKind, type Kind } from "../kinds";
import type {
  AccountObject,
  Database,
  Grant,
  NetworkPolicy,
  Relation,
  ResourceMonitor,
  Role,
  RoleGrant,
  Routine,
  Schema,
  SchemaObject,
  Securable,
  SecurableOf,
  User,
  Warehouse,
} from "./securables";

/** Everything there is. Names are keys; a rename moves the key, and the object stays the same. */
export class Account {
  readonly roles = new Map<string, Role>();
  readonly users = new Map<string, User>();
  readonly warehouses = new Map<string, Warehouse>();
  readonly monitors = new Map<string, ResourceMonitor>();
  readonly networkPolicies = new Map<string, NetworkPolicy>();
  readonly databases = new Map<string, Database>();
  readonly droppedDatabases: Database[] = [];
  /** Whether owners may give their objects to any role, as before behavior change 2395 (bundle 2026_07). */
  ownershipGifts = false;
  /** Told of each statement of a procedure or block before it runs. */
  beforeInner: (text: string) => void = () => {};
  /** The account as a securable: global privileges are grants on it. */
  readonly self: AccountObject;
  private readonly objects: { readonly [K in AccountObjectKind]: Map<string, SecurableOf<K>> } = {
    ROLE: this.roles,
    USER: this.users,
    WAREHOUSE: this.warehouses,
    "RESOURCE MONITOR": this.monitors,
    "NETWORK POLICY": this.networkPolicies,
    DATABASE: this.databases,
  };

  /** @param now the clock: milliseconds since 1970 */
  constructor(
    readonly organization: string,
    readonly name: string,
    readonly now: () => number,
  ) {
    this.self = { ...this.born(name, null), kind: "ACCOUNT", parameters: new Map() };
    for (const role of SYSTEM_ROLES) this.roles.set(role, { ...this.born(role, null), kind: "ROLE", holds: [] });
    for (const [role, held] of SYSTEM_HIERARCHY) this.role(role).holds.push(this.roleGrant(this.role(held), null));
    for (const [role, privileges] of Object.entries(SYSTEM_PRIVILEGES)) {
      for (const privilege of privileges) this.self.grants.push(this.grantOf(privilege, this.role(role), null, true));
    }
  }

  /** Where the objects of a kind are, by name. */
  mapOf<K extends AccountObjectKind>(kind: K): Map<string, SecurableOf<K>> {
    return this.objects[kind];
  }

  /** What every new object has. */
  born(name: string, owner: Role | null) {
    return { name, owner, comment: "", createdOn: this.now(), grants: [] as Grant[] };
  }

  role(name: string): Role {
    const role = this.roles.get(name);
    if (!role) throw new Error(`there is no role ${name}`);
    return role;
  }

  roleGrant(role: Role, by: Role | null): RoleGrant {
    return { role, by, createdOn: this.now() };
  }

  grantOf(privilege: string, to: Role, by: Role | null, grantOption: boolean): Grant {
    return { privilege, to, by, grantOption, createdOn: this.now() };
  }

  *schemas(): Iterable<Schema> {
    for (const database of this.databases.values()) yield* database.schemas.values();
  }

  *securables(): Iterable<Securable> {
    yield this.self;
    for (const kind of ACCOUNT_OBJECT_KINDS) yield* this.mapOf(kind).values();
    for (const schema of this.schemas()) {
      yield schema;
      yield* schema.objects.values();
    }
  }

  /** Also what was dropped and may come back: a role that goes must leave those too. */
  *everything(): Iterable<Securable> {
    yield* this.securables();
    for (const database of [...this.databases.values(), ...this.droppedDatabases]) {
      if (this.droppedDatabases.includes(database)) yield* contentOf(database);
      for (const schema of database.dropped) yield* contentOfSchema(schema);
      for (const schema of database.schemas.values()) yield* schema.dropped;
    }
  }
}

function* contentOf(database: Database): Iterable<Securable> {
  yield database;
  for (const schema of database.schemas.values()) yield* contentOfSchema(schema);
}

function* contentOfSchema(schema: Schema): Iterable<Securable> {
  yield schema;
  yield* schema.objects.values();
  yield* schema.dropped;
}

const SYSTEM_ROLES = ["ORGADMIN", "ACCOUNTADMIN", "SECURITYADMIN", "USERADMIN", "SYSADMIN", "PUBLIC"];

const SYSTEM_HIERARCHY = [
  ["ACCOUNTADMIN", "SECURITYADMIN"],
  ["ACCOUNTADMIN", "SYSADMIN"],
  ["SECURITYADMIN", "USERADMIN"],
] as const;

/** "Access control privileges", global privileges: who has them to begin with. */
const SYSTEM_PRIVILEGES: Readonly<Record<string, readonly string[]>> = {
  USERADMIN: ["CREATE USER", "CREATE ROLE"],
  SECURITYADMIN: ["MANAGE GRANTS", "CREATE NETWORK POLICY", "ATTACH POLICY"],
  SYSADMIN: ["CREATE DATABASE", "CREATE WAREHOUSE"],
  ACCOUNTADMIN: [
    ...["CREATE INTEGRATION", "CREATE RESOURCE MONITOR", "EXECUTE TASK", "EXECUTE MANAGED TASK", "MONITOR USAGE"],
    ...["MONITOR EXECUTION", "CREATE SHARE", "IMPORT SHARE", "AUDIT", "MANAGE WAREHOUSES", "APPLY MASKING POLICY"],
    ...["APPLY ROW ACCESS POLICY", "APPLY TAG", "OVERRIDE SHARE RESTRICTIONS", "MANAGE ACCOUNT SUPPORT CASES"],
  ],
};

/**
 * Where an object stands in its schema. Tables and views of every sort share their names; routines are told apart by
 * the types of their arguments; a temporary table hides the permanent one of its name, in its session only
 * ("Working with temporary and transient tables").
 */
export function objectKey(kind: Kind, name: string, detail: { signature?: string; sessionId?: number } = {}): string {
  const space = isTableKind(kind) ? `TABLE${detail.sessionId ?? ""}` : kind;
  return `${space}:${name}${isRoutineKind(kind) ? (detail.signature ?? "()") : ""}`;
}

export function isRelation(object: Securable): object is Relation {
  return isTableKind(object.kind);
}

/** Whether an object goes with the session that made it. */
export function isTemporary(object: SchemaObject): boolean {
  return (object.kind === "TABLE" && object.persistence === "temporary") || ("temporary" in object && object.temporary);
}

export function keyOf(object: SchemaObject): string {
  for (const [key, each] of object.parent.objects) if (each === object) return key;
  throw new Error(`${object.name} is not in its schema`);
}

/** `(VARCHAR, NUMBER)`: what tells routines of a name apart. */
export function signatureOf({ arguments: args }: Pick<Routine, "arguments">): string {
  return `(${args.map(({ type }) => type.name).join(", ")})`;
}
