-- What others may do with things of pg_catalog that they may not when a database is made.
with
  thing as (
    select 'pg_class'::regclass as classid, c.oid, a.attnum::int as objsubid, 'table' as kind,
           format('%s(%I) ON %I.%I', '', a.attname, n.nspname, c.relname) as place, c.relowner as owner, a.attacl as acl, n.oid as namespace
      from pg_attribute as a
      join pg_class as c on c.oid = a.attrelid
      join pg_namespace as n on n.oid = c.relnamespace
     where a.attacl is not null
    union all
    select 'pg_class'::regclass, c.oid, 0, 'table', format('ON %I.%I', n.nspname, c.relname), c.relowner, c.relacl, n.oid
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f')
    union all
    select 'pg_proc'::regclass, p.oid, 0, 'routine',
           format('ON ROUTINE %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), p.proowner,
           -- What everybody may call has no ACL when the database is made.
           p.proacl, n.oid
      from pg_proc as p
      join pg_namespace as n on n.oid = p.pronamespace
     where p.proacl is not null
  ),
  item as (
    select t.classid, t.oid, t.objsubid, t.kind, t.place, t.owner, i.grantee, i.grantor, i.privilege_type, i.is_grantable
      from thing as t
      join pg_namespace as n on n.oid = t.namespace
     cross join lateral aclexplode(t.acl) as i
     where n.nspname = 'pg_catalog' and i.grantee <> t.owner
  )
select i.kind, i.place, pg_get_userbyid(i.owner) as owner,
       case i.grantee when 0 then 'public' else pg_get_userbyid(i.grantee) end as grantee,
       pg_get_userbyid(i.grantor) as grantor,
       array_agg(distinct i.privilege_type order by i.privilege_type) as privileges
  from item as i
 where not exists (
         select from pg_init_privs as p
          cross join lateral aclexplode(p.initprivs) as o
          where p.classoid = i.classid and p.objoid = i.oid and p.objsubid = i.objsubid
            and o.grantee = i.grantee and o.privilege_type = i.privilege_type and (o.is_grantable or not i.is_grantable))
       -- A routine that has an ACL of its own and none from the start was everybody's before.
   and not (i.kind = 'routine' and i.grantee = 0
            and not exists (select from pg_init_privs as p where p.classoid = i.classid and p.objoid = i.oid))
 group by i.kind, i.place, i.owner, i.grantee, i.grantor
 order by i.place collate "C", 4, 5
