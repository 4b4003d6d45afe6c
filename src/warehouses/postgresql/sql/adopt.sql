-- What lies in an owner's schemas and belongs to somebody else, and who else uses it.
-- $1: owner, $2: names of the owner's schemas, $3: those of them that not everybody reads
with schema as (
  select oid from pg_namespace where nspname = any ($2::text[])
), thing (classid, objid, namespace, owner, definer, multirange) as (
  select 'pg_class'::regclass, oid, relnamespace, relowner, false, false
    from pg_class as c
   where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
         -- A sequence of an identity or serial column follows its table.
     and not (relkind = 'S' and exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid
                                           and deptype in ('a', 'i') and refclassid = 'pg_class'::regclass))
  union all
  select 'pg_proc'::regclass, oid, pronamespace, proowner, prosecdef, false from pg_proc
  union all
  select 'pg_type'::regclass, oid, typnamespace, typowner, false, typtype = 'm' from pg_type as t
         -- Row types follow their table.
   where not exists (select from pg_class as c where c.oid = t.typrelid and c.relkind <> 'c')
  union all
  select 'pg_statistic_ext'::regclass, oid, stxnamespace, stxowner, false, false from pg_statistic_ext
  union all
  select 'pg_collation'::regclass, oid, collnamespace, collowner, false, false from pg_collation
  union all
  select 'pg_conversion'::regclass, oid, connamespace, conowner, false, false from pg_conversion
  union all
  select 'pg_operator'::regclass, oid, oprnamespace, oprowner, false, false from pg_operator
  union all
  select 'pg_opclass'::regclass, oid, opcnamespace, opcowner, false, false from pg_opclass
  union all
  select 'pg_opfamily'::regclass, oid, opfnamespace, opfowner, false, false from pg_opfamily
  union all
  select 'pg_ts_config'::regclass, oid, cfgnamespace, cfgowner, false, false from pg_ts_config
  union all
  select 'pg_ts_dict'::regclass, oid, dictnamespace, dictowner, false, false from pg_ts_dict
), foreign_thing as (
  select * from thing as t
   where namespace in (select oid from schema)
     and owner <> (select oid from pg_roles where rolname = $1)
         -- What an extension made is the extension's, and what depends internally follows: arrays, multiranges, constructors.
     and not exists (select from pg_depend as d
                      where d.classid = t.classid and d.objid = t.objid and d.deptype in ('e', 'i')
                            -- A partitioned table depends on its own key.
                        and (d.refclassid, d.refobjid) <> (t.classid, t.objid)
                            -- Before PostgreSQL 17 a multirange has an owner apart from its range's.
                        and not (t.multirange and current_setting('server_version_num')::int < 170000))
), reference (classid, objid, refclassid, refobjid) as (
  -- A row type stands for its table, and an array for its elements.
  select d.classid, d.objid,
         case when c.oid is null then d.refclassid else 'pg_class'::regclass end,
         coalesce(c.oid, nullif(e.typelem, 0), d.refobjid)
    from pg_depend as d
    left join pg_type as e on d.refclassid = 'pg_type'::regclass and e.oid = d.refobjid and e.typlen = -1 and e.typelem <> 0
    left join pg_type as t on d.refclassid = 'pg_type'::regclass and t.oid = coalesce(nullif(e.typelem, 0), d.refobjid)
    left join pg_class as c on c.oid = t.typrelid and c.relkind <> 'c'
   where d.deptype in ('n', 'a')
  union all
  -- Rows of a partition or an inheriting table are read, and written, with the parent.
  select 'pg_class'::regclass, inhparent, 'pg_class'::regclass, inhrelid from pg_inherits
), view_of as (
  -- A view reads with its owner's rights, unless it says otherwise.
  select v.oid, min(format('%s %s', id.type, id.identity)) as restricted
    from pg_class as v
    join pg_rewrite as r on r.ev_class = v.oid
    join pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
    join pg_class as source on source.oid = d.refobjid and source.relnamespace <> v.relnamespace
    join pg_namespace as n on n.oid = source.relnamespace and n.nspname = any ($3::text[])
   cross join lateral pg_identify_object('pg_class'::regclass, source.oid, 0) as id
   where v.relkind in ('v', 'm') and not coalesce(v.reloptions @> array['security_invoker=true'], false)
   group by v.oid
), user_of as (
  -- Triggers, defaults, rules and so on are their table's; a domain's constraint is the domain's.
  select r.refclassid, r.refobjid,
         case when at.relation is not null then 'pg_class'::regclass when at.domain is not null then 'pg_type'::regclass
              else r.classid end as classid,
         coalesce(at.relation, at.domain, r.objid) as objid
    from reference as r
   cross join lateral (
     select case r.classid
              when 'pg_trigger'::regclass then (select tgrelid from pg_trigger where oid = r.objid)
              when 'pg_rewrite'::regclass then (select ev_class from pg_rewrite where oid = r.objid)
              when 'pg_attrdef'::regclass then (select adrelid from pg_attrdef where oid = r.objid)
              when 'pg_policy'::regclass then (select polrelid from pg_policy where oid = r.objid)
              when 'pg_constraint'::regclass then (select nullif(conrelid, 0) from pg_constraint where oid = r.objid)
              when 'pg_class'::regclass then (select indrelid from pg_index where indexrelid = r.objid)
            end as relation,
            case r.classid
              when 'pg_constraint'::regclass then (select nullif(contypid, 0) from pg_constraint where oid = r.objid)
            end as domain
   ) as at
), used as (
  select u.refclassid, u.refobjid, min(format('%s %s', by.type, by.identity)) as by
    from user_of as u cross join lateral pg_identify_object(u.classid, u.objid, 0) as by
   where (u.refclassid, u.refobjid) in (select classid, objid from foreign_thing)
     and (by.schema is null or to_regnamespace(by.schema) not in (select oid from schema))
   group by u.refclassid, u.refobjid
)
select format('%s %s', id.type, id.identity) as name,
       pg_get_userbyid(t.owner) as owner,
       t.definer,
       used.by as "usedBy",
       v.restricted,
       format('alter %s %s owner to %I', alter.kind, id.identity, $1) as statement,
       format('alter routine %s security invoker', id.identity) as disarm
  from foreign_thing as t
 cross join lateral pg_identify_object(t.classid, t.objid, 0) as id
 cross join lateral (
   select case when t.classid = 'pg_proc'::regclass then 'routine'
               when t.classid = 'pg_statistic_ext'::regclass then 'statistics'
               else id.type end as kind
 ) as alter
  left join view_of as v on t.classid = 'pg_class'::regclass and v.oid = t.objid
  left join used on used.refclassid = t.classid and used.refobjid = t.objid
 order by statement
