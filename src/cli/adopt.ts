import { Client } from "pg";
import { UserError } from "../errors";
import { loadAccess } from "../loadAccess";
import { quote } from "../roster/quote";
import { didYouMean } from "../roster/suggest";
import { adopt, adoptionOf } from "../warehouse/postgresql/adopt";
import { EXIT, type ExitCode } from "./exit";

export interface AdoptOptions {
  readonly team: string;
  readonly apply?: boolean;
  /** Default: libpq's environment (PGHOST, PGUSER, …). */
  readonly url?: string;
}

/** `one-env adopt <owner>`: a dry run that prints SQL, unless told to apply it. */
export async function runAdopt(owner: string, { team, apply = false, url }: AdoptOptions): Promise<ExitCode> {
  const { schemas } = loadAccess(team, new Date()).paths.plan;
  const owned = schemas.filter((schema) => schema.owner === owner).map(({ name }) => name);
  if (owned.length === 0) throw noSchemas(owner, team, [...new Set(schemas.flatMap((schema) => schema.owner ?? []))]);

  const client = new Client(url === undefined ? {} : { connectionString: url });
  await client.connect().catch((error: Error) => {
    throw new UserError(
      `cannot connect as the deploying admin: ${error.message}`,
      "set PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE, or give --url",
    );
  });
  try {
    const statements = await adoptionOf(client, owner, owned);
    for (const statement of statements) console.log(`${statement};`);
    if (apply) await adopt(client, owner, statements);
    console.log(summarize(owner, statements.length, apply));
    return EXIT.fine;
  } finally {
    await client.end();
  }
}

function noSchemas(owner: string, team: string, owners: string[]): UserError {
  return new UserError(
    `\`${owner}\` owns no schema in ${team}`,
    didYouMean(owner, owners).help ?? `owners are ${owners.map(quote).join(", ")}`,
  );
}

function summarize(owner: string, count: number, applied: boolean): string {
  if (count === 0) return `-- nothing to do: everything in the schemas of ${owner} is theirs`;
  return applied ? `-- ${count} changed` : `-- ${count} to change; nothing was done: add --apply to do it`;
}
