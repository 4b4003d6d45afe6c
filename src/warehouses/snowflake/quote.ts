/** A name of the plan as it is called on Snowflake: in upper case, so that SQL finds it without quotes. */
export function snowflakeName(name: string): string {
  return name.toUpperCase();
}

/** Names as an SQL identifier in upper case, qualified from left to right: `"ANALYTICS"."PROD_HR"`. */
export function identifier(...names: string[]): string {
  return exactly(...names.map(snowflakeName));
}

/** Names just as Snowflake tells them, as an SQL identifier. */
export function exactly(...names: string[]): string {
  return names.map((name) => `"${name.replaceAll('"', '""')}"`).join(".");
}

/** A string as an SQL literal. A backslash would escape what follows it (data types, "String constants"). */
export function literal(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
