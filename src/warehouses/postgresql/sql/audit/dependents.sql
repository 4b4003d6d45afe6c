-- What lies outside production, keeps its tables from being dropped or changed, and is no plain view; by owner and kind.
-- $1: schemas of production
with
  production as materialized (
    select c.oid, c.reltype, c.relnamespace, format('%I.%I', n.nspname, c.relname) as place
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
     where n.nspname = any ($1::text[]) and c.relkind in ('r', 'p', 'v', 'm', 'f')
  ),
  row_type as materialized (
    select t.oid, p.place from pg_type as t join production as p on t.oid = p.reltype
    union all
    select a.oid, p.place from pg_type as t join production as p on t.oid = p.reltype join pg_type as a on a.oid = t.typarray
  ),
  relation as (
    select 'materialized view' as kind, r.ev_class as oid, p.place, '' as part
      from pg_depend as d
      join production as p on p.oid = d.refobjid
      join pg_rewrite as r on r.oid = d.objid
      join pg_class as c on c.oid = r.ev_class and c.relkind = 'm'
     where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass
    union
    select 'foreign key', k.conrelid, p.place, k.conname
      from pg_constraint as k join production as p on p.oid = k.confrelid
     where k.contype = 'f'
    union
    select 'child table', h.inhrelid, p.place, p.place
      from pg_inherits as h join production as p on p.oid = h.inhparent
      join pg_class as c on c.oid = h.inhrelid and not c.relispartition
    union
    select 'column of a row type', a.attrelid, t.place, a.attname
      from pg_attribute as a join row_type as t on t.oid = a.atttypid
           -- Below are the server's own types.
     where a.atttypid >= 16384 and not a.attisdropped
  ),
  found as (
    select r.kind, pg_get_userbyid(c.relowner) as owner, format('%I.%I', n.nspname, c.relname) as name, r.place,
           case r.kind
             when 'materialized view' then format('DROP MATERIALIZED VIEW %I.%I', n.nspname, c.relname)
             when 'foreign key' then format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, c.relname, r.part)
             when 'child table' then format('ALTER TABLE %I.%I NO INHERIT %s', n.nspname, c.relname, r.part)
             else format('ALTER TABLE %I.%I ALTER COLUMN %I TYPE text', n.nspname, c.relname, r.part)
           end as mend
      from relation as r
      join pg_class as c on c.oid = r.oid and c.relkind in ('r', 'p', 'm', 'f')
      join pg_namespace as n on n.oid = c.relnamespace
     where c.relnamespace not in (select relnamespace from production)
    union
    select 'routine', pg_get_userbyid(p.proowner),
           format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), coalesce(c.place, t.place),
           format('DROP ROUTINE %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
      from pg_depend as d
      join pg_proc as p on p.oid = d.objid
      join pg_namespace as n on n.oid = p.pronamespace
      left join production as c on d.refclassid = 'pg_class'::regclass and c.oid = d.refobjid
      left join row_type as t on d.refclassid = 'pg_type'::regclass and t.oid = d.refobjid
     where d.classid = 'pg_proc'::regclass and (c.oid is not null or t.oid is not null)
       and p.pronamespace not in (select relnamespace from production)
  )
select kind, owner, array_agg(distinct name order by name) as names, array_agg(distinct place order by place) as places,
       array_agg(distinct mend order by mend) as mends
  from found
 group by kind, owner
 order by owner collate "C", kind
