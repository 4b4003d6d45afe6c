/** Where an engine applies the program, and with which configuration: everything but the roster. */
export interface Target {
  /** The warehouse's name in the configuration, which is also its provider's. */
  readonly warehouse: string;
  /** `one-environment:*`. */
  readonly settings: object;
  /** The provider's own namespace, `<warehouse>:*`. */
  readonly connection: object;
}
