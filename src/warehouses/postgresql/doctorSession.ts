/** What a session can do, by the database's catalog and by trying, compared with the plan. */
import type { Client } from "pg";
import { type AccessPaths, levelOf } from "../../access/paths";
import { type Identity, includes, type Level } from "../../access/plan";
import { checkTarget, checkVariables } from "../../environment/doctor";
import { type DoctorFinding, describeTries, HELP, type Try } from "../../environment/finding";
import { runPrefix } from "../../environment/run";
import { quote } from "../../messages/quote";
import type { Statement } from "../../proof/statement";
import { formatDuration } from "../../roster/rules/durations";
import { checkProduction } from "./doctorProduction";
import { identifier } from "./quote";
import { schemaStatements } from "./rehearsal/probes";
import { DENIED, Session, testSessionOf } from "./rehearsal/session";

export interface DoctorSession {
  readonly client: Client;
  readonly paths: AccessPaths;
  readonly identity: Identity;
}

/** A table that the session may not read, and whose it is. */
interface Closed {
  readonly name: string;
  readonly owner: string;
}

/** A schema as the session sees it. */
interface Seen {
  readonly name: string;
  readonly level: Level;
  /** Tables, views and their like, and how many of them the session may not read. */
  readonly relations: number;
  readonly closed: number;
  /** One of them that is not the schema's owner's, and one that is. */
  readonly foreign: Closed | null;
  readonly ungranted: Closed | null;
  /** A table in it, for an attempt to write. */
  readonly table: string | null;
}

const SCHEMAS = `
  select n.nspname as name,
         case when n.nspowner = current_user::regrole then 'own'
              when has_schema_privilege(n.oid, 'create') then 'write'
              when has_schema_privilege(n.oid, 'usage') then 'read' else 'none' end as level,
         count(c.oid)::int as relations,
         count(closed.one)::int as closed,
         min(closed.one) filter (where c.relowner <> n.nspowner)::json as foreign,
         min(closed.one) filter (where c.relowner = n.nspowner)::json as ungranted,
         min(c.relname::text) filter (where c.relkind in ('r', 'p')) as table
    from pg_namespace as n
    left join pg_class as c on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')
    left join lateral (
      select json_build_object('name', c.relname, 'owner', pg_get_userbyid(c.relowner))::text as one
       where not has_table_privilege(c.oid, 'select')
    ) as closed on true
   where n.nspname = any($1)
   group by n.oid order by n.nspname`;

/** Every check, in the order in which a person reads them. */
export async function examine(doctorSession: DoctorSession): Promise<DoctorFinding[]> {
  const { client, paths } = doctorSession;
  const declared = paths.plan.schemas.filter(({ kind }) => kind !== "throwaway").map(({ name }) => name);
  const { rows } = await client.query<Seen>(SCHEMAS, [declared]);
  const seen = new Map(rows.map((row) => [row.name, row]));
  return [
    ...(await checkRoles(doctorSession)),
    ...checkSchemas(doctorSession, seen),
    ...(await checkProduction(client, paths.plan)),
    ...(await tryWrites(doctorSession, seen)),
    ...checkTarget(doctorSession.identity, [...seen.keys()], process.env),
    ...checkVariables(doctorSession.identity, process.env),
    ...(await checkLimits(doctorSession)),
  ];
}

async function checkRoles({ client, paths, identity }: DoctorSession): Promise<DoctorFinding[]> {
  const wanted = [...paths.rolesOf(identity.name).keys()].filter((role) => role !== identity.name);
  const { rows } = await client.query<{ acts: string; missing: string[] }>(
    `select current_user::text as acts,
            array(select role from unnest($1::text[]) as role
                   where to_regrole(quote_ident(role)) is null
                      or not pg_has_role(session_user, to_regrole(quote_ident(role)), 'member')) as missing`,
    [wanted],
  );
  const { acts = "", missing = [] } = rows[0] ?? {};
  const expected = identity.actsAs ?? identity.name;
  return [
    acts === expected
      ? { ok: true, text: `session of ${identity.name} (${identity.duty}), acting as ${acts}` }
      : { ok: false, text: `the session acts as ${quote(acts)}, not as ${quote(expected)}`, help: HELP.deploy },
    missing.length === 0
      ? { ok: true, text: `member of ${list(wanted)}` }
      : { ok: false, text: `not a member of ${list(missing)}`, help: HELP.deploy },
  ];
}

function checkSchemas(doctorSession: DoctorSession, seen: ReadonlyMap<string, Seen>): DoctorFinding[] {
  const wrong: DoctorFinding[] = [];
  const levels = new Map<Level, string[]>();
  for (const { name } of doctorSession.paths.plan.schemas.filter(({ kind }) => kind !== "throwaway")) {
    const wanted = levelOf(doctorSession.paths, doctorSession.identity.name, name);
    const schema = seen.get(name);
    const { level = "none", relations = 0, closed = 0 } = schema ?? {};
    if (!schema) {
      if (wanted !== "none") wrong.push({ ok: false, text: `schema ${quote(name)} does not exist`, help: HELP.gone });
    } else if (level !== wanted) {
      const help = includes(level, wanted) ? HELP.outside : HELP.deploy;
      wrong.push({ ok: false, text: `${quote(name)}: the database says ${level}, the roster ${wanted}`, help });
    } else if (wanted !== "none" && closed > 0) {
      const text = `cannot read ${closed} of ${relations} tables in ${quote(name)}`;
      wrong.push({ ok: false, text, help: adoptionHelp(doctorSession, schema) });
    } else {
      levels.set(wanted, [...(levels.get(wanted) ?? []), relations === 0 ? name : `${name} (${relations})`]);
    }
  }
  const fine = (["own", "write", "read"] as const).flatMap((level): DoctorFinding[] => {
    const names = levels.get(level);
    return names ? [{ ok: true, text: `${level === "read" ? "reads" : `${level}s`} ${list(names)}` }] : [];
  });
  return [...fine, ...wrong];
}

