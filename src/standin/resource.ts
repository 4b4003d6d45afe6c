/** Property → value, secrets in the clear. */
export type Inputs = Readonly<Record<string, unknown>>;

/** When a hook is called: around a change of its resource. */
export const HOOK_POINTS = ["beforeCreate", "afterCreate", "beforeUpdate", "afterUpdate", "beforeDelete"] as const;
export type HookPoint = (typeof HOOK_POINTS)[number];

/** A resource as the program declares it and, once applied, as the stand-in remembers it. */
export interface Resource {
  readonly urn: string;
  /** As Pulumi has it: `<warehouse>:index/role:Role`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly inputs: Inputs;
  /** URNs of what must exist before this and must not go before this is gone. */
  readonly needs: readonly string[];
  /** Property → URNs that its value comes from. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
  readonly deleteBeforeReplace: boolean;
  readonly retainOnDelete: boolean;
  /** Properties that stay as they were applied first. */
  readonly ignoreChanges: readonly string[];
  /** A change of it replaces the resource; absent: nothing does but its properties. */
  readonly replacementTrigger?: string;
  /** Names of the hooks to call. */
  readonly hooks: Readonly<Record<HookPoint, readonly string[]>>;
  /** Id of what exists already and is taken over, unless it has been before. */
  readonly importId?: string;
}

/** As people know it: `Role alice`. */
export function labelOf({ type, name }: Pick<Resource, "type" | "name">): string {
  return `${type.slice(type.lastIndexOf(":") + 1)} ${name}`;
}
