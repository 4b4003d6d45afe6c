import { z } from "zod";
import { type Inputs, labelOf, type Resource } from "./resource";

/**
 * What the provider does for one type of resource, over a session of the deploying admin. Methods rather than function
 * properties: the table of kinds pairs each with inputs that its own schema has parsed, which the type system cannot
 * follow.
 */
export interface ResourceKind<Session, I extends Inputs = Inputs> {
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
  readonly kinds: ReadonlyMap<string, ResourceKind<Session>>;
  /**
   * Runs `work` with a session that the provider's inputs describe.
   *
   * @throws Error when the resources do not belong together
   */
  withSession<T>(provider: Inputs, resources: readonly Inputs[], work: (session: Session) => Promise<T>): Promise<T>;
  /** Runs one step: all of it or, where the warehouse can do that, nothing. */
  perform<T>(session: Session, step: () => Promise<T>): Promise<T>;
}

export function kindOf<S>({ kinds }: Backend<S>, type: string): ResourceKind<S> {
  const kind = kinds.get(type);
  if (kind === undefined) throw new Error(`the stand-in does not know resources of type \`${type}\``);
  return kind;
}

/**
 * A resource with its inputs in normal form: defaults filled in, sets sorted.
 *
 * @throws Error on a type, a property or a value that the stand-in does not know: a guess would make the rehearsal lie
 */
export function understand<S>(backend: Backend<S>, resource: Resource): Resource {
  const kind = kindOf(backend, resource.type);
  if (resource.importId !== undefined && kind.adopt === undefined)
    throw new Error(`${labelOf(resource)}: the stand-in does not know how to import it`);
  const parsed = kind.inputs.safeParse(resource.inputs);
  if (parsed.success) return { ...resource, inputs: parsed.data };
  const problems = parsed.error.issues.map((issue) =>
    issue.code === "unrecognized_keys"
      ? `does not know ${issue.keys.map((key) => `\`${[...issue.path, key].join(".")}\``).join(", ")}`
      : `cannot use \`${issue.path.join(".")}\`: ${issue.message}`,
  );
  throw new Error(`${labelOf(resource)}: the stand-in ${problems.join("; ")}`);
}

/** A list whose order and repetitions mean nothing, in normal form. */
export function setOf<T extends string>(item: z.ZodType<T>): z.ZodType<T[]> {
  return z.array(item).transform((items) => [...new Set(items)].sort());
}
