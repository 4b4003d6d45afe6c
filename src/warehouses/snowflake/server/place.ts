/** What the process of a local emulator and those who look for it have to agree on. */
export const ADMIN = "ADMIN";
export const DATABASE = "ANALYTICS";

/** Private key of the administrator: PKCS #8, PEM. */
export const KEY_FILE = "admin.p8";
export const STATE_FILE = "state.json";

/** Where the emulator answers, and which process it is. */
export interface RunningEmulator {
  readonly organization: string;
  readonly account: string;
  readonly host: string;
  readonly port: number;
  readonly pid: number;
}
