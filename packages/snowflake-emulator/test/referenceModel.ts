/**
 * What access control means, written a second time and naively: lists of facts, searched anew for every question. It
 * shares nothing with src.
 */

export const ROLES = ["A", "B", "C", "D"] as const;
export const SCHEMAS = ["S1", "S2"] as const;
export const TABLES = ["S1.T", "S1.U", "S2.T", "S2.U"] as const;
export const PRIVILEGES = ["SELECT", "INSERT"] as const;

export type Role = (typeof ROLES)[number];
export type Actor = Role | "ADMIN";
export type Schema = (typeof SCHEMAS)[number];
export type Table = (typeof TABLES)[number];
export type Privilege = (typeof PRIVILEGES)[number];

export type Step =
  | { readonly do: "grantRole" | "revokeRole"; readonly role: Role; readonly to: Role }
  | {
      readonly do: "grant" | "revoke";
      readonly by: Actor;
      readonly privilege: Privilege;
      readonly table: Table;
      readonly to: Role;
      /** WITH GRANT OPTION; of a revoke: CASCADE. */
      readonly flag: boolean;
    }
  | {
      readonly do: "transfer";
      readonly by: Actor;
      readonly table: Table;
      readonly to: Role;
      readonly current: "COPY" | "REVOKE" | null;
    }
  | { readonly do: "future" | "unfuture"; readonly privilege: Privilege; readonly schema: Schema; readonly to: Role }
  | { readonly do: "manage"; readonly schema: Schema; readonly on: boolean }
  | { readonly do: "create" | "drop" | "undrop"; readonly by: Role; readonly table: Table };

interface Fact {
  readonly privilege: Privilege;
  readonly to: Role;
  by: Role;
  option: boolean;
}

interface TableState {
  owner: Role;
  facts: Fact[];
}

export class ReferenceModel {
  private members: { role: Role; to: Role }[] = [];
  private tables = new Map<Table, TableState>();
  private dropped: { table: Table; state: TableState }[] = [];
  private futures: { schema: Schema; privilege: Privilege; to: Role }[] = [];
  private managed = new Set<Schema>();

  /** Schemas belong to A. */
  private readonly schemaOwner: Role = "A";

  exists(table: Table): boolean {
    return this.tables.has(table);
  }

  may(role: Role, privilege: Privilege, table: Table): boolean {
    const state = this.tables.get(table);
    if (!state) return false;
    return (
      this.acts(role, state.owner) ||
      state.facts.some((fact) => fact.privilege === privilege && this.acts(role, fact.to))
    );
  }

  /** Whether the step succeeds; then it has happened. */
  take(step: Step): boolean {
    switch (step.do) {
      case "grantRole":
        if (this.inherits(step.role, step.to)) return false;
        if (!this.members.some(({ role, to }) => role === step.role && to === step.to)) this.members.push(step);
        return true;
      case "revokeRole":
        this.members = this.members.filter(({ role, to }) => role !== step.role || to !== step.to);
        return true;
      case "future":
        this.futures.push(step);
        return true;
      case "unfuture":
        this.futures = this.futures.filter(
          (each) => each.schema !== step.schema || each.privilege !== step.privilege || each.to !== step.to,
        );
        return true;
      case "manage":
        return this.manage(step.schema, step.on);
      case "create":
        return this.create(step.table, step.by);
      case "drop":
        return this.drop(step.table, step.by);
      case "undrop":
        return this.undrop(step.table, step.by);
      case "grant":
        return this.grant(step);
      case "revoke":
        return this.revoke(step);
      case "transfer":
        return this.transfer(step);
    }
  }

  /** Whether `one` is `other` or has it through any number of memberships. */
  private inherits(one: Role, other: Role): boolean {
    return one === other || this.members.some(({ role, to }) => to === one && this.inherits(role, other));
  }

  private acts(actor: Actor, as: Role): boolean {
    return actor !== "ADMIN" && this.inherits(actor, as);
  }

