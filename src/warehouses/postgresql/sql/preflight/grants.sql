-- What is granted on the database, on schemas and on what is in them to anybody but owners and administrators, things of
-- a kind that have the same grants together. A grant that is not its owner's names its grantor.
-- $1: names of schemas; $2: those of them whose contents matter too; $3: administrators
-- `things`: what readers are granted something on (src/warehouses/postgresql/kinds.ts)
with
  trusted as (
    select oid from pg_roles where rolname = any ($3::text[])
  ),
  schema as (
    select oid, nspname, nspname = any ($2::text[]) as looked_into from pg_namespace where nspname = any ($1::text[])
  ),
  thing as (
    select 'database' as kind, '' as schema, datname::text as name, format('DATABASE %I', datname) as place,
           datdba as owner, datacl as acl
      from pg_database
     where datname = current_database()
    union all
    select 'schema', s.nspname::text, s.nspname::text, format('SCHEMA %I', s.nspname), n.nspowner, n.nspacl
      from schema as s
      join pg_namespace as n on n.oid = s.oid
    union all
    select t.kind, s.nspname::text, format('%s.%s', s.nspname, t.name),
           format('%s %I.%I', upper(t.kind), s.nspname, t.name), t.owner, acl.acl
      from schema as s
      join (
             {{things}}
           ) as t (kind, classid, objid, namespace, name, owner, acl, privilege, leader) on t.namespace = s.oid
     cross join lateral (
             select t.acl
             union all
             -- What is revoked from a table is revoked from its columns too.
             select attacl from pg_attribute
              where t.classid = 'pg_class'::regclass and attrelid = t.objid and attacl is not null
           ) as acl
     where s.looked_into
  )
select t.kind, t.schema,
       coalesce(grantee.rolname, 'public') as grantee,
       case when item.grantor <> t.owner then grantor.rolname end as grantor,
       item.is_grantable as grantable,
       array_agg(distinct item.privilege_type order by item.privilege_type) as privileges,
       count(distinct t.place)::int as things,
       min(t.name) as name,
       min(t.place) as place
  from thing as t
 cross join lateral aclexplode(coalesce(t.acl, case t.kind when 'database' then acldefault('d', t.owner) end)) as item
  left join pg_roles as grantee on grantee.oid = item.grantee
  left join pg_roles as grantor on grantor.oid = item.grantor
 where item.grantee <> t.owner
   and item.grantee not in (select oid from trusted)
 group by t.kind, t.schema, grantee.rolname,
          case when item.grantor <> t.owner then grantor.rolname end, item.is_grantable
 order by t.schema collate "C", t.kind, 3, 4, 5
