import { literal } from "../../quote";

/** Functions of the catalog that the bodies use: name, arguments, result. */
const FUNCTIONS: readonly (readonly [name: string, args: readonly string[], returns: string])[] = [
  ["set_config", ["text", "text", "bool"], "text"],
  ["current_setting", ["text"], "text"],
  ["format", ["text", "text"], "text"],
  ["pg_stat_clear_snapshot", [], "void"],
  ["pg_blocking_pids", ["int4"], "int4[]"],
  ["pg_get_userbyid", ["oid"], "name"],
  ["pg_has_role", ["name", "text"], "bool"],
  ["pg_terminate_backend", ["int4", "int8"], "bool"],
  ["pg_is_other_temp_schema", ["oid"], "bool"],
  ["starts_with", ["text", "text"], "bool"],
  ["array_to_string", ["text[]", "text"], "text"],
  ["clock_timestamp", [], "timestamptz"],
];

/** Operators: name, left, right, result, the catalog's function. */
const OPERATORS = [
  ["=", "text", "text", "bool", "texteq"],
  ["=", "oid", "oid", "bool", "oideq"],
  ["||", "text", "text", "text", "textcat"],
  [">=", "int4", "int4", "bool", "int4ge"],
  ["->>", "jsonb", "text", "text", "jsonb_object_field_text"],
] as const;

const TABLES = ["pg_class", "pg_namespace", "pg_depend", "pg_type", "pg_rewrite", "pg_auth_members"];
const TYPES = ["text", "bool", "jsonb", "int4", "oid", "name", "regclass"];

/** Objects in a schema of production's that shadow what the functions use, and raise an error when they run as the admin. */
export function trap(home: string): string {
  const spy = `begin if current_user not in ('prod', session_user) then raise exception 'hijacked: ran as %', current_user; end if; `;
  const of = (type: string) => `pg_catalog.${type}`;
  const routine = (name: string, args: readonly string[], returns: string, original: string) => {
    const call = `${of(original)}(${args.map((_, index) => `$${index + 1}`).join(", ")})`;
    const answer = returns === "void" ? `perform ${call};` : `return ${call};`;
    const body = literal(`${spy}${answer} end`);
    return `create function ${home}.${name}(${args.map(of).join(", ")}) returns ${of(returns)} language plpgsql as ${body};`;
  };
  return [
    `create function ${home}.spy() returns pg_catalog.bool language plpgsql as ${literal(`${spy} return true; end`)};`,
    ...FUNCTIONS.map(([name, args, returns]) => routine(name, args, returns, name)),
    ...OPERATORS.flatMap(([name, left, right, returns, original]) => [
      routine(`trap_${original}`, [left, right], returns, original),
      `create operator ${home}.${name} (leftarg = ${of(left)}, rightarg = ${of(right)}, function = ${home}.trap_${original});`,
    ]),
    ...TABLES.flatMap((table) => [
      `create table ${home}.${table} (loot pg_catalog.int4);`,
      `create temporary table ${table} (loot pg_catalog.int4);`,
    ]),
    ...[home, "pg_temp"].flatMap((where) =>
      TYPES.map((type) => `create domain ${where}.${type} as ${of(type)} check (${home}.spy());`),
    ),
  ].join("\n");
}
