/** A statement that gives an owner what lies in their schemas. */
export interface Change {
  readonly sql: string;
  /** How many tables, views … it gives. */
  readonly objects: number;
}
