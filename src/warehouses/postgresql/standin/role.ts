import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { type ResourceKind, setOf } from "../../../standin/kind";
import { type Admin, execute } from "../admin";
import { identifier, literal } from "../quote";
import { asMemberOf, grant, membershipsOf, revoke } from "./memberships";

const inputs = z.strictObject({
  name: z.string().min(1),
  login: z.boolean().default(false),
  inherit: z.boolean().default(true),
  password: z.string().min(1).optional(),
  roles: setOf(z.string()).default([]),
  /** Milliseconds; 0 stands for none. */
  statementTimeout: z.int().min(0).default(0),
  idleInTransactionSessionTimeout: z.int().min(0).default(0),
  connectionLimit: z.int().min(-1).default(-1),
  validUntil: z.string().min(1).default("infinity"),
  assumeRole: z.string().default(""),
});
type RoleInputs = z.output<typeof inputs>;

/** `postgresql.Role`. Nothing in it forces a replacement: even the name is changed in place. */
export const role: ResourceKind<Admin, RoleInputs> = {
  inputs,
  replacedBy: [],

  async create(admin, wanted) {
    const options = [
      ...(wanted.password === undefined ? [] : [passwordOption(wanted.password)]),
      validityOption(wanted),
      limitOption(wanted),
      "nosuperuser nocreatedb nocreaterole nobypassrls noreplication",
      inheritOption(wanted),
      loginOption(wanted),
    ];
    await execute(admin, `create role ${identifier(wanted.name)} ${options.join(" ")}`);
    await join(admin, wanted);
    await configure(admin, wanted);
  },

  async update(admin, before, after) {
    const changed = (...properties: (keyof RoleInputs)[]) => properties.some((p) => before[p] !== after[p]);
    if (changed("name"))
      await execute(admin, `alter role ${identifier(before.name)} rename to ${identifier(after.name)}`);
    const options = [
      // An MD5 password is salted with the name and would be void after a rename.
      ...(changed("password", "name") && after.password !== undefined ? [passwordOption(after.password)] : []),
      ...(changed("connectionLimit") ? [limitOption(after)] : []),
      ...(changed("inherit") ? [inheritOption(after)] : []),
      ...(changed("login") ? [loginOption(after)] : []),
      ...(changed("validUntil") ? [validityOption(after)] : []),
    ];
    for (const option of options) await execute(admin, `alter role ${identifier(after.name)} ${option}`);
    // All memberships, whatever has changed and whoever granted them.
    for (const group of await membershipsOf(admin, after.name)) await revoke(admin, group, after.name);
    await join(admin, after);
    await configure(admin, after, before);
  },

  async remove(admin, { name }) {
    await asMemberOf(admin, [name], async () => {
      await execute(admin, `reassign owned by ${identifier(name)} to ${identifier(admin.user)}`);
      await execute(admin, `drop owned by ${identifier(name)}`);
    });
    await execute(admin, `drop role ${identifier(name)}`);
  },

  async adopt(admin, wanted) {
    const found = await read(admin, wanted.name);
    // A password cannot be read back, so a login's is always set.
    if (isDeepStrictEqual(found, wanted)) return false;
    await role.update(admin, found, wanted);
    return true;
  },
};

/** A role as it is, in the terms of the provider. */
async function read(admin: Admin, name: string): Promise<RoleInputs> {
  const sql = `
    select rolcanlogin as login, rolinherit as inherit, rolconnlimit as "connectionLimit",
           coalesce(rolvaliduntil::text, 'infinity') as "validUntil", coalesce(rolconfig, '{}') as settings
      from pg_roles where rolname = $1`;
  const { rows } = await admin.client.query<Omit<RoleInputs, "name" | "roles"> & { settings: string[] }>(sql, [name]);
  const [{ settings = [], ...attributes } = {}] = rows;
  const setting = (key: string) => settings.find((each) => each.startsWith(`${key}=`))?.slice(key.length + 1);
  return inputs.parse({
    name,
    ...attributes,
    roles: await membershipsOf(admin, name),
    assumeRole: setting("role") ?? "",
    ...Object.fromEntries(TIMEOUTS.map(([key, property]) => [property, Number(setting(key) ?? 0)])),
  });
}

async function join(admin: Admin, { name, roles }: RoleInputs): Promise<void> {
  for (const group of roles) await grant(admin, group, name);
}

/** The settings that its sessions start with. The search path is set every time, the others when they change. */
async function configure(admin: Admin, after: RoleInputs, before?: RoleInputs): Promise<void> {
  const alter = (what: string) => execute(admin, `alter role ${identifier(after.name)} ${what}`);
  await alter("set search_path to default");
  for (const [setting, property] of TIMEOUTS) {
    const value = after[property];
    if (value !== (before?.[property] ?? 0))
      await alter(value === 0 ? `reset ${setting}` : `set ${setting} to ${value}`);
  }
  if (after.assumeRole !== (before?.assumeRole ?? ""))
    await alter(after.assumeRole === "" ? "reset role" : `set role to ${identifier(after.assumeRole)}`);
}

const TIMEOUTS = [
  ["statement_timeout", "statementTimeout"],
  ["idle_in_transaction_session_timeout", "idleInTransactionSessionTimeout"],
] as const;

const passwordOption = (password: string) => `password ${literal(password)}`;
const validityOption = ({ validUntil }: RoleInputs) => `valid until ${literal(validUntil)}`;
const limitOption = ({ connectionLimit }: RoleInputs) => `connection limit ${connectionLimit}`;
const inheritOption = ({ inherit }: RoleInputs) => (inherit ? "inherit" : "noinherit");
const loginOption = ({ login }: RoleInputs) => (login ? "login" : "nologin");
