import { type EmulatorOptions, startEmulator } from "snowflake-access-emulator";
import type { ThrowawayAccount } from "../rehearsal/testServer";
import { newKeyPair } from "./keys";
import { ADMIN, DATABASE } from "./local";

/** The emulator as an account: nothing of it outlives this process. */
export async function startEmulated(options: Pick<EmulatorOptions, "ownershipGifts"> = {}): Promise<ThrowawayAccount> {
  const { publicKey, privateKey } = await newKeyPair();
  const emulator = await startEmulator({ admin: { user: ADMIN, publicKey }, database: DATABASE, ...options });
  const { host, port, organization, account, close } = emulator;
  return {
    title: "an emulator of Snowflake, never held against a real account",
    account: { organizationName: organization, accountName: account, host, port, protocol: "http" },
    admin: { user: ADMIN, role: "ACCOUNTADMIN", privateKey },
    database: DATABASE,
    spend: emulator.useCredits,
    close,
  };
}
