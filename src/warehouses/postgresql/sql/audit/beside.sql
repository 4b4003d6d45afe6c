-- What acts on production or shows it beside grants, one row each. `owner` is whose code runs, or whose thing it is.
-- $1: schemas of production
with
  production as materialized (
    select c.oid, format('%I.%I', n.nspname, c.relname) as place, n.nspname, c.relowner, c.relkind::text, c.relrowsecurity
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
     where n.nspname = any ($1::text[]) and c.relkind in ('r', 'p', 'v', 'm', 'f')
  ),
  member as (
    select classid, objid from pg_depend where deptype = 'e'
  )
select 'trigger' as what, quote_ident(t.tgname) as name, c.place, pg_get_userbyid(c.relowner) as holder,
       pg_get_userbyid(p.proowner) as owner, array[format('%I.%I', n.nspname, p.proname)] as details
  from pg_trigger as t
  join production as c on c.oid = t.tgrelid
  join pg_proc as p on p.oid = t.tgfoid
  join pg_namespace as n on n.oid = p.pronamespace
 where not t.tgisinternal and t.tgparentid = 0 and t.tgenabled <> 'D'
   and n.nspname <> 'pg_catalog' and (select count(*) from member where classid = 'pg_proc'::regclass and objid = p.oid) = 0
union all
-- Defaults, generated columns, checks, indexes, policies and views that call somebody's routine: `details` is its name and
-- its arguments' types, each as SQL has it.
select distinct 'code', format('%I.%I', n.nspname, p.proname), c.place, pg_get_userbyid(c.relowner), pg_get_userbyid(p.proowner),
       array[quote_ident(p.proname), pg_get_function_identity_arguments(p.oid), quote_ident(c.nspname)]
  from pg_depend as d
  join pg_proc as p on p.oid = d.refobjid
  join pg_namespace as n on n.oid = p.pronamespace
  left join pg_attrdef as a on d.classid = 'pg_attrdef'::regclass and a.oid = d.objid
  left join pg_constraint as k on d.classid = 'pg_constraint'::regclass and k.oid = d.objid
  left join pg_rewrite as r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
  left join pg_policy as o on d.classid = 'pg_policy'::regclass and o.oid = d.objid
  left join pg_index as i on d.classid = 'pg_class'::regclass and i.indexrelid = d.objid
  join production as c on c.oid = coalesce(a.adrelid, k.conrelid, r.ev_class, o.polrelid, i.indrelid)
 where d.refclassid = 'pg_proc'::regclass and n.nspname !~ '^pg_' and p.proowner <> c.relowner
   and (select count(*) from member where classid = 'pg_proc'::regclass and objid = p.oid) = 0
union all
select 'rule', quote_ident(r.rulename), c.place, pg_get_userbyid(c.relowner), pg_get_userbyid(c.relowner),
       array[case r.ev_type when '1' then 'SELECT' when '2' then 'UPDATE' when '3' then 'INSERT' else 'DELETE' end, c.relkind]
  from pg_rewrite as r
  join production as c on c.oid = r.ev_class
 where r.rulename <> '_RETURN' and r.ev_enabled <> 'D'
union all
select 'row security', '', c.place,
       pg_get_userbyid(c.relowner), pg_get_userbyid(c.relowner),
       array(select quote_ident(p.polname) from pg_policy as p where p.polrelid = c.oid order by p.polname collate "C")
  from production as c
 where c.relrowsecurity
union all
select 'event trigger', quote_ident(e.evtname), '', pg_get_userbyid(e.evtowner), pg_get_userbyid(e.evtowner),
       array[format('%I.%I', n.nspname, p.proname), e.evtevent]
  from pg_event_trigger as e
  join pg_proc as p on p.oid = e.evtfoid
  join pg_namespace as n on n.oid = p.pronamespace
 where e.evtenabled <> 'D'
   and (select count(*) from member where classid = 'pg_event_trigger'::regclass and objid = e.oid) = 0
union all
select 'publication', quote_ident(p.pubname), '', pg_get_userbyid(p.pubowner), pg_get_userbyid(p.pubowner),
       case when p.puballtables then array['all tables'] else shown.places end
  from pg_publication as p
 cross join lateral (
         select array(
                  select distinct quote_ident(t.schemaname)
                    from pg_publication_tables as t
                   where t.pubname = p.pubname and t.schemaname = any ($1::text[])
                   order by 1) as places
       ) as shown
 where p.puballtables or shown.places <> '{}'
union all
select 'subscription', quote_ident(s.subname), '', pg_get_userbyid(s.subowner), pg_get_userbyid(s.subowner), '{}'
  from pg_subscription as s
  join pg_database as d on d.oid = s.subdbid
 where s.subenabled and d.datname = current_database()
union all
select 'user mapping', quote_ident(m.srvname), '', case m.umuser when 0 then 'public' else m.usename end,
       pg_get_userbyid(s.srvowner), '{}'
  from pg_user_mappings as m
  join pg_foreign_server as s on s.oid = m.srvid
 order by 1, 3, 2, 4
