import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { ResourceKind } from "../../../standin/kind";
import { identifier } from "../quote";
import type { Session } from "../session";

const inputs = z.strictObject({
  name: z.string().min(1),
  creditQuota: z.int().min(1),
  // A monitor that loses all of its triggers would be replaced, so there is always one.
  notifyTriggers: z.array(z.int()).min(1),
  suspendTrigger: z.int().optional(),
});
type MonitorInputs = z.output<typeof inputs>;

/** `snowflake.ResourceMonitor`. */
export const resourceMonitor: ResourceKind<Session, MonitorInputs> = {
  inputs,
  replacedBy: [],

  async create(session, wanted) {
    const limits = `CREDIT_QUOTA = ${wanted.creditQuota} ${triggersOf(wanted)}`;
    await session.query(`CREATE RESOURCE MONITOR ${identifier(wanted.name)} WITH ${limits}`);
  },

  async update(session, before, after) {
    if (before.name !== after.name) throw new Error("the stand-in does not rename resource monitors");
    const triggers = isDeepStrictEqual(triggersOf(before), triggersOf(after)) ? "" : ` ${triggersOf(after)}`;
    const limits = `CREDIT_QUOTA = ${after.creditQuota}${triggers}`;
    await session.query(`ALTER RESOURCE MONITOR ${identifier(after.name)} SET ${limits}`);
  },

  async remove(session, { name }) {
    await session.query(`DROP RESOURCE MONITOR IF EXISTS ${identifier(name)}`);
  },
};

function triggersOf({ notifyTriggers, suspendTrigger }: MonitorInputs): string {
  const notify = notifyTriggers.map((percent) => `ON ${percent} PERCENT DO NOTIFY`);
  const suspend = suspendTrigger === undefined ? [] : [`ON ${suspendTrigger} PERCENT DO SUSPEND`];
  return ["TRIGGERS", ...notify, ...suspend].join(" ");
}
