-- Routines that run as one of some powerful roles and that others may execute, where others get at the schema.
-- $1: powerful roles; $2: administrators; $3: schemas that the plan gives to others
with
  trusted as (
    select oid from pg_roles where rolname = any ($2::text[])
  ),
  definer as materialized (
    select p.* from pg_proc as p join pg_roles as owner on owner.oid = p.proowner
     where p.prosecdef and owner.rolname = any ($1::text[])
  ),
  open_schema as (
    select n.oid
      from pg_namespace as n
     where n.nspname = any ($3::text[])
        or n.nspowner not in (select oid from trusted)
        or exists (select from aclexplode(n.nspacl) as item
                    where item.privilege_type = 'USAGE' and item.grantee <> n.nspowner
                      and item.grantee not in (select oid from trusted))
  )
select n.nspname as schema,
       p.proname as name,
       format('ROUTINE %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as place,
       owner.rolname as owner,
       coalesce(grantee.rolname, 'public') as grantee,
       case when item.grantor <> p.proowner then grantor.rolname end as grantor
  from definer as p
  join pg_namespace as n on n.oid = p.pronamespace
  join pg_roles as owner on owner.oid = p.proowner
 cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as item
  left join pg_roles as grantee on grantee.oid = item.grantee
  left join pg_roles as grantor on grantor.oid = item.grantor
 where item.grantee <> p.proowner
   and item.grantee not in (select oid from trusted)
   and n.oid in (select oid from open_schema)
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend as e
                    where e.classid = 'pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e')
 order by 3, 5
