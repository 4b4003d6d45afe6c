-- What the current database and its roles allow, as one JSON value: names instead of OIDs, everything sorted, an absent
-- ACL spelled out as the default that it stands for. Passwords are left out. PostgreSQL 15 to 18.
with
  role_name as (
    select oid, rolname as name from pg_roles
    union all
    select 0, 'public'
  ),
  own_schema as (
    select * from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
  ),
  -- Every ACL with its place: (catalog, oid) → rights.
  acl as (
    select 'pg_database'::regclass as catalog, oid, coalesce(datacl, acldefault('d', datdba)) as acl from pg_database
    union all
    select 'pg_namespace'::regclass, oid, coalesce(nspacl, acldefault('n', nspowner)) from pg_namespace
    union all
    select 'pg_class'::regclass, oid,
           coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner))
      from pg_class
    union all
    select 'pg_proc'::regclass, oid, coalesce(proacl, acldefault('f', proowner)) from pg_proc
    union all
    select 'pg_default_acl'::regclass, oid, defaclacl from pg_default_acl
  ),
  granted as (
    select acl.catalog, acl.oid,
           jsonb_agg(
             jsonb_build_object(
               'grantee', grantee.name,
               'privilege', lower(item.privilege_type),
               'grantable', item.is_grantable,
               'grantor', grantor.name
             )
             order by grantee.name collate "C", item.privilege_type collate "C", grantor.name collate "C"
           ) as rights
      from acl
     cross join lateral aclexplode(acl.acl) as item
      left join role_name as grantee on grantee.oid = item.grantee
      left join role_name as grantor on grantor.oid = item.grantor
     group by acl.catalog, acl.oid
  )
select jsonb_build_object(
  'roles', (
    select coalesce(jsonb_agg(
             jsonb_build_object(
               'name', rolname,
               'superuser', rolsuper,
               'inherit', rolinherit,
               'createRole', rolcreaterole,
               'createDatabase', rolcreatedb,
               'login', rolcanlogin,
               'replication', rolreplication,
               'bypassRowSecurity', rolbypassrls,
               'connectionLimit', rolconnlimit,
               'validUntil', rolvaliduntil at time zone 'UTC'
             )
             order by rolname collate "C"
           ), '[]')
      from pg_roles
     where rolname !~ '^pg_'
  ),
  -- The options INHERIT and SET exist since PostgreSQL 16.
  'memberships', (
    select coalesce(jsonb_agg(
             jsonb_build_object(
               'role', role.name,
               'member', member.name,
               'grantor', grantor.name,
               'admin', m.admin_option,
               'inherit', to_jsonb(m) -> 'inherit_option',
               'set', to_jsonb(m) -> 'set_option'
             )
             order by role.name collate "C", member.name collate "C", grantor.name collate "C"
           ), '[]')
      from pg_auth_members as m
      join role_name as role on role.oid = m.roleid
      join role_name as member on member.oid = m.member
      left join role_name as grantor on grantor.oid = m.grantor
     where member.name !~ '^pg_'
  ),
  'settings', (
    select coalesce(jsonb_agg(
             jsonb_build_object('role', role.name, 'database', datname, 'setting', setting)
             order by role.name collate "C", datname collate "C", setting collate "C"
           ), '[]')
      from pg_db_role_setting as s
     cross join lateral unnest(s.setconfig) as setting
      left join role_name as role on role.oid = nullif(s.setrole, 0)
      left join pg_database as d on d.oid = s.setdatabase
  ),
  'database', (
    select jsonb_build_object('name', datname, 'owner', owner.name, 'rights', coalesce(rights, '[]'))
      from pg_database as d
      join role_name as owner on owner.oid = datdba
      left join granted on catalog = 'pg_database'::regclass and granted.oid = d.oid
     where datname = current_database()
  ),
  'schemas', (
    select coalesce(jsonb_agg(
             jsonb_build_object('name', nspname, 'owner', owner.name, 'rights', coalesce(rights, '[]'))
             order by nspname collate "C"
           ), '[]')
      from own_schema as n
      join role_name as owner on owner.oid = nspowner
      left join granted on catalog = 'pg_namespace'::regclass and granted.oid = n.oid
  ),
  'relations', (
    select coalesce(jsonb_agg(
             jsonb_build_object(
               'schema', nspname,
               'name', relname,
               'kind', case relkind
                         when 'S' then 'sequence'
                         when 'v' then 'view'
                         when 'm' then 'materialized view'
                         when 'f' then 'foreign table'
                         else 'table'
                       end,
               'owner', owner.name,
               'rights', coalesce(rights, '[]')
             )
             order by nspname collate "C", relname collate "C"
           ), '[]')
      from pg_class as c
      join own_schema as n on n.oid = relnamespace
      join role_name as owner on owner.oid = relowner
      left join granted on catalog = 'pg_class'::regclass and granted.oid = c.oid
     where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  ),
  'functions', (
    select coalesce(jsonb_agg(
             jsonb_build_object(
               'schema', nspname,
               'name', proname,
               'arguments', pg_get_function_identity_arguments(p.oid),
               'returns', pg_get_function_result(p.oid),
               'language', lanname,
               'securityDefiner', prosecdef,
               'settings', coalesce(to_jsonb(proconfig), '[]'),
               'source', prosrc,
               'owner', owner.name,
               'rights', coalesce(rights, '[]')
             )
             order by nspname collate "C", proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C"
           ), '[]')
      from pg_proc as p
      join own_schema as n on n.oid = pronamespace
      join pg_language as l on l.oid = prolang
      join role_name as owner on owner.oid = proowner
      left join granted on catalog = 'pg_proc'::regclass and granted.oid = p.oid
  ),
  -- Without a schema: in every schema, and instead of PostgreSQL's own default.
  'defaultRights', (
    select coalesce(jsonb_agg(
             jsonb_build_object(
               'owner', owner.name,
               'schema', nspname,
               'kind', case defaclobjtype
                         when 'r' then 'table'
                         when 'S' then 'sequence'
                         when 'f' then 'function'
                         when 'T' then 'type'
                         when 'n' then 'schema'
                         else defaclobjtype::text
                       end,
               'rights', coalesce(rights, '[]')
             )
             order by owner.name collate "C", nspname collate "C", defaclobjtype
           ), '[]')
      from pg_default_acl as a
      join role_name as owner on owner.oid = defaclrole
      left join pg_namespace as n on n.oid = defaclnamespace
      left join granted on catalog = 'pg_default_acl'::regclass and granted.oid = a.oid
  )
) as catalog
