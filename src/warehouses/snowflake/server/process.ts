/** The process behind `one-env local start --warehouse snowflake`: `node process.js <directory> <port>`. */
import { createPublicKey } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startEmulator } from "snowflake-access-emulator";
import { ADMIN, DATABASE, KEY_FILE, type RunningEmulator, STATE_FILE } from "./local";

async function serve(directory: string, port: number): Promise<void> {
  const key = createPublicKey(readFileSync(join(directory, KEY_FILE)));
  const publicKey = key.export({ type: "spki", format: "pem" }).toString();
  const emulator = await startEmulator({ admin: { user: ADMIN, publicKey }, database: DATABASE, port });
  const { organization, account, host } = emulator;
  const place: RunningEmulator = { organization, account, host, port: emulator.port, pid: process.pid };
  // Renamed into place, so that no reader sees half a file; that it exists means that the emulator takes logins.
  const file = join(directory, STATE_FILE);
  writeFileSync(`${file}.new`, JSON.stringify(place));
  renameSync(`${file}.new`, file);
  process.once("SIGTERM", () => emulator.close());
}

const [, , directory = "", port = "0"] = process.argv;
void serve(directory, Number(port));