/** Why tables of a schema are closed, each cause with an example, and the command that opens them. */
function adoptionHelp({ paths, identity }: DoctorSession, { name, foreign, ungranted }: Seen): string {
  const mine = paths.rolesOf(identity.name);
  const readers = paths.plan.grants
    .filter(({ target, privilege, role }) => target === name && privilege === "read" && mine.has(role))
    .map(({ role }) => role);
  const causes = [
    ...(foreign ? [`${quote(foreign.name)} is ${foreign.owner}'s`] : []),
    ...(ungranted ? [`${list(readers)} lacks SELECT on ${ungranted.owner}'s ${quote(ungranted.name)}`] : []),
  ];
  const owner = paths.schemas.get(name)?.owner ?? "";
  return `${causes.join("; ")}: ask for \`one-env adopt ${owner} --apply\``;
}

/** Tries to write everywhere in a transaction that is rolled back: privileges are read above, here they are used. */
async function tryWrites(doctorSession: DoctorSession, seen: ReadonlyMap<string, Seen>): Promise<DoctorFinding[]> {
  const session = await Session.begin(testSessionOf(doctorSession.client));
  const tries: Try[] = [];
  for (const { name, statement, expected } of attemptsOf(doctorSession, seen)) {
    const { allowed, code, message } = await session.attempt(statement);
    const got = allowed ? "it works" : `${message} (${code})`;
    tries.push({ schema: name, expected, allowed, isDenial: code === DENIED, got });
  }
  await session.end();
  return describeTries(tries, "rolled back", DENIED);
}

interface Attempt {
  readonly name: string;
  readonly statement: Statement;
  readonly expected: boolean;
}

/** Production for everybody, and whatever is the identity's own. */
function attemptsOf(doctorSession: DoctorSession, seen: ReadonlyMap<string, Seen>): Attempt[] {
  return doctorSession.paths.plan.schemas.flatMap(({ name, kind }): Attempt[] => {
    const expected = includes(levelOf(doctorSession.paths, doctorSession.identity.name, name), "write");
    if (kind === "throwaway") return expected ? [{ name, statement: openAndFill(), expected }] : [];
    if (!seen.has(name) || (kind !== "prod" && !expected)) return [];
    const create = schemaStatements(name).filter(({ action }) => action === "create table");
    const table = seen.get(name)?.table;
    const empty = table && kind === "prod" ? [{ sql: `delete from ${identifier(name, table)} where false` }] : [];
    return [...create, ...empty].map((statement) => ({ name, statement, expected }));
  });
}

function openAndFill(): Statement {
  const run = "one_env_doctor";
  return { sql: `select ci.open('${run}'); create table ${identifier(runPrefix(run), "probe")} (id int)` };
}

const LIMITS = `
  select rolconnlimit as connections,
         (select setting::int from pg_settings where name = 'statement_timeout') as statement,
         (select setting::int from pg_settings where name = 'idle_in_transaction_session_timeout') as idle
    from pg_roles where rolname = session_user`;

async function checkLimits({ client, identity }: DoctorSession): Promise<DoctorFinding[]> {
  const { rows } = await client.query<{ connections: number; statement: number; idle: number }>(LIMITS);
  const { connections = -1, statement = 0, idle = 0 } = rows[0] ?? {};
  const { connections: most = -1, statementTimeout = 0, idleInTransaction = 0 } = identity.limits;
  const time = (limit: number) => (limit === 0 ? "none" : formatDuration(limit));
  const compared = [
    ["connections", connectionsOf(connections), connectionsOf(most)],
    ["statement_timeout", time(statement), time(statementTimeout)],
    ["idle in transaction", time(idle), time(idleInTransaction)],
  ] as const;
  const wrong = compared
    .filter(([, is, wanted]) => is !== wanted)
    .map(([name, is, wanted]) => ({
      ok: false,
      text: `limit ${name}: ${is}, and the roster says ${wanted}`,
      help: HELP.deploy,
    }));
  if (wrong.length > 0) return wrong;
  const walls = [
    connections === -1 ? "any number of connections" : `${connections} connections`,
    ...(identity.expires === undefined ? [] : [`access ends on ${identity.expires}`]),
  ];
  const rails = `statement_timeout ${time(statement)}, idle in transaction ${time(idle)}`;
  return [{ ok: true, text: `limits: ${walls.join(", ")}; ${rails}, which the session may change` }];
}

function connectionsOf(limit: number): string {
  return limit === -1 ? "none" : String(limit);
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "no role" : names.join(", ");
}
