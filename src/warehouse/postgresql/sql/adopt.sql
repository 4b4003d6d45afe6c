-- The statements that make everything in a role's schemas belong to the role.
-- $1: role, $2: names of its schemas
with schemas as (
  select oid, nspname from pg_namespace where nspname = any ($2::text[])
), role as (
  select oid, rolname from pg_roles where rolname = $1
)
select format('alter %s %I.%I owner to %I',
              case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
                             when 'f' then 'foreign table' else 'table' end,
              s.nspname, c.relname, role.rolname) as statement
  from pg_class as c join schemas as s on s.oid = c.relnamespace cross join role
 where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
   and c.relowner <> role.oid
       -- A sequence of an identity or serial column follows its table.
   and not exists (select from pg_depend as d
                    where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')
                      and d.refclassid = 'pg_class'::regclass and c.relkind = 'S')
union all
select format('alter routine %I.%I(%s) owner to %I', s.nspname, p.proname, pg_get_function_identity_arguments(p.oid), role.rolname)
  from pg_proc as p join schemas as s on s.oid = p.pronamespace cross join role
 where p.proowner <> role.oid
union all
select format('alter %s %I.%I owner to %I', case t.typtype when 'd' then 'domain' else 'type' end, s.nspname, t.typname, role.rolname)
  from pg_type as t join schemas as s on s.oid = t.typnamespace cross join role
 where t.typowner <> role.oid
   and t.typtype in ('d', 'e', 'c', 'r')
       -- Row types of tables follow their table.
   and not exists (select from pg_class as c where c.oid = t.typrelid and c.relkind <> 'c')
order by 1
