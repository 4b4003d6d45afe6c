import type { Change } from "../adoption";

/** A statement, and whether the owner executes it, so that grants are the owner's own. */
export interface AdoptionStep extends Change {
  readonly byOwner: boolean;
}

/** Something with grants, compared with the plan. */
export interface GrantedThing {
  /** `table`, `sequence`, `routine`, as GRANT calls it. */
  readonly kind: string;
  readonly identity: string;
  /** What has to be given to the owner first: the thing itself, or the table that a column's sequence follows. */
  readonly decidedBy: string;
  readonly owner: string;
  /** Who has something that the plan does not give. These are SQL names. */
  readonly unplanned: readonly string[];
  /** REVOKEs of what the admin has granted, for the admin to execute. */
  readonly ownGrants: readonly string[];
  /** To whom the plan gives something. */
  readonly readers: readonly string[];
  /** Those of them who do not have it from the owner. */
  readonly lacking: readonly string[];
  /** What readers get. */
  readonly privilege: string | null;
}

/** What may be done about a thing's grants. */
export interface GrantOrder {
  readonly closes: boolean;
  readonly opens: boolean;
  readonly byOwner: boolean;
}

/** The statements that take away what nobody gave, and give what is missing. */
export function mendGrants(
  things: readonly GrantedThing[],
  orderOf: (thing: GrantedThing) => GrantOrder,
): AdoptionStep[] {
  return things.flatMap((thing) => {
    const { kind, identity, unplanned, readers, lacking, privilege } = thing;
    const { closes, opens, byOwner } = orderOf(thing);
    const closed = closes ? unplanned : [];
    const opened = opens ? readers.filter((reader) => lacking.includes(reader) || closed.includes(reader)) : [];
    const step = (sql: string, byWhom = byOwner) => ({ sql, objects: 1, byOwner: byWhom });
    return [
      ...(closes ? thing.ownGrants.map((sql) => step(sql, false)) : []),
      // CASCADE: what they handed on goes with it. Grants on columns go with those on the table.
      ...(closed.length > 0 ? [step(`revoke all on ${kind} ${identity} from ${closed.join(", ")} cascade`)] : []),
      ...(opened.length > 0 ? [step(`grant ${privilege} on ${kind} ${identity} to ${opened.join(", ")}`)] : []),
    ];
  });
}
