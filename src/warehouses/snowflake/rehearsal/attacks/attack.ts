import { accessPaths } from "../../../../access/paths";
import { schemaName } from "../../../../names";
import type { Attack, Attempt, Parts, ScriptedAttack } from "../../../../proof/attacks";
import { outcomeOf } from "../../../../proof/statement";
import { identifier } from "../../quote";
import type { Logins } from "../logins";
import { DENIALS, NO_PRIVILEGE, NOT_AUTHORIZED } from "../session";

/** Snowflake as an attacker sees it. */
export interface AttackContext extends Parts {
  readonly logins: Logins;
  /** Database whose schemas are attacked. */
  readonly database: string;
}

export type SnowflakeAttack = Attack<AttackContext>;
export type SnowflakeScriptedAttack = ScriptedAttack<AttackContext>;

/** How somebody without the right to change production is refused: who may not see it hears of nothing being there. */
export function refusalOf({ plan, prodSchema }: Parts, who: string): string {
  return accessPaths(plan).accessTo(prodSchema.name).has(who) ? NO_PRIVILEGE : NOT_AUTHORIZED;
}

/** A table of production. */
export function prodTable({ database, prodSchema }: AttackContext): string {
  return identifier(database, prodSchema.name, "after_table");
}

/** What a developer owns and attacks with. */
export interface OwnObjects {
  /** Role that owns it all. */
  readonly owner: string;
  readonly schema: string;
  readonly table: string;
  readonly procedure: string;
}

/** One attempt for each developer, with a table and an owner's-rights procedure of their own. */
export function withOwn(
  statements: (ownObjects: OwnObjects, context: AttackContext, who: string) => readonly Omit<Attempt, "who">[],
): (context: AttackContext) => Attempt[] {
  return (context) =>
    context.developers.flatMap(({ name: who }) => {
      const home = schemaName(who);
      const here = (name: string) => identifier(context.database, home, name);
      const ownObjects = {
        owner: identifier(who),
        schema: identifier(context.database, home),
        table: here("bait"),
        procedure: `${here("bait")}()`,
      };
      const prepare = [
        `create or replace table ${ownObjects.table} (ID int, NOTE varchar)`,
        `create or replace procedure ${ownObjects.procedure} returns int language sql execute as owner as 'begin return 1; end'`,
      ];
      const tidy = [`drop table if exists ${ownObjects.table}`, `drop procedure if exists ${ownObjects.procedure}`];
      return statements(ownObjects, context, who).map((attempt) => ({
        who,
        ...attempt,
        prepare: [...prepare, ...(attempt.prepare ?? [])],
        tidy: [...(attempt.tidy ?? []), ...tidy],
      }));
    });
}

/**
 * What is wrong if the work is not refused for want of a permission; nothing otherwise.
 * @param control the same by somebody who may, or what shows in another way that nothing else is missing
 */
export async function refused(work: Promise<unknown>, control: () => Promise<unknown>): Promise<string | undefined> {
  const { allowed, code, message } = await outcomeOf(work);
  if (allowed) return "expected DENIED, got ALLOWED";
  if (!DENIALS.includes(code)) return `expected ${DENIALS.join(" or ")}, got ${code}: ${message}`;
  const works = await outcomeOf(control());
  return works.allowed ? undefined : `positive control: ${works.code}: ${works.message}`;
}
