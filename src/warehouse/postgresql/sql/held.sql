-- What a role that has left was given in this database and on the server, and what it gave others of its own: each as the
-- statement that ends it, and the role to execute that as (only a grantor takes back a grant, see GRANT's GRANTED BY).
-- $1: OID of the role
with acl as (
  select case c.relkind when 'S' then 'sequence' else 'table' end as kind,
         format('%I.%I', n.nspname, c.relname) as object, '' as columns, c.relowner as owner, c.relacl as acl
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
  union all
  select 'table', format('%I.%I', n.nspname, c.relname), format(' (%I)', a.attname), c.relowner, a.attacl
    from pg_attribute as a join pg_class as c on c.oid = a.attrelid join pg_namespace as n on n.oid = c.relnamespace
   where not a.attisdropped
  union all
  -- PUBLIC may execute a routine that has no ACL.
  select 'routine', p.oid::regprocedure::text, '', p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)) from pg_proc as p
  union all
  select 'schema', quote_ident(nspname), '', nspowner, nspacl from pg_namespace
  union all
  select case typtype when 'd' then 'domain' else 'type' end, oid::regtype::text, '', typowner, typacl from pg_type
  union all
  select 'language', quote_ident(lanname), '', lanowner, lanacl from pg_language
  union all
  select 'large object', oid::text, '', lomowner, lomacl from pg_largeobject_metadata
  union all
  select 'foreign server', quote_ident(srvname), '', srvowner, srvacl from pg_foreign_server
  union all
  select 'foreign data wrapper', quote_ident(fdwname), '', fdwowner, fdwacl from pg_foreign_data_wrapper
  union all
  select 'database', quote_ident(datname), '', datdba, datacl from pg_database
  union all
  select 'tablespace', quote_ident(spcname), '', spcowner, spcacl from pg_tablespace
  union all
  select 'parameter', parname, '', 10, paracl from pg_parameter_acl
), item as (
  select kind, object, columns, owner, a.grantee, a.grantor
    from acl cross join lateral aclexplode(acl) as a
)
-- What it gave: its own objects are nobody else's any more, and what others passed on goes with it.
select distinct owner::regrole::text as grantor,
       format('revoke all%s on %s %s from %s cascade', columns, kind, object,
              case grantee when 0 then 'public' else grantee::regrole::text end) as statement
  from item where owner = $1 and grantee <> owner
union all
select distinct grantor::regrole::text,
       format('revoke all%s on %s %s from %s cascade', columns, kind, object, grantee::regrole)
  from item where grantee = $1 and owner <> $1
union all
select distinct d.defaclrole::regrole::text,
       format('alter default privileges for role %s%s revoke all on %s from %s', d.defaclrole::regrole,
              case when n.oid is not null then format(' in schema %I', n.nspname) end,
              case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'routines'
                                   when 'T' then 'types' when 'n' then 'schemas' else 'large objects' end,
              a.grantee::regrole)
  from pg_default_acl as d
  left join pg_namespace as n on n.oid = d.defaclnamespace
 cross join lateral aclexplode(d.defaclacl) as a
 where a.grantee = $1 and d.defaclrole <> $1
 order by 1, 2
