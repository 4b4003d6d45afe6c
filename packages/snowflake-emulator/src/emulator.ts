/**
 * A throw-away Snowflake in this process: an emulator of its access control that speaks its drivers' HTTP protocol.
 * README.md says what it models, from which pages, and what it does not.
 */
import type { AddressInfo } from "node:net";
import { Account } from "./catalog/account";
import type { User } from "./catalog/securables";
import { newSchema } from "./execute/statements/accountObjects";
import { setProperties } from "./execute/statements/properties";
import { createWireServer } from "./protocol/server";
import { Sessions, type StatementEvent } from "./protocol/sessions";

export interface EmulatorOptions {
  /** Who can log in at first, with a key pair and the role ACCOUNTADMIN. The key: PEM, or one line without armour. */
  readonly admin: { readonly user: string; readonly publicKey: string };
  /** A database that is there at first, owned by SYSADMIN. */
  readonly database?: string;
  /** Of 127.0.0.1; a free one unless given. */
  readonly port?: number;
  /** Owners may give their objects to any role, as before behavior change 2395 (bundle 2026_07). */
  readonly ownershipGifts?: boolean;
  /** Told of each statement, after it ran. */
  readonly onStatement?: (event: StatementEvent) => void;
}

export interface Emulator {
  readonly host: "127.0.0.1";
  readonly port: number;
  readonly organization: string;
  readonly account: string;
  /** Test aid: moves the clock that CURRENT_TIMESTAMP tells. */
  passTime(seconds: number): void;
  /** Test aid: credits that a resource monitor counts, as if its warehouses had run. */
  useCredits(monitor: string, credits: number): void;
  /** Test aid: when next a procedure comes to a statement like this, others run theirs first, in sessions that are open. */
  meanwhile(at: RegExp, others: readonly (readonly [user: string, text: string])[]): void;
  close(): Promise<void>;
}

const [ORGANIZATION, ACCOUNT] = ["ACME", "EMULATOR"];

/** Starts an emulator; its state lives in memory and goes with it. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  let ahead = 0;
  const account = new Account(ORGANIZATION, ACCOUNT, () => Date.now() + ahead);
  account.ownershipGifts = options.ownershipGifts ?? false;
  addAdministrator(account, options.admin);
  if (options.database !== undefined) addDatabase(account, options.database);
  const sessions = new Sessions(account, options.onStatement ?? (() => {}));
  const server = createWireServer(sessions);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  return {
    host: "127.0.0.1",
    organization: ORGANIZATION,
    account: ACCOUNT,
    port: (server.address() as AddressInfo).port,
    passTime: (seconds) => {
      ahead += seconds * 1000;
    },
    useCredits: (name, credits) => {
      const monitor = account.monitors.get(name);
      if (!monitor) throw new Error(`there is no resource monitor ${name}`);
      monitor.usedCredits += credits;
    },
    meanwhile: (at, others) => {
      account.beforeInner = (inner) => {
        if (!at.test(inner)) return;
        account.beforeInner = () => {};
        for (const [user, text] of others) sessions.runAs(user, text);
      };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function addAdministrator(account: Account, { user: name, publicKey }: EmulatorOptions["admin"]): void {
  const administrator = account.role("ACCOUNTADMIN");
  const holds = [account.roleGrant(administrator, null)];
  const base = { ...account.born(name, administrator), kind: "USER" as const, holds, lastLogin: null };
  const user: User = { ...base, properties: new Map(), parameters: new Map() };
  setProperties(
    user,
    new Map<string, string | readonly string[]>([
      ["RSA_PUBLIC_KEY", publicKey],
      ["DEFAULT_ROLE", administrator.name],
      ["DEFAULT_SECONDARY_ROLES", []],
    ]),
  );
  account.users.set(name, user);
}

function addDatabase(account: Account, name: string): void {
  const owner = account.role("SYSADMIN");
  const base = { ...account.born(name, owner), kind: "DATABASE" as const, transient: false, parameters: new Map() };
  const database = { ...base, schemas: new Map(), dropped: [], futureGrants: [] };
  database.schemas.set("PUBLIC", newSchema(account, database, "PUBLIC", owner));
  account.databases.set(name, database);
}
