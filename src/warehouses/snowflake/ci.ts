import { RUN_FORM } from "../../environment/run";
import { UserError } from "../../messages/userError";
import { CI_SCHEMA, procedureName } from "../../names";
import type { CiClient, Lease } from "../warehouse";
import { withSnowflake } from "./connect";
import { identifier } from "./quote";

const HOUR = 3_600_000;

/** CI's procedures on Snowflake (src/warehouses/snowflake/sql): each service has its own, by its name. */
export function ciClient(): CiClient {
  const leases = async () => (await call<LeaseRow>("leases", [], false)).map(leaseOf);
  return {
    open: (run) => call("open", [run]),
    close: (run) => call("close", [run]),
    reap: (age) => call("reap", [hours(age)]),
    due: async (age) => {
      const hourly = hours(age) * HOUR;
      const me = process.env.SNOWFLAKE_USER?.toLowerCase();
      const now = await warehouseTime();
      return (await leases())
        .filter(({ opened }) => opened.getTime() < now - hourly)
        .filter(({ owner, expires }) => owner === me || expires.getTime() < now)
        .map(({ schema }) => schema);
    },
    leases,
  };
}

/** What time the warehouse has: its clock is the one that leases are written and reaped by. */
async function warehouseTime(): Promise<number> {
  return withSnowflake(async (session) => {
    const [{ NOW } = {}] = await session.query(`SELECT TO_VARCHAR(SYSDATE(), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS NOW`);
    return Date.parse(String(NOW));
  });
}

/** The procedure counts in hours. */
function hours(age: number): number {
  if (age % HOUR === 0) return age / HOUR;
  throw new UserError("Snowflake's leases are reaped by whole hours", "write `24h` or `7d`");
}

interface LeaseRow {
  readonly schema: string;
  readonly run: string;
  readonly owner: string;
  readonly opened: string;
  readonly expires: string;
}

function leaseOf({ opened, expires, ...lease }: LeaseRow): Lease {
  return { ...lease, opened: new Date(opened), expires: new Date(expires) };
}

/** @param own whether each service has a procedure of its own */
async function call<Item = string>(name: string, args: readonly (string | number)[], own = true): Promise<Item[]> {
  return withSnowflake(async (session, { database, user }) => {
    const procedure = identifier(database, CI_SCHEMA, own ? procedureName(name, user) : name);
    try {
      const [row = {}] = await session.query(`CALL ${procedure}(${args.map(() => "?").join(", ")})`, args);
      const [list] = Object.values(row);
      // An ARRAY comes as a list, or as the JSON of one.
      return (typeof list === "string" ? JSON.parse(list) : (list ?? [])) as Item[];
    } catch (error) {
      throw refusalOf(error, user);
    }
  });
}

/** What the procedures refuse in words of their own; anything else passes. */
function refusalOf(error: unknown, user: string): unknown {
  const { code, message = "" } = error as { code?: unknown; message?: string };
  if (/bad run/.test(message)) return new UserError(message, RUN_FORM);
  if (/is not of your run/.test(message))
    return new UserError(message, "choose another run, or wait until its owner closes it");
  if (/and it may have no more/.test(message))
    return new UserError(message, "close or reap those that are over; the roster limits `runs`");
  switch (String(code)) {
    case "002003":
    case "002141":
    case "003001":
      return new UserError(
        `there are no CI procedures for ${user}: ${message} (${code})`,
        "log in as a service of duty `ci`, and deploy a roster that has it",
      );
    default:
      return code === undefined ? error : new UserError(`${message} (${code})`);
  }
}
