/** The sessions of an emulator, and the statements that run in them. */
import { randomUUID } from "node:crypto";
import type { Account } from "../catalog/account";
import { type Context, type Result, rememberResult } from "../catalog/session";
import { SnowflakeError, userDisabled } from "../errors";
import { executeText } from "../execute/execute";
import { statementLimit } from "../execute/statements/warehouses";
import { authorityOf } from "../privileges/authority";
import { checkAddress } from "../privileges/network";
import { isTrue } from "../sql/properties";
import { decodeBindings, type WireBindings } from "./bindings";
import { type LoginRequest, logIn } from "./login";

/** What was run, told to whoever watches: for logs and tests. */
export interface StatementEvent {
  readonly user: string;
  readonly role: string;
  readonly text: string;
  readonly rows?: number;
  /** `003001 (42501): …`. */
  readonly error?: string;
}

export interface Answer {
  readonly queryId: string;
  readonly result: Result;
}

export class Sessions {
  private readonly contexts = new Map<string, Context>();
  private last = 0;

  constructor(
    private readonly account: Account,
    private readonly onStatement: (event: StatementEvent) => void,
  ) {}

  logIn(request: LoginRequest): { token: string; context: Context } {
    this.last += 1;
    const context = logIn(this.account, request, this.last);
    const token = randomUUID();
    this.contexts.set(token, context);
    return { token, context };
  }

  /** The context of a token; undefined once the session is over. */
  contextOf(token: string): Context | undefined {
    return this.contexts.get(token);
  }

  /** Runs a statement in a user's newest session. */
  runAs(user: string, text: string): Answer {
    const context = [...this.contexts.values()].findLast(({ session }) => session.user.name === user);
    if (!context) throw new Error(`${user} has no session`);
    return this.run(context, text, null);
  }

  /** Ends a session: what was not committed is gone, and its temporary tables with it. */
  close(token: string): void {
    const context = this.contexts.get(token);
    this.contexts.delete(token);
    if (!context) return;
    const { session } = context;
    session.transaction = null;
    for (const { objects } of this.account.schemas()) {
      for (const key of objects.keys()) if (key.startsWith(`TABLE${session.id}:`)) objects.delete(key);
    }
  }

  /** Runs a statement and tells of it. */
  run(context: Context, text: string, bindings: WireBindings | null | undefined): Answer {
    const { session } = context;
    const queryId = randomUUID();
    const told = { user: session.user.name, role: context.role.name, text };
    try {
      checkAlive(context);
      session.elapsed = 0;
      session.limit = statementLimit({ context, authority: authorityOf(context) });
      // "Transactions": with AUTOCOMMIT off, any statement begins one.
      if (!isAutocommit(context)) session.transaction ??= new Map();
      const result = executeText(text, context, decodeBindings(bindings));
      rememberResult(session, queryId, result);
      this.onStatement({ ...told, rows: result.rows.length });
      return { queryId, result };
    } catch (error) {
      const isKnown = error instanceof SnowflakeError;
      this.onStatement({
        ...told,
        error: isKnown ? `${error.code} (${error.sqlState}): ${error.message}` : String(error),
      });
      throw error;
    }
  }
}

function isAutocommit({ session }: Context): boolean {
  return session.parameters.get("AUTOCOMMIT")?.toLowerCase() !== "false";
}

/**
 * A user who was dropped or disabled runs nothing more ("ALTER USER", DISABLED: sessions are locked), nor does one whom a
 * new network policy keeps out; a role that was dropped is nobody's.
 */
function checkAlive({ session: { account, user, address }, role }: Context): void {
  if (account.users.get(user.name) !== user || isTrue(user.properties.get("DISABLED"))) throw userDisabled();
  checkAddress(account, user, address);
  if (account.roles.get(role.name) !== role) {
    const message = "SQL access control error:\nThe role activated in the session does not exist or is not authorized.";
    throw new SnowflakeError("003001", "42501", message);
  }
}
