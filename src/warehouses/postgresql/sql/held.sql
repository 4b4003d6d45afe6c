-- What a role that has left was given in this database and on the server, and what it gave others of its own: each as the
-- statement that ends it, and the role to execute that as (only a grantor takes back a grant, see GRANT's GRANTED BY). For
-- an owner that is whoever acts for it; anybody else has to be taken on. Either needs the schema, whose owner has it.
-- $1: OID of the role
with acl as (
  select case c.relkind when 'S' then 'sequence' else 'table' end as kind,
         format('%I.%I', n.nspname, c.relname) as object, '' as columns, c.relowner as owner, c.relacl as acl, n.nspowner as home
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
  union all
  select 'table', format('%I.%I', n.nspname, c.relname), format(' (%I)', a.attname), c.relowner, a.attacl, n.nspowner
    from pg_attribute as a join pg_class as c on c.oid = a.attrelid join pg_namespace as n on n.oid = c.relnamespace
   where not a.attisdropped
  union all
  -- PUBLIC may execute a routine that has no ACL.
  select 'routine', p.oid::regprocedure::text, '', p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)), n.nspowner
    from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
  union all
  select 'schema', quote_ident(nspname), '', nspowner, nspacl, null from pg_namespace
  union all
  select case typtype when 'd' then 'domain' else 'type' end, t.oid::regtype::text, '', typowner, typacl, nspowner
    from pg_type as t join pg_namespace as n on n.oid = typnamespace
  union all
  select 'language', quote_ident(lanname), '', lanowner, lanacl, null from pg_language
  union all
  select 'large object', oid::text, '', lomowner, lomacl, null from pg_largeobject_metadata
  union all
  select 'foreign server', quote_ident(srvname), '', srvowner, srvacl, null from pg_foreign_server
  union all
  select 'foreign data wrapper', quote_ident(fdwname), '', fdwowner, fdwacl, null from pg_foreign_data_wrapper
  union all
  select 'database', quote_ident(datname), '', datdba, datacl, null from pg_database
  union all
  select 'tablespace', quote_ident(spcname), '', spcowner, spcacl, null from pg_tablespace
  union all
  select 'parameter', parname, '', 10, paracl, null from pg_parameter_acl
), item as (
  select kind, object, columns, owner, pg_get_userbyid(home) as home, a.grantee, a.grantor
    from acl cross join lateral aclexplode(acl) as a
)
-- What it gave: its own objects are nobody else's any more, and what others passed on goes with it.
select distinct owner::regrole::text as grantor, true as "asOwner", home,
       format('revoke all%s on %s %s from %s cascade', columns, kind, object,
              case grantee when 0 then 'public' else grantee::regrole::text end) as statement
  from item where owner = $1 and grantee <> owner
union all
select distinct grantor::regrole::text, grantor = owner, home,
       format('revoke all%s on %s %s from %s cascade', columns, kind, object, grantee::regrole)
  from item where grantee = $1 and owner <> $1
union all
select distinct d.defaclrole::regrole::text, true, null,
       format('alter default privileges for role %s%s revoke all on %s from %s', d.defaclrole::regrole,
              case when n.oid is not null then format(' in schema %I', n.nspname) end,
              case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'routines'
                                   when 'T' then 'types' when 'n' then 'schemas' else 'large objects' end,
              a.grantee::regrole)
  from pg_default_acl as d
  left join pg_namespace as n on n.oid = d.defaclnamespace
 cross join lateral aclexplode(d.defaclacl) as a
 where a.grantee = $1 and d.defaclrole <> $1
 order by 1, 4
