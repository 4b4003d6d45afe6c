-- What others get on what some roles will make. Without a schema: in every schema.
-- $1: those roles; $2: administrators
select owner.rolname as owner,
       n.nspname as schema,
       case a.defaclobjtype
         when 'r' then 'table'
         when 'S' then 'sequence'
         when 'f' then 'routine'
         when 'T' then 'type'
         when 'n' then 'schema'
         else 'large object'
       end as kind,
       coalesce(grantee.rolname, 'public') as grantee,
       array_agg(distinct item.privilege_type order by item.privilege_type) as privileges
  from pg_default_acl as a
 cross join lateral aclexplode(a.defaclacl) as item
  join pg_roles as owner on owner.oid = a.defaclrole
  left join pg_namespace as n on n.oid = a.defaclnamespace
  left join pg_roles as grantee on grantee.oid = item.grantee
 where owner.rolname = any ($1::text[])
   and item.grantee <> a.defaclrole
   and not coalesce(grantee.rolname = any ($2::text[]), false)
       -- PostgreSQL's own defaults, spelled out.
   and not (item.grantee = 0 and a.defaclnamespace = 0 and a.defaclobjtype in ('f', 'T'))
 group by owner.rolname, n.nspname, a.defaclobjtype, grantee.rolname
 order by 1, 2, 3, 4
