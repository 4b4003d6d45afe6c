/** What somebody's own session on Snowflake can do, compared with the plan. */
import { randomBytes } from "node:crypto";
import type { DatedAccess } from "../../access/dated";
import { type AccessPaths, levelOf } from "../../access/paths";
import { type Identity, includes } from "../../access/plan";
import { checkTarget, checkVariables, unknownLogin, variablesHelp } from "../../environment/doctor";
import { type DoctorFinding, describeTries, HELP, type Try } from "../../environment/finding";
import { identityNamed } from "../../load/identity";
import { quote } from "../../messages/quote";
import { CI_SCHEMA, procedureName, schemaName } from "../../names";
import { loginFromEnvironment, type SnowflakeLogin } from "./connect";
import { computeOf, roleOf } from "./environment";
import { identifier, snowflakeName } from "./quote";
import { openSession, type Session } from "./session";

/** Insufficient privileges, and "does not exist or not authorized": a missing right gives one or the other. */
const DENIALS = ["003001", "002003"];

type Failure = Error & { readonly code?: unknown };

interface DoctorSession {
  readonly session: Session;
  readonly login: SnowflakeLogin;
  readonly paths: AccessPaths;
  readonly identity: Identity;
}

/** Logs in as the SNOWFLAKE_* variables say, and tries what the roster allows and what it does not. */
export async function diagnose(access: DatedAccess, who: string | undefined): Promise<DoctorFinding[]> {
  const login = loginFromEnvironment();
  const user = login.user.toLowerCase();
  const unknown = unknownLogin(access, user);
  let session: Session;
  try {
    session = await openSession(login);
  } catch (error) {
    return [unknown ?? explainRefusal(error as Failure, login)];
  }
  try {
    const [seen = {}] = await session.query("select current_version() as VERSION");
    const account = `${login.organizationName}-${login.accountName}`;
    const text = `logs in as ${snowflakeName(user)} to ${account}, Snowflake ${seen.VERSION}`;
    if (unknown) return [{ ok: true, text }, unknown];
    if (who !== undefined && who !== user) {
      const wrong = `the login is ${quote(user)}, not ${quote(who)}`;
      return [
        { ok: true, text },
        { ok: false, text: wrong, help: `set SNOWFLAKE_USER=${snowflakeName(who)} and its key` },
      ];
    }
    return [
      { ok: true, text },
      ...(await examine({ session, login, paths: access.paths, identity: identityNamed(access, user) })),
    ];
  } finally {
    await session.close();
  }
}

/** Why Snowflake lets somebody not in, and what to do about it. */
function explainRefusal({ code, message }: Failure, { user, role }: SnowflakeLogin): DoctorFinding {
  const wrong = (text: string, help: string): DoctorFinding => ({
    ok: false,
    text: `${text}: ${message} (${code})`,
    help,
  });
  switch (String(code)) {
    case "390144":
      return wrong(
        `the key is not ${quote(user)}'s`,
        "its public half belongs into the stack's `one-environment:publicKeys`; if it is there, ask for a `pulumi up`",
      );
    case "390101":
      return wrong(`${quote(user)} is disabled`, "its access has ended, or somebody has ended it");
    case "390189":
      return wrong(`${quote(role ?? "")} is not ${quote(user)}'s role`, "`one-env env` prints SNOWFLAKE_ROLE");
    default:
      return wrong("cannot log in", "check SNOWFLAKE_ACCOUNT, and whether this network may reach it");
  }
}

async function examine(doctorSession: DoctorSession): Promise<DoctorFinding[]> {
  const { session, login, paths, identity } = doctorSession;
  const standing = await checkSession(doctorSession);
  let owners: ReadonlyMap<string, string>;
  try {
    const rows = await session.query(`show schemas in database ${identifier(login.database)}`);
    owners = new Map(rows.map(({ name, owner }) => [String(name).toLowerCase(), String(owner)]));
  } catch (error) {
    const text = `cannot use database ${quote(login.database)}: ${(error as Failure).message.trim()}`;
    return [...standing, { ok: false, text, help: `check SNOWFLAKE_DATABASE; else ${HELP.deploy}` }];
  }
  const declared = paths.plan.schemas.map(({ name }) => name).filter((name) => owners.has(name));
  return [
    ...standing,
    ...checkSchemas(doctorSession, owners),
    ...describeTries(await tryWrites(doctorSession, owners), "dropped again", DENIALS.join(" or ")),
    ...checkTarget(identity, declared, process.env),
    ...checkVariables(identity, process.env),
    ...checkCompute(identity, process.env.SNOWFLAKE_WAREHOUSE),
  ];
}

