/** What sessions start with: limits, the role that they act as, and what leads them astray. */
import type { Identity } from "../../../access/plan";
import type { AuditFinding } from "../../../audit/finding";
import type { SettingRow } from "../preflight/catalog";
import { identifier } from "../quote";
import { actingFor, altering, bySuperuser, type Mend } from "./mend";
import type { Scene } from "./scene";
import { misleading } from "./settings";
import { found } from "./text";

const TIMEOUTS = [
  ["statement_timeout", "statementTimeout"],
  ["idle_in_transaction_session_timeout", "idleInTransaction"],
] as const;

export function limitFindings(scene: Scene): AuditFinding[] {
  const { plan, facts, server } = scene;
  const identities = plan.identities.filter(({ name }) => server.roles.has(name));
  return [
    ...plan.roles.flatMap(({ name, because }) => connections(scene, name, undefined, because)),
    ...identities.flatMap(({ name, limits, because }) => connections(scene, name, limits.connections, because)),
    ...identities.flatMap((identity) => TIMEOUTS.flatMap((timeout) => timeouts(scene, identity, timeout))),
    ...identities.flatMap((identity) => acting(scene, identity)),
    ...facts.settings.flatMap((setting) => astray(scene, setting)),
    ...database(scene),
  ];
}

function connections(scene: Scene, name: string, planned = -1, because = ""): AuditFinding[] {
  const live = scene.server.roles.get(name)?.connectionLimit ?? planned;
  if (live === planned) return [];
  const most = (limit: number) => (limit === -1 ? "any number of" : String(limit));
  const isWeaker = planned !== -1 && (live === -1 || live > planned);
  return [
    found(
      "limit-changed",
      isWeaker ? "medium" : "low",
      `\`${name}\` may have ${most(live)} connections, and by the roster ${most(planned)}`,
      `${name} ← CONNECTION LIMIT ${live}`,
      altering(scene, name, [`ALTER ROLE ${identifier(name)} CONNECTION LIMIT ${planned}`]),
      { because },
    ),
  ];
}

function own(scene: Scene, login: string, setting: string, inDatabase = false): SettingRow | undefined {
  return scene.facts.settings.find(
    (row) => row.role === login && row.name === setting && row.inDatabase === inDatabase,
  );
}

function timeouts(
  scene: Scene,
  { name, limits, because }: Identity,
  [setting, limit]: (typeof TIMEOUTS)[number],
): AuditFinding[] {
  const planned = limits[limit];
  const live = own(scene, name, setting);
  const milliseconds = live === undefined ? undefined : inMilliseconds(live.value);
  if (milliseconds === planned) return [];
  const isWeaker =
    planned !== undefined && (milliseconds === undefined || milliseconds === 0 || milliseconds > planned);
  const change = planned === undefined ? `RESET ${setting}` : `SET ${setting} TO ${planned}`;
  const text = (value: string | number | undefined) => (value === undefined ? "none" : String(value));
  return [
    found(
      "limit-changed",
      isWeaker ? "medium" : "low",
      `sessions of \`${name}\` start with ${setting} = ${text(live?.value)}, and by the roster ${text(planned)}`,
      `${name} ← ALTER ROLE ${name} SET ${setting}`,
      altering(scene, name, [`ALTER ROLE ${identifier(name)} ${change}`]),
      { because },
    ),
  ];
}

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** As the catalog has it: `900000`, `15min`. */
function inMilliseconds(value: string): number {
  const [, amount = "0", unit = "ms"] = /^\s*([\d.]+)\s*([a-z]*)\s*$/.exec(value) ?? [];
  return Math.round(Number(amount) * (UNITS[unit || "ms"] ?? 1));
}

/** A prod service makes things as `prod`, or they are its own. */
function acting(scene: Scene, { name, actsAs, because }: Identity): AuditFinding[] {
  if (actsAs === undefined || own(scene, name, "role")?.value === actsAs) return [];
  return [
    found(
      "setting-missing",
      "high",
      `sessions of \`${name}\` do not start as \`${actsAs}\``,
      `${name} ← ALTER ROLE ${name} SET role`,
      actingFor(scene, [], [`ALTER ROLE ${identifier(name)} SET role TO ${identifier(actsAs)}`]),
      { because },
    ),
  ];
}

function astray(scene: Scene, setting: SettingRow): AuditFinding[] {
  const why = misleading(scene, setting);
  if (why === undefined) return [];
  const { role, name } = setting;
  const whose = role === null ? `sessions in \`${scene.facts.database.name}\`` : `sessions of \`${role}\``;
  return [
    found(
      why.isLimit ? "limit-changed" : "setting-outside-roster",
      why.isLimit ? "medium" : role === null || scene.identities.get(role)?.duty === "prod" ? "high" : "medium",
      `${whose} ${why.text}`,
      `${role ?? "everybody"} ← ${alterText(scene, setting)} SET ${name}`,
      resetting(scene, setting),
      { because: role === null ? undefined : scene.identities.get(role)?.because },
    ),
  ];
}

function alterText({ facts }: Scene, { role, inDatabase }: SettingRow): string {
  const database = `DATABASE ${identifier(facts.database.name)}`;
  if (role === null) return inDatabase ? `ALTER ${database}` : "ALTER ROLE ALL";
  return `ALTER ROLE ${identifier(role)}${inDatabase ? ` IN ${database}` : ""}`;
}

/** Settings that only a superuser may take away again, as it alone may make them. */
const SUPERUSERS = new Set(["session_preload_libraries", "session_replication_role"]);

function resetting(scene: Scene, setting: SettingRow): Mend {
  const reset = [`${alterText(scene, setting)} RESET ${setting.name}`];
  const isServers = setting.role === null && !setting.inDatabase;
  if (isServers || SUPERUSERS.has(setting.name)) return bySuperuser(scene, reset);
  return setting.role === null
    ? actingFor(scene, [scene.facts.database.owner], reset)
    : altering(scene, setting.role, reset);
}

function database(scene: Scene): AuditFinding[] {
  const { name, owner, template, connectionLimit } = scene.facts.database;
  const of = (severity: "critical" | "high" | "low", what: string, change: string) =>
    found(
      "database-changed",
      severity,
      what,
      `${name} ← ${what.split(" ").slice(2).join(" ")}`,
      actingFor(scene, [owner], [`ALTER DATABASE ${identifier(name)} ${change}`]),
    );
  return [
    ...(scene.server.trusted.has(owner)
      ? []
      : [of("critical", `database \`${name}\` belongs to \`${owner}\``, `OWNER TO ${identifier(scene.admin)}`)]),
    ...(template
      ? [
          of(
            "high",
            `database \`${name}\` is a template, and whoever may create databases may copy it`,
            "IS_TEMPLATE false",
          ),
        ]
      : []),
    ...(connectionLimit === -1
      ? []
      : [of("low", `database \`${name}\` takes ${connectionLimit} connections`, "CONNECTION LIMIT -1")]),
  ];
}
