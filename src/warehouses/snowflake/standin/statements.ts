import type { Session } from "../session";

/** Property or parameter → its value as SQL; undefined where Snowflake's default is left. */
export type Properties = Readonly<Record<string, string | undefined>>;

/** `A = 1 B = 'x'`, as CREATE takes them. */
export function assignments(properties: Properties): string {
  return Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} = ${value}`)
    .join(" ");
}

/** Sets what has changed, then unsets what is gone: a login is never without any key in between. */
export async function alter(session: Session, object: string, before: Properties, after: Properties): Promise<void> {
  const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
  const set = changed.filter((name) => after[name] !== undefined);
  const unset = changed.filter((name) => after[name] === undefined);
  if (set.length > 0)
    await session.query(
      `ALTER ${object} SET ${assignments(Object.fromEntries(set.map((name) => [name, after[name]])))}`,
    );
  if (unset.length > 0) await session.query(`ALTER ${object} UNSET ${unset.join(", ")}`);
}

/** What the value of an optional property is as SQL. */
export function optional<T>(value: T | undefined, toSql: (value: T) => string): string | undefined {
  return value === undefined ? undefined : toSql(value);
}
