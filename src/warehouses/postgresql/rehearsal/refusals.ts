import { type Client, DatabaseError } from "pg";
import { Refusal } from "../../../proof/statement";

/** What the server refused as the project's refusal, with its detail, hint and the rest; any other error as it is. */
export function asRefusal(error: unknown): unknown {
  if (!(error instanceof DatabaseError) || error.code === undefined) return error;
  return Object.assign(new Refusal(error.code, error.message), { ...error, name: "Refusal", cause: error });
}

/**
 * A client whose refusals are told from other failures, from its login on.
 *
 * @throws Refusal when the server does not let it in
 */
export async function refusing(connecting: Promise<Client>): Promise<Client> {
  const refuse = (error: unknown) => {
    throw asRefusal(error);
  };
  const client = await connecting.catch(refuse);
  const query = client.query.bind(client) as (...words: unknown[]) => Promise<unknown>;
  return Object.assign(client, { query: (...words: unknown[]) => query(...words).catch(refuse) });
}
