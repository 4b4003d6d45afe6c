import type { z } from "zod";
import type { Inputs } from "./resource";

/**
 * What the provider does for one type of resource, over a session of the deploying admin. Methods rather than function
 * properties: the table of kinds pairs each with inputs that its own schema has parsed, which the type system cannot
 * follow.
 */
export interface Kind<Session, I extends Inputs = Inputs> {
  /** Every property that the stand-in follows; a strict object, so that others are refused. */
  readonly inputs: z.ZodType<I>;
  /** Properties that cannot change in place (`ForceNew` upstream). */
  readonly replacedBy: readonly string[];
  create(session: Session, inputs: I): Promise<void>;
  update(session: Session, before: I, after: I): Promise<void>;
  remove(session: Session, inputs: I): Promise<void>;
  /** Takes over what exists; absent: the program imports none. @returns whether something of it had to change */
  adopt?(session: Session, inputs: I): Promise<boolean>;
}

/** What the stand-in must know of a warehouse and its provider. */
export interface Backend<Session> {
  /** The provider's own type, `pulumi:providers:<warehouse>`. */
  readonly provider: string;
  /** By type; the provider's own is one of them. */
  readonly kinds: ReadonlyMap<string, Kind<Session>>;
  /**
   * Runs `work` with a session that the provider's inputs describe.
   *
   * @throws Error when the resources do not belong together
   */
  withSession<T>(provider: Inputs, resources: readonly Inputs[], work: (session: Session) => Promise<T>): Promise<T>;
  /** Runs one step: all of it or, where the warehouse can do that, nothing. */
  perform<T>(session: Session, step: () => Promise<T>): Promise<T>;
}
