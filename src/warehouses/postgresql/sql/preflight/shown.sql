-- Relations that show the rows of production's tables of another schema, whatever who reads them may do there: views with
-- their owner's rights, materialized views, and tables with children. Directly or by way of each other.
-- $1: schemas of production; $2: roles that may read there; $3: administrators
with recursive
  shows as (
    select r.ev_class as outside, d.refobjid as inside
      from pg_rewrite as r
      join pg_class as c on c.oid = r.ev_class and c.relkind in ('v', 'm')
      join pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
       and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class
     where not coalesce(array_to_string(c.reloptions, ',') ~ 'security_invoker=(true|on|1|yes)', false)
    union
    select inhparent, inhrelid from pg_inherits
  ),
  reach as (
    select outside, inside from shows
    union
    select reach.outside, shows.inside from reach join shows on shows.outside = reach.inside
  )
select distinct n.nspname as schema, c.relname as name, inner_n.nspname as "innerSchema", inner_c.relname as "innerName",
       array(
         select coalesce(grantee.rolname::text, 'public')
           from aclexplode(c.relacl) as item
           left join pg_roles as grantee on grantee.oid = item.grantee
          where item.privilege_type = 'SELECT' and item.grantee <> c.relowner
            and not coalesce(grantee.rolname = any ($3::text[]), false)
          order by 1
       ) as readers
  from reach
  join pg_class as c on c.oid = reach.outside
  join pg_namespace as n on n.oid = c.relnamespace
  join pg_roles as owner on owner.oid = c.relowner
  join pg_class as inner_c on inner_c.oid = reach.inside and inner_c.relkind in ('r', 'p', 'f')
  join pg_namespace as inner_n on inner_n.oid = inner_c.relnamespace
 where inner_n.nspname = any ($1::text[])
   and n.nspname <> inner_n.nspname
   and owner.rolname = any ($2::text[])
 order by 1, 2, 3, 4
