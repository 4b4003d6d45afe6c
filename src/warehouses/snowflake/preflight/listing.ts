import { literal } from "../quote";
import type { Row } from "../session";

/** Anything that executes a query; of a session nothing else is needed. */
export interface Asking {
  query(sql: string): Promise<readonly Row[]>;
}

/** SHOW gives no more rows at once (SF-10). */
const PAGE = 10_000;

/** All rows of a SHOW of named things, however many there are. */
export async function showAll(session: Asking, show: string): Promise<Row[]> {
  const all: Row[] = [];
  for (;;) {
    const from = all.length === 0 ? "" : ` FROM ${literal(String(all.at(-1)?.name))}`;
    const page = await session.query(`${show} LIMIT ${PAGE}${from}`);
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

/** Their names alone. */
export async function namesOf(session: Asking, show: string): Promise<Set<string>> {
  return new Set((await showAll(session, show)).map(({ name }) => String(name)));
}
