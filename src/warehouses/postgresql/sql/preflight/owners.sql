-- Whom things belong to, where that is neither the schema's owner-to-be nor the deploying admin, and all that some roles own;
-- what comes with an extension or with its table is left out.
-- $1: names of schemas, $2: their owners-to-be, in the same order; $3: roles
with
  watched as (
    select n.oid, w.owner from unnest($1::text[], $2::text[]) as w (schema, owner) join pg_namespace as n on n.nspname = w.schema
  ),
  suspect as (
    select oid from pg_roles where rolname = any ($3::text[])
  ),
  thing as (
    select 'schema' as kind, oid as namespace, format('SCHEMA %I', nspname) as place, nspowner as owner,
           'pg_namespace'::regclass as catalog, oid
      from pg_namespace
    union all
    select case when c.relkind in ('r', 'p') then 'table' else 'relation' end, n.oid,
           format('%s %I.%I',
                  case c.relkind
                    when 'v' then 'VIEW'
                    when 'm' then 'MATERIALIZED VIEW'
                    when 'S' then 'SEQUENCE'
                    when 'f' then 'FOREIGN TABLE'
                    else 'TABLE'
                  end, n.nspname, c.relname),
           c.relowner, 'pg_class'::regclass, c.oid
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
           -- A sequence of a column is its table's.
       and not (c.relkind = 'S'
                and exists (select from pg_depend as d
                             where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')
                               and d.refclassid = 'pg_class'::regclass))
    union all
    select 'routine', n.oid,
           format('ROUTINE %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
           p.proowner, 'pg_proc'::regclass, p.oid
      from pg_proc as p
      join pg_namespace as n on n.oid = p.pronamespace
     where n.nspname <> 'pg_catalog'
    union all
    select 'type', n.oid,
           format(case t.typtype when 'd' then 'DOMAIN %I.%I' else 'TYPE %I.%I' end, n.nspname, t.typname),
           t.typowner, 'pg_type'::regclass, t.oid
      from pg_type as t
      join pg_namespace as n on n.oid = t.typnamespace
      left join pg_class as c on c.oid = t.typrelid
     where t.typtype in ('d', 'e', 'r') or c.relkind = 'c'
  )
select t.kind, n.nspname as schema, t.place, owner.rolname as owner,
       case holder.rolname when 'pg_database_owner' then pg_get_userbyid(d.datdba) else holder.rolname end as "schemaOwner"
  from thing as t
  join pg_roles as owner on owner.oid = t.owner
  join pg_namespace as n on n.oid = t.namespace
  join pg_roles as holder on holder.oid = n.nspowner
  left join watched as w on w.oid = t.namespace
  join pg_database as d on d.datname = current_database()
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and (t.owner in (select oid from suspect)
        or (t.kind <> 'schema' and w.oid is not null and owner.rolname <> w.owner and owner.rolname <> current_user))
   and not exists (select from pg_depend as e where e.classid = t.catalog and e.objid = t.oid and e.deptype = 'e')
 order by 2, t.kind <> 'schema', t.place collate "C"
