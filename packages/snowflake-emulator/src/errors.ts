/** The errors of Snowflake, with its own numbers and SQLSTATEs: drivers, the plugin and the rehearsal go by both. */

/** An error as a driver sees it: `003001 (42501): SQL access control error: …`. */
export class SnowflakeError extends Error {
  /**
   * @param code six digits, as in the wire protocol's `errorCode`
   * @param sqlState five characters
   */
  constructor(
    readonly code: string,
    readonly sqlState: string,
    message: string,
  ) {
    super(message);
    this.name = "SnowflakeError";
  }
}

/** `001003`: the text is no SQL, or none that the emulator knows; the text says which. */
export function syntaxError(what: string): SnowflakeError {
  return new SnowflakeError("001003", "42000", `SQL compilation error:\n${what}`);
}

/** Something that Snowflake may well know and the emulator does not: it says so instead of guessing. */
export function unknownToEmulator(what: string): SnowflakeError {
  return syntaxError(`the emulator does not know ${what}`);
}

/** `002003`: the object is missing, or the role holds nothing on it; Snowflake does not tell which. */
export function notAuthorized(kind: string, name: string, sqlState: "02000" | "42S02" = "02000"): SnowflakeError {
  const message = `SQL compilation error:\n${kind} '${name}' does not exist or not authorized.`;
  return new SnowflakeError("002003", sqlState, message);
}

/** `002043`: what SHOW and USE say of a container that is missing or closed. */
export function noSuchObject(): SnowflakeError {
  const message = "SQL compilation error:\nObject does not exist, or operation cannot be performed.";
  return new SnowflakeError("002043", "02000", message);
}

/** `003001`: the role may see the object and may not do this with it. */
export function insufficientPrivileges(on: string, name: string): SnowflakeError {
  const message = `SQL access control error:\nInsufficient privileges to operate on ${on} '${name}'`;
  return new SnowflakeError("003001", "42501", message);
}

/** `390101`: a user who was disabled, or dropped while logged in. */
export function userDisabled(): SnowflakeError {
  return new SnowflakeError("390101", "08001", "User access disabled. Contact your local system administrator.");
}

/** `002002`: the name is taken. */
export function alreadyExists(name: string): SnowflakeError {
  return new SnowflakeError("002002", "42710", `SQL compilation error:\nObject '${name}' already exists.`);
}

/** `000904`: a column, function or property name that means nothing here. */
export function invalidIdentifier(name: string): SnowflakeError {
  return new SnowflakeError("000904", "42000", `SQL compilation error: error line 1\ninvalid identifier '${name}'`);
}

/** A value that does not fit where it is used (`100038`: not a number, `100037`: not a boolean …). */
export function badValue(code: string, message: string): SnowflakeError {
  return new SnowflakeError(code, "22018", message);
}

/** Whether values are at fault, and not what the statement says or may do. */
export function isBadValue(error: unknown): boolean {
  return error instanceof SnowflakeError && error.code.startsWith("1000");
}
