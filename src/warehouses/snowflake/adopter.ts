import { UserError } from "../../messages/userError";
import type { Adopter, AdoptionChoice } from "../adoption";
import { adoptionOf } from "./adopt";
import { withSnowflake } from "./connect";
import { isLeft } from "./lifecycle/left";
import { authorityOf } from "./preflight/authority";
import { currentRole } from "./preflight/deployer";
import { snowflakeName } from "./quote";
import type { Session } from "./session";

/** Without MANAGE GRANTS Snowflake hides what belongs to others, and there would seem to be nothing to do. */
async function requireSight(session: Session, user: string): Promise<void> {
  const role = await currentRole(session, user);
  const authority = await authorityOf(session, role, isLeft);
  if (authority.may("MANAGE GRANTS", "ACCOUNT")) return;
  throw new UserError(
    `\`${role}\` lacks MANAGE GRANTS, and does not see what belongs to others`,
    "log in as the deploying admin, with its role",
  );
}

/** On Snowflake a statement gives all objects of a kind in a schema, and counts at once: what was done stays. */
export async function withAdopter<T>(choice: AdoptionChoice, work: (adopter: Adopter) => Promise<T>): Promise<T> {
  return withSnowflake(async (session, { database, user }) => {
    await requireSight(session, user);
    return work({
      async find(owner, schemas) {
        const names = schemas.map(({ name }) => name);
        const changes = await adoptionOf(session, database, names, owner, choice).catch((error: unknown) => {
          throw refusalOf(error, `cannot see what is ${snowflakeName(owner)}'s`, "deploy the roster first");
        });
        return { changes, left: [] };
      },
      async apply(_owner, { changes }) {
        for (const { sql } of changes)
          await session.query(sql).catch((error: unknown) => {
            throw refusalOf(error, `stopped at \`${sql}\``, "what comes before it is done; run the command again");
          });
        return [];
      },
    });
  });
}

/** What Snowflake refuses, for want of a right or of the thing; a fault of ours passes. */
function refusalOf(error: unknown, what: string, help: string): unknown {
  const { code, message = "" } = error as { code?: unknown; message?: string };
  if (!/^\d{6}$/.test(String(code))) return error;
  return new UserError(
    `${what}: ${message.replaceAll(/\s+/g, " ").trim()} (${code})`,
    `log in as the deploying admin, with its role; ${help}`,
  );
}
