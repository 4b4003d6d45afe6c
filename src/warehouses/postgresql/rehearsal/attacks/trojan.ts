import { PROD, schemaName } from "../../../../names";
import { as } from "../../../../proof/session";
import { outcomeOf } from "../../../../proof/statement";
import { identifier, literal } from "../../quote";
import type { PostgresqlScriptedAttack } from "./attack";

/** Nothing of that name is found. */
const NO_RELATION = "42P01";
const NO_FUNCTION = "42883";

/**
 * A developer may let prod into a schema of their own, and code that prod then names runs as prod: nothing in PostgreSQL
 * keeps an owner from granting, or prod from using what it was granted (docs/access-model.md, "Where the walls end").
 * What must hold is that prod does not run into it: not by names without a schema, not by listing, describing, sizing or
 * looking after what there is.
 */
export const TROJAN: PostgresqlScriptedAttack = {
  name: "trojan view",
  wants: "prod to run a developer's code that it does not name: behind a view, an index, a policy, an operator",
  async run({ developers, prodServices, prodSchema, logins }) {
    const attacker = developers[0];
    const victim = prodServices[0];
    if (!attacker || !victim) return null;
    const home = identifier(schemaName(attacker.name));
    return as(logins.login(attacker.name), async (client) => {
      const isHit = async () => (await client.query(`select is_called from ${home}.hits`)).rows[0].is_called;
      await client.query(layOut(home, attacker.name));
      try {
        await client.query(`select * from ${home}.trojan; analyze ${home}.bait`);
        if (await isHit()) return "counts its own developer as a victim";
        for (const { name } of prodServices) {
          const wrong = await as(logins.login(name), async (prod) => {
            for (const [sql, code] of errands(identifier(prodSchema.name, "after_table"))) {
              const outcome = await outcomeOf(prod.query(sql));
              if (outcome.code !== code) return `${sql}: expected ${code ?? "ALLOWED"}, got ${outcome.code}`;
              if (await isHit()) return `${sql}: ran the developer's code`;
            }
          });
          if (wrong) return `${name}: ${wrong}`;
        }
        await as(logins.superuser(), (superuser) => superuser.query(`vacuum analyze ${home}.bait`));
        if (await isHit()) return "maintenance by the superuser ran the developer's code as somebody else";
        await as(logins.login(victim.name), (prod) => prod.query(`select * from ${home}.trojan`));
        if (!(await isHit())) return "the trap does not close on who names it (positive control)";
      } finally {
        await client.query(clearAway(home));
      }
    });
  },
};

/** Everything that a developer can lay out and open to prod. Whoever runs the function, and is not the developer, is counted. */
function layOut(home: string, developer: string): string {
  const count = `begin if current_user <> ${literal(developer)} then perform nextval(${literal(`${home}.hits`)}); end if; return 1; end`;
  return `
    create sequence ${home}.hits;
    create function ${home}.horse(id int default 0) returns int language plpgsql immutable as ${literal(count)};
    create function ${home}.same(a int, b int) returns boolean language sql immutable as ${literal(`select ${home}.horse(a) = 1`)};
    create operator ${home}.= (leftarg = int, rightarg = int, function = ${home}.same);
    create view ${home}.trojan as select ${home}.horse() as one;
    create table ${home}.bait (id int primary key, twice int default ${home}.horse(), check (${home}.horse(id) = 1));
    create index on ${home}.bait (${home}.horse(id));
    create statistics ${home}.bait_statistics on id, (${home}.horse(id)) from ${home}.bait;
    insert into ${home}.bait select generate_series(1, 100);
    alter table ${home}.bait enable row level security;
    create policy bait on ${home}.bait using (${home}.horse(id) = 1);
    grant usage on schema ${home} to ${PROD}, public;
    grant all on ${home}.bait, ${home}.trojan, ${home}.hits to ${PROD};
    grant execute on function ${home}.horse, ${home}.same to ${PROD}, public;`;
}

function clearAway(home: string): string {
  return `
    revoke all on schema ${home} from ${PROD}, public;
    drop view ${home}.trojan;
    drop table ${home}.bait;
    drop operator ${home}.= (int, int);
    drop function ${home}.same, ${home}.horse;
    drop sequence ${home}.hits;`;
}

/** What prod does every day without naming anything of others, and the SQLSTATE of what has to fail. */
function errands(table: string): [sql: string, code?: string][] {
  return [
    ["select * from trojan", NO_RELATION],
    ["select horse(1)", NO_FUNCTION],
    [`select count(*) from ${table} where id = 1`],
    [`update ${table} set note = note`],
    // As dbt lists and describes relations, and psql and pg_dump what they find.
    ["select schemaname, tablename from pg_tables union all select schemaname, viewname from pg_views"],
    [
      "select pg_get_viewdef(oid), pg_total_relation_size(oid), has_table_privilege(oid, 'select') from pg_class where relkind in ('r', 'v', 'm')",
    ],
    ["select pg_get_indexdef(indexrelid), pg_get_expr(indexprs, indrelid) from pg_index"],
    ["select pg_get_functiondef(oid) from pg_proc where prokind in ('f', 'p')"],
    ["select pg_get_expr(adbin, adrelid) from pg_attrdef"],
    ["select * from information_schema.columns"],
    ["select * from information_schema.routines"],
    ["select * from pg_policies"],
    ["select * from pg_stats"],
    ["analyze"],
    ["vacuum"],
  ];
}
