/** A row, by the column's name as the warehouse gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** An open connection to a warehouse, as somebody. */
export interface TestSession {
  /** @throws what {@link refusal} knows as the warehouse's refusal */
  query(sql: string): Promise<readonly Row[]>;
  end(): Promise<void>;
}

/** Runs `work` on a connection and ends it. */
export async function as<Session extends { end(): Promise<unknown> }, T>(
  session: Promise<Session>,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const connected = await session;
  try {
    return await work(connected);
  } finally {
    await connected.end();
  }
}

/** The only value that a query gives. */
export async function scalarOf(session: Pick<TestSession, "query">, sql: string): Promise<unknown> {
  const [row = {}] = await session.query(sql);
  return Object.values(row)[0];
}
