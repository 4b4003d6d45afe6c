-- Everything that has an owner or grants, one row for all that are alike: the same kind, schema, owner and ACL. An absent
-- ACL is spelled out as the default that it stands for. System schemas are in system.sql.
with
  member as (
    select classid, objid from pg_depend where deptype = 'e'
  ),
  schema as materialized (
    select oid, nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
  ),
  -- A sequence of a column is its table's.
  follower as (
    select objid from pg_depend
     where classid = 'pg_class'::regclass and deptype in ('a', 'i') and refclassid = 'pg_class'::regclass and refobjsubid > 0
  ),
  thing as (
    select case c.relkind when 'S' then 'sequence' else 'table' end as kind,
           case c.relkind
             when 'v' then 'VIEW'
             when 'm' then 'MATERIALIZED VIEW'
             when 'S' then 'SEQUENCE'
             when 'f' then 'FOREIGN TABLE'
             else 'TABLE'
           end as type,
           n.nspname::text as schema, '' as column, format('%I.%I', n.nspname, c.relname) as name, c.relowner as owner,
           coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)) as acl,
           false as definer, c.relkind = 'S' and c.oid in (select objid from follower) as follows,
           'pg_class'::regclass as classid, c.oid as objid
      from pg_class as c
      join schema as n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select 'column', 'TABLE', n.nspname, a.attname, format('%I.%I', n.nspname, c.relname), c.relowner, a.attacl,
           false, true, 'pg_class'::regclass, c.oid
      from pg_attribute as a
      join pg_class as c on c.oid = a.attrelid
      join schema as n on n.oid = c.relnamespace
     where a.attacl is not null and not a.attisdropped
    union all
    select 'routine', 'ROUTINE', n.nspname, '',
           format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
           p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)), p.prosecdef, false, 'pg_proc'::regclass, p.oid
      from pg_proc as p
      join schema as n on n.oid = p.pronamespace
    union all
    select 'type', case t.typtype when 'd' then 'DOMAIN' else 'TYPE' end, n.nspname, '',
           format('%I.%I', n.nspname, t.typname), t.typowner, null, false, false, 'pg_type'::regclass, t.oid
      from pg_type as t
      join schema as n on n.oid = t.typnamespace
      left join pg_class as c on c.oid = t.typrelid
     where t.typtype in ('d', 'e', 'r') or c.relkind = 'c'
    union all
    select 'schema', 'SCHEMA', n.nspname, '', quote_ident(n.nspname), n.nspowner,
           coalesce(n.nspacl, acldefault('n', n.nspowner)), false, true, 'pg_namespace'::regclass, n.oid
      from pg_namespace as n
      join schema using (oid)
    union all
    select 'database', 'DATABASE', '', '', quote_ident(datname), datdba, coalesce(datacl, acldefault('d', datdba)),
           false, true, 'pg_database'::regclass, oid
      from pg_database
     where datname = current_database()
    union all
    select 'foreign data wrapper', 'FOREIGN DATA WRAPPER', '', '', quote_ident(fdwname), fdwowner,
           coalesce(fdwacl, acldefault('F', fdwowner)), false, true, 'pg_foreign_data_wrapper'::regclass, oid
      from pg_foreign_data_wrapper
    union all
    select 'foreign server', 'FOREIGN SERVER', '', '', quote_ident(srvname), srvowner,
           coalesce(srvacl, acldefault('S', srvowner)), false, true, 'pg_foreign_server'::regclass, oid
      from pg_foreign_server
    union all
    select 'large object', 'LARGE OBJECT', '', '', oid::text, lomowner, coalesce(lomacl, acldefault('L', lomowner)),
           false, true, 'pg_largeobject'::regclass, oid
      from pg_largeobject_metadata
    union all
    select 'tablespace', 'TABLESPACE', '', '', quote_ident(spcname), spcowner, coalesce(spcacl, acldefault('t', spcowner)),
           false, true, 'pg_tablespace'::regclass, oid
      from pg_tablespace
    union all
    -- The server's own; whoever is a superuser owns them.
    select 'parameter', 'PARAMETER', '', '', parname, 10, paracl, false, true, 'pg_parameter_acl'::regclass, oid
      from pg_parameter_acl
    union all
    select id.type, upper(replace(id.type, 'statistics object', 'statistics')), n.nspname, '', id.identity, other.owner, null, false, false, other.classid, other.objid
      from (
             select 'pg_collation'::regclass, oid, collnamespace, collowner from pg_collation
             union all
             select 'pg_conversion'::regclass, oid, connamespace, conowner from pg_conversion
             union all
             select 'pg_statistic_ext'::regclass, oid, stxnamespace, stxowner from pg_statistic_ext
             union all
             select 'pg_operator'::regclass, oid, oprnamespace, oprowner from pg_operator
             union all
             select 'pg_opclass'::regclass, oid, opcnamespace, opcowner from pg_opclass
             union all
             select 'pg_opfamily'::regclass, oid, opfnamespace, opfowner from pg_opfamily
             union all
             select 'pg_ts_dict'::regclass, oid, dictnamespace, dictowner from pg_ts_dict
             union all
             select 'pg_ts_config'::regclass, oid, cfgnamespace, cfgowner from pg_ts_config
           ) as other (classid, objid, namespace, owner)
      join schema as n on n.oid = other.namespace
     cross join lateral pg_identify_object(other.classid, other.objid, 0) as id
  ),
  alike as (
    select t.kind, t.type, t.schema, t.column, t.owner, t.acl, t.definer, t.follows, m.objid is not null as extension,
           -- ACLs can be hashed and not sorted, and a sorted aggregate would sort them.
           array_agg(t.name) as names
      from thing as t
      left join member as m on m.classid = t.classid and m.objid = t.objid
     group by t.kind, t.type, t.schema, t.column, t.owner, t.acl, t.definer, t.follows, m.objid is not null
  )
select a.kind, a.type, a.schema, a.column, pg_get_userbyid(a.owner) as owner, a.definer, a.follows, a.extension,
       array(select name from unnest(a.names) as name order by name collate "C") as names,
       coalesce(
         (select jsonb_agg(jsonb_build_object(
                   'grantee', case item.grantee when 0 then 'public' else pg_get_userbyid(item.grantee) end,
                   'grantor', pg_get_userbyid(item.grantor),
                   'privilege', item.privilege_type,
                   'grantable', item.is_grantable))
            from aclexplode(a.acl) as item
           where item.grantee <> a.owner),
         '[]') as items
  from alike as a
 order by a.schema collate "C", a.kind, a.type, 9, a.column collate "C"
