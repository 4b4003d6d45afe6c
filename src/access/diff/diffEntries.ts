import type { DatedAccess } from "../dated";
import type { Identity } from "../plan";
import type { AccessChange, Change } from "./change";
import { aboutIdentity, byName, type Entry, everybody, type Statuses } from "./status";

type EntryChange = Change & Pick<AccessChange, "risk" | "direction" | "warning" | "because">;

/** Who joins, leaves, changes duty, acts as another role, shares, ends or gets a new password. */
export function diffEntries(before: DatedAccess, after: DatedAccess, statuses: Statuses): AccessChange[] {
  const live = everybody(before, after).flatMap((name) => {
    const was = before.paths.identities.get(name);
    const is = after.paths.identities.get(name);
    const found = [
      ...standing(name, was, is, statuses),
      ...acting(name, was, is, statuses),
      ...(was && is ? lasting(was, is) : []),
    ];
    return found.map((change): AccessChange => ({ ...change, who: [name], subject: aboutIdentity(name) }));
  });
  return [...live, ...sharing(before, after), ...neverLive(before, after, statuses)];
}

function standing(
  name: string,
  was: Identity | undefined,
  is: Identity | undefined,
  statuses: Statuses,
): EntryChange[] {
  const because = statuses.identityCause(name);
  const ordinary = { risk: "ordinary", direction: "neutral", warning: false, because } as const;
  const until = is?.expires === undefined ? {} : { expires: is.expires };
  switch (statuses.identity(name)) {
    case "added":
      return is ? [{ kind: "identity-added", duty: is.duty, ...until, ended: false, ...ordinary }] : [];
    case "revived":
      return is ? [{ kind: "identity-revived", duty: is.duty, ...until, ...ordinary, direction: "wider" }] : [];
    case "removed":
      return was ? [{ kind: "identity-removed", duty: was.duty, ended: false, ...ordinary, ...leftBehind(was) }] : [];
    case "expired": {
      const expires = statuses.entries.after.get(name)?.expires ?? "";
      return was ? [{ kind: "identity-expired", duty: was.duty, expires, ...ordinary, ...leftBehind(was) }] : [];
    }
    case "duty":
      return was && is ? [{ kind: "duty-changed", before: was.duty, after: is.duty, ...ordinary }] : [];
    case "same":
      return [];
  }
}

/** A removal warns when a person leaves: the schemas stay, with every row, and nothing manages them any more. */
function leftBehind({ duty }: Identity) {
  const isPerson = duty === "developer";
  return { risk: isPerson ? "safeguard" : "ordinary", direction: "narrower", warning: isPerson } as const;
}

/** Sessions that start as another role, or no longer do. What warns is the access that changes with it. */
function acting(name: string, was: Identity | undefined, is: Identity | undefined, statuses: Statuses): EntryChange[] {
  if (was?.actsAs === is?.actsAs) return [];
  const common = { risk: "production", because: statuses.identityCause(name) } as const;
  return [
    ...(was?.actsAs === undefined
      ? []
      : [{ kind: "role-lost", role: was.actsAs, direction: "narrower", warning: false, ...common } as const]),
    ...(is?.actsAs === undefined
      ? []
      : [{ kind: "role-gained", role: is.actsAs, direction: "wider", warning: false, ...common } as const]),
  ];
}

function lasting(was: Identity, is: Identity): EntryChange[] {
  const found: EntryChange[] = [];
  const common = { risk: "ordinary", warning: false } as const;
  if (was.expires !== is.expires) {
    found.push({
      kind: "expiry-changed",
      ...(was.expires === undefined ? {} : { before: was.expires }),
      ...(is.expires === undefined ? {} : { after: is.expires }),
      ...common,
      direction: (is.expires ?? "9999") > (was.expires ?? "9999") ? "wider" : "narrower",
      because:
        is.expires === undefined
          ? { side: "before", path: `${was.because}.expires` }
          : { side: "after", path: `${is.because}.expires` },
    });
  }
  if (was.rotation !== is.rotation) {
    const because = { side: "after", path: `${is.because}.rotation` } as const;
    found.push({ kind: "rotation", ...common, direction: "neutral", because });
  }
  return found;
}

/** Developers of both plans who begin or cease to share their schemas. */
function sharing(before: DatedAccess, after: DatedAccess): AccessChange[] {
  const were = byName(before.roster.developers);
  return after.roster.developers.flatMap(({ name, share }): AccessChange[] => {
    const was = were.get(name);
    if (!was || was.share === share) return [];
    if (!before.paths.identities.has(name) || !after.paths.identities.has(name)) return [];
    const side = share === "team" ? "after" : "before";
    return [
      {
        kind: "share-changed",
        after: share,
        who: [name],
        subject: aboutIdentity(name),
        risk: "ordinary",
        direction: share === "team" ? "wider" : "narrower",
        warning: false,
        because: { side, path: `developers.${name}.share` },
      },
    ];
  });
}

/** Entries that come or go without ever giving access, for it had ended. */
function neverLive(before: DatedAccess, after: DatedAccess, { entries }: Statuses): AccessChange[] {
  const isDead = (access: DatedAccess, { name }: Entry) => !access.paths.identities.has(name);
  const added = [...entries.after.values()].filter((entry) => !entries.before.has(entry.name) && isDead(after, entry));
  const removed = [...entries.before.values()].filter(
    (entry) => !entries.after.has(entry.name) && isDead(before, entry),
  );
  const common = ({ name }: Entry) =>
    ({ who: [name], subject: aboutIdentity(name), risk: "ordinary", direction: "neutral", warning: false }) as const;
  return [
    ...added.map((entry): AccessChange => {
      const { duty, expires, path } = entry;
      const until = expires === undefined ? {} : { expires };
      return {
        kind: "identity-added",
        duty,
        ...until,
        ended: true,
        ...common(entry),
        because: { side: "after", path },
      };
    }),
    ...removed.map((entry): AccessChange => {
      const { duty, path } = entry;
      return { kind: "identity-removed", duty, ended: true, ...common(entry), because: { side: "before", path } };
    }),
  ];
}
