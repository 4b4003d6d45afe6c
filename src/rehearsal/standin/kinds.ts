import { defaultPrivileges } from "./defaultPrivileges";
import { routine } from "./function";
import { grant } from "./grant";
import type { Kind } from "./kind";
import { PROVIDER, provider } from "./provider";
import { labelOf, type Resource } from "./resource";
import { role } from "./role";
import { schema } from "./schema";

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  [PROVIDER, provider],
  ["postgresql:index/role:Role", role],
  ["postgresql:index/schema:Schema", schema],
  ["postgresql:index/grant:Grant", grant],
  ["postgresql:index/defaultPrivileges:DefaultPrivileges", defaultPrivileges],
  ["postgresql:index/function:Function", routine],
]);

export function kindOf(type: string): Kind {
  const kind = KINDS.get(type);
  if (kind === undefined) throw new Error(`the stand-in does not know resources of type \`${type}\``);
  return kind;
}

/**
 * A resource with its inputs in normal form: defaults filled in, sets sorted.
 *
 * @throws Error on a type, a property or a value that the stand-in does not know: a guess would make the rehearsal lie
 */
export function understand(resource: Resource): Resource {
  const parsed = kindOf(resource.type).inputs.safeParse(resource.inputs);
  if (parsed.success) return { ...resource, inputs: parsed.data };
  const problems = parsed.error.issues.map((issue) =>
    issue.code === "unrecognized_keys"
      ? `does not know ${issue.keys.map((key) => `\`${[...issue.path, key].join(".")}\``).join(", ")}`
      : `cannot use \`${issue.path.join(".")}\`: ${issue.message}`,
  );
  throw new Error(`${labelOf(resource)}: the stand-in ${problems.join("; ")}`);
}
