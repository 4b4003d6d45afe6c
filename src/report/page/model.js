// What somebody may do where, and why: follows memberships and grants as the access plan does.
page.createModel = (data) => {
  const LEVELS = ["none", "read", "write", "own"];
  const identities = new Map(data.identities.map((identity) => [identity.name, identity]));
  const roles = new Map(data.roles.map((role) => [role.name, role]));
  const schemas = new Map();
  const powers = new Map();

  const addPower = (schema, power) => {
    const known = powers.get(schema);
    if (known) known.push(power);
    else powers.set(schema, [power]);
  };
  for (const { kind, owner, line, names } of data.schemas) {
    for (const name of names) {
      schemas.set(name, { name, kind, owner, line });
      if (owner) addPower(name, { role: owner, level: "own", text: `\`${owner}\` owns \`${name}\``, line });
    }
  }
  for (const { role, level, line, schemas: targets } of data.grants) {
    for (const name of targets) addPower(name, { role, level, text: `\`${role}\` may ${level} \`${name}\``, line });
  }

  const reached = new Map();
  const rolesOf = (name) => {
    const known = reached.get(name);
    if (known) return known;
    const found = new Map([[name, []]]);
    const queue = [name];
    for (let at = 0; at < queue.length; at++) {
      const member = identities.get(queue[at]) ?? roles.get(queue[at]);
      for (const [role, line] of member?.memberOf ?? []) {
        if (found.has(role)) continue;
        const acts = member.actsAs === role;
        const text = acts
          ? `sessions of \`${member.name}\` act as \`${role}\``
          : `\`${member.name}\` is a member of \`${role}\``;
        found.set(role, [...found.get(queue[at]), { text, line }]);
        queue.push(role);
      }
    }
    reached.set(name, found);
    return found;
  };

  /** The best that an identity has in a schema, and the way to it. */
  const access = (who, schema) => {
    const has = rolesOf(who);
    let best = { level: "none", steps: [] };
    for (const { role, level, text, line } of powers.get(schema) ?? []) {
      const way = has.get(role);
      if (!way || LEVELS.indexOf(level) <= LEVELS.indexOf(best.level)) continue;
      best = { level, steps: [...way, { text, line }] };
    }
    return best;
  };

  /** Why an identity may not write, or has no access at all. */
  const missing = (who, name) => {
    const { level } = access(who, name);
    const { owner, line } = schemas.get(name);
    const has = level === "none" ? "has no access to it" : `may only ${level} it`;
    const holder = owner ? `\`${owner}\`` : "the deploying admin";
    return { text: `\`${name}\` belongs to ${holder} and \`${who}\` ${has}`, line };
  };

  // Personal schemas by the role that reads them, so that nobody's row looks at everybody's schemas.
  const shared = new Map();
  for (const { role, schemas: targets } of data.grants) {
    const personal = targets.filter((name) => schemas.get(name)?.kind === "personal");
    shared.set(role, [...(shared.get(role) ?? []), ...personal]);
  }
  const owned = new Map();
  for (const { kind, owner, names } of data.schemas) {
    if (kind === "personal") owned.set(owner, [...(owned.get(owner) ?? []), ...names]);
  }

  // `source_2` comes before `source_10`.
  const { compare } = new Intl.Collator("en", { numeric: true });

  return {
    access,
    missing,
    rolesOf,
    identities: data.identities.toSorted((a, b) => compare(a.name, b.name)),
    prod: data.schemas
      .filter(({ kind }) => kind === "prod")
      .flatMap(({ names }) => names)
      .sort(compare),
    throwaway: data.schemas.filter(({ kind }) => kind === "throwaway").flatMap(({ names }) => names),
    ownSchemas: (who) => owned.get(who) ?? [],
    sharedWith: (who) =>
      [...rolesOf(who).keys()]
        .flatMap((role) => shared.get(role) ?? [])
        .filter((name) => schemas.get(name).owner !== who),
    isRestricted: (schema) => data.restricted.includes(schema),
    lineOf: (line) => data.lines[line],
  };
};
