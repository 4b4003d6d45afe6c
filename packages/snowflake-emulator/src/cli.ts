/** `snowflake-access-emulator`: an emulator in the foreground, until it is told to stop. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { parseArgs } from "node:util";
import { startEmulator } from "./emulator";

const NAME = "snowflake-access-emulator";
const HELP = `usage: ${NAME} [options]

A throw-away Snowflake in memory: its access control, behind the HTTP protocol of its drivers.

  --port <number>    where it listens; a free port unless given
  --host <address>   the IPv4 address that it listens on (default 127.0.0.1)
  --database <name>  a database that is there at first, owned by SYSADMIN (default ANALYTICS)
  --admin <name>     the user that is there at first, who is ACCOUNTADMIN (default ADMIN)
  --key <file>       that user's private key, PEM; made if there is no such file (default snowflake-emulator.p8)
  --help             print this`;

interface Options {
  readonly port: number;
  readonly host: string;
  readonly database: string;
  readonly admin: string;
  readonly keyFile: string;
}

/** Something that the one at the keyboard has to change: a message and nothing more, exit code 2. */
class UsageError extends Error {}

/** @returns nothing when only help was asked for @throws UsageError */
function readOptions(args: readonly string[]): Options | undefined {
  const { port, host, database, admin, key, help } = parse(args);
  if (help) return undefined;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new UsageError(`--port takes a number up to 65535, not \`${port}\``);
  if (!isIPv4(host)) throw new UsageError(`--host takes an IPv4 address, not \`${host}\``);
  return {
    ...{ port: Number(port), host, keyFile: key },
    ...{ database: identifier("--database", database), admin: identifier("--admin", admin) },
  };
}

function parse(args: readonly string[]) {
  const text = (value: string) => ({ type: "string", default: value }) as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...{ port: text("0"), host: text("127.0.0.1"), database: text("ANALYTICS"), admin: text("ADMIN") },
        key: text("snowflake-emulator.p8"),
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    // Advice of Node's follows the first sentence.
    throw new UsageError((error as Error).message.split(". ")[0]);
  }
}

/** A name as a statement would write it without quotes. */
function identifier(option: string, name: string): string {
  if (!/^[A-Z_][A-Z0-9_$]*$/i.test(name))
    throw new UsageError(`${option} takes letters, digits, \`_\` and \`$\`, not \`${name}\``);
  return name.toUpperCase();
}

/** The key in a file; a new one, for nobody but its owner to read, when there is none. @throws UsageError */
function privateKeyIn(file: string): KeyObject {
  try {
    if (!existsSync(file)) writeFileSync(file, newKey(), { mode: 0o600, flag: "wx" });
    const key = createPrivateKey(readFileSync(file));
    if (key.asymmetricKeyType === "rsa") return key;
  } catch (error) {
    if ("syscall" in (error as Error)) throw new UsageError(`--key: ${(error as Error).message}`);
  }
  throw new UsageError(`--key takes an RSA private key in PEM without a passphrase, which \`${file}\` is not`);
}

/** 2048 bits, the least that Snowflake takes. */
function newKey(): string {
  const format = { type: "pkcs8", format: "pem" } as const;
  return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export(format).toString();
}

async function serve({ port, host, database, admin, keyFile }: Options): Promise<void> {
  const publicKey = createPublicKey(privateKeyIn(keyFile)).export({ type: "spki", format: "pem" }).toString();
  const emulator = await startEmulator({ admin: { user: admin, publicKey }, database, host, port });
  // The URL alone on the first line, for scripts.
  console.log(`http://${emulator.host}:${emulator.port}`);
  console.log(`account ${emulator.organization}-${emulator.account}, database ${database}`);
  console.log(`user ${admin}, role ACCOUNTADMIN, private key in ${keyFile}`);
  console.log("Ctrl-C or SIGTERM ends it; all that is in it is gone then");
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => emulator.close());
}

async function main(): Promise<void> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options) await serve(options);
    else console.log(HELP);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    console.error(`${NAME}: ${(error as Error).message}`);
    if (isUsage) console.error(`see \`${NAME} --help\``);
    process.exitCode = isUsage ? 2 : 1;
  }
}

void main();