  private manage(schema: Schema, on: boolean): boolean {
    const isOpen = this.futures.some((each) => each.schema === schema);
    if (on && !this.managed.has(schema) && isOpen) return false;
    if (on) this.managed.add(schema);
    else this.managed.delete(schema);
    return true;
  }

  private create(table: Table, by: Role): boolean {
    if (this.tables.has(table)) return false;
    const facts = this.futures
      .filter(({ schema }) => table.startsWith(schema))
      .map(({ privilege, to }): Fact => ({ privilege, to, by, option: false }));
    const once = facts.filter(
      (fact, index) => facts.findIndex((each) => each.privilege === fact.privilege && each.to === fact.to) === index,
    );
    this.tables.set(table, { owner: by, facts: once });
    return true;
  }

  private drop(table: Table, by: Role): boolean {
    const state = this.tables.get(table);
    if (!state || !this.acts(by, state.owner)) return false;
    this.tables.delete(table);
    this.dropped.push({ table, state });
    return true;
  }

  private undrop(table: Table, by: Role): boolean {
    const last = this.dropped.filter((each) => each.table === table).at(-1);
    if (!last || this.tables.has(table) || !this.acts(by, last.state.owner)) return false;
    this.dropped = this.dropped.filter((each) => each !== last);
    this.tables.set(table, last.state);
    return true;
  }

  /** In whose name a grant is made; undefined where it may not be. */
  private grantor(by: Actor, privilege: Privilege, table: Table, state: TableState): Role | undefined {
    if (by === "ADMIN") return state.owner;
    if (this.managed.has(table.slice(0, 2) as Schema)) return this.acts(by, this.schemaOwner) ? state.owner : undefined;
    if (this.acts(by, state.owner)) return state.owner;
    return state.facts.find((fact) => fact.privilege === privilege && fact.option && this.acts(by, fact.to))?.to;
  }

  private grant({ by, privilege, table, to, flag }: Extract<Step, { do: "grant" | "revoke" }>): boolean {
    const state = this.tables.get(table);
    const grantor = state && this.grantor(by, privilege, table, state);
    if (!state || !grantor) return false;
    const same = state.facts.find((fact) => fact.privilege === privilege && fact.to === to && fact.by === grantor);
    if (same) same.option ||= flag;
    else state.facts.push({ privilege, to, by: grantor, option: flag });
    return true;
  }

  private revoke({ by, privilege, table, to, flag }: Extract<Step, { do: "grant" | "revoke" }>): boolean {
    const state = this.tables.get(table);
    if (!state || !this.grantor(by, privilege, table, state)) return false;
    const passedOn = (from: Role) =>
      state.facts.filter((fact) => fact.privilege === privilege && fact.by === from && from !== state.owner);
    if (passedOn(to).length && !flag) return false;
    const take = (from: Role) => {
      const next = passedOn(from);
      state.facts = state.facts.filter((fact) => fact.privilege !== privilege || fact.to !== from);
      for (const fact of next)
        if (state.facts.some((each) => each.to === fact.to && each.privilege === privilege)) take(fact.to);
    };
    take(to);
    return true;
  }

  private transfer({ by, table, to, current }: Extract<Step, { do: "transfer" }>): boolean {
    const state = this.tables.get(table);
    if (!state || !this.mayTransfer(by, table, state, to)) return false;
    if (state.facts.length && current === null && to !== state.owner) return false;
    if (current === "REVOKE") state.facts = [];
    for (const fact of state.facts) if (fact.by === state.owner) fact.by = to;
    state.owner = to;
    return true;
  }

  private mayTransfer(by: Actor, table: Table, { owner }: TableState, to: Role): boolean {
    if (by === "ADMIN") return true;
    if (!this.acts(by, to)) return false;
    if (!this.managed.has(table.slice(0, 2) as Schema)) return this.acts(by, owner);
    return this.acts(by, this.schemaOwner) && this.inherits(this.schemaOwner, to);
  }
}
