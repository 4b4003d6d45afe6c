import { z } from "zod";
import { UserError } from "../messages/userError";
import { type Parsed, parseConfig } from "./config";
import * as postgresql from "./postgresql/settings";
import * as snowflake from "./snowflake/settings";

const Choice = z.object({
  warehouse: z
    .enum(["postgresql", "snowflake"], { error: "must be `postgresql` or `snowflake`" })
    .default("postgresql"),
});

/** Which warehouse a stack deploys to, and how. */
export type StackSettings =
  | {
      readonly warehouse: "postgresql";
      readonly settings: postgresql.Settings;
      readonly connection: postgresql.Connection;
    }
  | {
      readonly warehouse: "snowflake";
      readonly settings: snowflake.Settings;
      readonly connection: snowflake.Connection;
    };

/** The configuration is wrong, and a part of it that has no default is not there at all. */
export class IncompleteSettings extends UserError {}

/**
 * The stack's configuration, checked.
 *
 * @throws UserError that lists everything wrong, by key; {@link IncompleteSettings} when something is not there
 */
export function readSettings(): StackSettings {
  const { warehouse } = accept(parseConfig("one-environment", Choice));
  switch (warehouse) {
    case "postgresql": {
      const settings = parseConfig("one-environment", postgresql.Settings);
      const connection = parseConfig("postgresql", postgresql.Connection);
      return { warehouse, ...acceptBoth(settings, connection) };
    }
    case "snowflake": {
      const settings = parseConfig("one-environment", snowflake.Settings);
      const connection = snowflake.readConnection();
      return { warehouse, ...acceptBoth(settings, connection) };
    }
  }
}

function acceptBoth<S, C>(settings: Parsed<S>, connection: Parsed<C>): { settings: S; connection: C } {
  if (settings.ok && connection.ok) return { settings: settings.value, connection: connection.value };
  throw refusal([settings, connection]);
}

function accept<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw refusal([parsed]);
}

function refusal(parts: readonly Parsed<unknown>[]): UserError {
  const failed = parts.filter((part) => !part.ok);
  const Kind = failed.some(({ isIncomplete }) => isIncomplete) ? IncompleteSettings : UserError;
  return new Kind(failed.flatMap(({ problems }) => problems).join("\n"));
}
