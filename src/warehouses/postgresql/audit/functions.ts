/** The functions of `ci` and `unblock`: whether they are still the program's. */
import type { AuditFinding } from "../../../audit/finding";
import { CI_SCHEMA, UNBLOCK_SCHEMA } from "../../../names";
import { ciFilling } from "../deploy/ciFunctions";
import {
  CI_FUNCTIONS,
  type Filling,
  type FunctionSpec,
  functionBody,
  UNBLOCK_FUNCTIONS,
} from "../deploy/functionSpecs";
import { identifier, literal } from "../quote";
import { unblockFilling } from "../unblocking";
import type { FunctionRow, ThingRow } from "./facts";
import { actingFor } from "./mend";
import { causeOf, type Scene } from "./scene";
import { abridged, found } from "./text";

const SPECS: Readonly<Record<string, readonly FunctionSpec[]>> = {
  [CI_SCHEMA]: CI_FUNCTIONS,
  [UNBLOCK_SCHEMA]: UNBLOCK_FUNCTIONS,
};

interface Wanted extends FunctionSpec {
  readonly schema: string;
  readonly body: string;
}

export function functionFindings(scene: Scene): AuditFinding[] {
  return [...scene.functionSchemas.keys()]
    .filter((schema) => scene.schemas.has(schema))
    .flatMap((schema) => {
      const filling = fillingOf(scene, schema);
      const wanted = (SPECS[schema] ?? []).map((spec) => ({ ...spec, schema, body: functionBody(spec.name, filling) }));
      return [...wanted.flatMap((each) => compare(scene, each)), ...strangers(scene, schema)];
    });
}

function fillingOf({ plan, roster }: Scene, schema: string): Filling {
  return schema === CI_SCHEMA ? ciFilling(plan, roster.sources.map(({ name }) => name).sort()) : unblockFilling(plan);
}

/** Whether a routine is the program's own, by its name and arguments. */
export function isOwnFunction(schema: string, place: string): boolean {
  return (SPECS[schema] ?? []).some((spec) => place === placeOf(schema, spec));
}

function argumentsOf({ args }: FunctionSpec): string {
  return args.map(({ name, type }) => `${name} ${type}`).join(", ");
}

function placeOf(schema: string, spec: FunctionSpec): string {
  return `${schema}.${spec.name}(${argumentsOf(spec)})`;
}

function compare(scene: Scene, wanted: Wanted): AuditFinding[] {
  const { schema, name } = wanted;
  const live = scene.facts.functions.find(
    (row) => row.schema === schema && row.name === name && row.arguments === argumentsOf(wanted),
  );
  const because = causeOf(scene, schema);
  const group = scene.functionSchemas.get(schema) ?? "";
  if (live === undefined) {
    const opened = [
      definition(wanted),
      `REVOKE ALL ON FUNCTION ${placeOf(schema, wanted)} FROM PUBLIC`,
      `GRANT EXECUTE ON FUNCTION ${placeOf(schema, wanted)} TO ${identifier(group)}`,
    ];
    return [
      found(
        "function-missing",
        "high",
        `function \`${schema}.${name}\` does not exist`,
        `${group} ← nothing ← ${placeOf(schema, wanted)}`,
        { mend: opened },
        { because },
      ),
    ];
  }
  const changes = changesOf(scene, live, wanted);
  if (changes.length === 0) return [];
  const owner =
    live.owner === scene.admin ? [] : [`ALTER FUNCTION ${placeOf(schema, wanted)} OWNER TO ${identifier(scene.admin)}`];
  const what = `function \`${schema}.${name}\` ${changes.join(" and ")}`;
  return [
    found(
      "function-changed",
      "critical",
      what,
      `${live.owner} ← ${placeOf(schema, wanted)}`,
      actingFor(scene, [live.owner], [...owner, ...redefinition(live, wanted)]),
      { because },
    ),
  ];
}

function changesOf(scene: Scene, live: FunctionRow, wanted: Wanted): string[] {
  return [
    ...(live.owner === scene.admin ? [] : [`belongs to \`${live.owner}\``]),
    ...(live.body.trim() === wanted.body.trim() && live.language === "plpgsql" ? [] : ["has another body"]),
    ...(live.securityDefiner === wanted.securityDefiner
      ? []
      : [live.securityDefiner ? "runs with its owner's rights" : "runs with its caller's rights"]),
    ...(live.returns === wanted.returns ? [] : [`returns ${live.returns}`]),
    ...(live.settings.length === 0 ? [] : [`sets ${live.settings.join(", ")}`]),
  ];
}

/** In place it keeps its grants; another result takes another function. */
function redefinition(live: FunctionRow, wanted: Wanted): string[] {
  if (live.returns === wanted.returns) return [definition(wanted)];
  return [`DROP FUNCTION ${placeOf(wanted.schema, wanted)}`, definition(wanted)];
}

function definition({ schema, name, args, returns, securityDefiner, body }: Wanted): string {
  const parameters = args.map((arg) => `${identifier(arg.name)} ${arg.type}`).join(", ");
  return `CREATE OR REPLACE FUNCTION ${identifier(schema, name)}(${parameters}) RETURNS ${returns} LANGUAGE plpgsql ${securityDefiner ? "SECURITY DEFINER" : "SECURITY INVOKER"} AS ${literal(body)}`;
}

/** What somebody has put beside them. */
function strangers(scene: Scene, schema: string): AuditFinding[] {
  const things = (scene.thingsIn.get(schema) ?? []).filter(
    ({ kind, follows }) => kind !== "schema" && kind !== "column" && !follows,
  );
  return things.flatMap((row) => {
    const names = row.names.filter((name) => !isOwnFunction(schema, name));
    if (names.length === 0) return [];
    return [
      found(
        "function-unknown",
        "high",
        `schema \`${schema}\` has ${row.kind} ${abridged(names.map((name) => `\`${name}\``))}, which is not the program's`,
        `${row.owner} ← OWNER OF ${abridged(names)}`,
        actingFor(scene, [row.owner], moved(row, names)),
        { because: causeOf(scene, schema) },
      ),
    ];
  });
}

/** Out of the way, into `public`, where nobody but the admin calls it. */
function moved({ type, kind, items }: ThingRow, names: readonly string[]): string[] {
  const closed =
    kind === "routine" && items.length > 0 ? names.map((name) => `REVOKE ALL ON ROUTINE ${name} FROM PUBLIC`) : [];
  return [...closed, ...names.map((name) => `ALTER ${type} ${name} SET SCHEMA public`)];
}