async function checkSession({ session, identity }: DoctorSession): Promise<DoctorFinding[]> {
  const [row = {}] = await session.query(
    `select current_role() as "role", current_warehouse() as "warehouse", current_secondary_roles() as "secondary"`,
  );
  const [role, compute] = [String(row.role), row.warehouse === null ? "none" : String(row.warehouse)];
  const [wantedRole, wantedCompute] = [roleOf(identity), computeOf(identity)];
  // `{"roles":"","value":""}`, or `ALL`.
  const hasMore = /ALL/.test(String(row.secondary));
  return [
    role === wantedRole
      ? { ok: true, text: `session of ${identity.name} (${identity.duty}), with the role ${role}` }
      : { ok: false, text: `the session's role is ${quote(role)}, not ${quote(wantedRole)}`, help: HELP.deploy },
    compute === wantedCompute
      ? { ok: true, text: `computes on ${compute}` }
      : {
          ok: false,
          text: `the session's warehouse is ${quote(compute)}, not ${quote(wantedCompute)}`,
          help: HELP.deploy,
        },
    ...(hasMore
      ? [{ ok: false, text: "secondary roles are in use: all of the user's rights count at once", help: HELP.outside }]
      : []),
  ];
}

/** What dbt and drivers would compute on: our own session starts with the user's default. */
function checkCompute(identity: Identity, found: string | undefined): DoctorFinding[] {
  const wanted = computeOf(identity);
  if (!found || found.toUpperCase() === wanted) return [];
  const text = `SNOWFLAKE_WAREHOUSE is ${quote(found)}, and should be ${quote(wanted)}`;
  return [{ ok: false, text, help: variablesHelp(identity) }];
}

/** A schema is visible to whoever has any right in it. */
function checkSchemas(doctorSession: DoctorSession, owners: ReadonlyMap<string, string>): DoctorFinding[] {
  const role = roleOf(doctorSession.identity);
  const [owned, read]: [string[], string[]] = [[], []];
  const wrong: DoctorFinding[] = [];
  for (const { name, kind } of doctorSession.paths.plan.schemas) {
    if (kind === "throwaway") continue;
    const wanted = levelOf(doctorSession.paths, doctorSession.identity.name, name);
    const owner = owners.get(name);
    if (owner === undefined && wanted !== "none")
      wrong.push({
        ok: false,
        text: `schema ${quote(name)} does not exist, or is closed to ${role}`,
        help: HELP.gone,
      });
    else if (owner !== undefined && wanted === "none")
      wrong.push({ ok: false, text: `${quote(name)}: visible, and the roster says none`, help: HELP.outside });
    else if ((owner === role) !== (wanted === "own") && owner !== undefined)
      wrong.push({
        ok: false,
        text: `${quote(name)}: owned by ${quote(owner)}, the roster says ${wanted}`,
        help: HELP.deploy,
      });
    else if (wanted === "own") owned.push(name);
    else if (wanted !== "none") read.push(name);
  }
  return [
    ...(owned.length > 0 ? [{ ok: true, text: `owns ${owned.join(", ")}` }] : []),
    ...(read.length > 0 ? [{ ok: true, text: `reads ${read.join(", ")}` }] : []),
    ...wrong,
  ];
}

/** Makes a table, and drops it, in production and in whatever is the identity's own. */
async function tryWrites(doctorSession: DoctorSession, owners: ReadonlyMap<string, string>): Promise<Try[]> {
  const tries: Try[] = [];
  for (const { name, kind } of doctorSession.paths.plan.schemas) {
    const expected = includes(levelOf(doctorSession.paths, doctorSession.identity.name, name), "write");
    if (kind === "throwaway") {
      if (expected) tries.push(await attempt(name, expected, () => useRun(doctorSession)));
    } else if (kind === "prod" || (expected && owners.has(name))) {
      tries.push(await attempt(name, expected, () => makeTable(doctorSession, name)));
    }
  }
  return tries;
}

async function attempt(schema: string, expected: boolean, work: () => Promise<unknown>): Promise<Try> {
  try {
    await work();
    return { schema, expected, allowed: true, isDenial: false, got: "it works" };
  } catch (error) {
    const { code, message } = error as Failure;
    const got = `${message.replaceAll(/\s+/g, " ")} (${code})`;
    return { schema, expected, allowed: false, isDenial: DENIALS.includes(String(code)), got };
  }
}

/** Under a name that nobody else has. */
async function makeTable({ session, login }: DoctorSession, schema: string): Promise<void> {
  const table = identifier(login.database, schema, `one_env_doctor_${randomBytes(6).toString("hex")}`);
  await session.query(`create table ${table} (ID int)`);
  await session.query(`drop table ${table}`);
}

async function useRun(doctorSession: DoctorSession): Promise<void> {
  const { session, login, identity } = doctorSession;
  const run = `doctor_${randomBytes(6).toString("hex")}`;
  const procedure = (name: string) => identifier(login.database, CI_SCHEMA, procedureName(name, identity.name));
  await session.query(`call ${procedure("open")}(?)`, [run]);
  try {
    await makeTable(doctorSession, schemaName(CI_SCHEMA, run));
  } finally {
    await session.query(`call ${procedure("close")}(?)`, [run]);
  }
}
