-- What bears on the plan besides roles and schemas, one row each: `what` is its kind, `holder` who has or owns it.
-- $1: schemas of production; $2: administrators
select 'parameter' as what, p.parname as name, coalesce(grantee.rolname, 'public') as holder, item.privilege_type as detail
  from pg_parameter_acl as p
 cross join lateral aclexplode(p.paracl) as item
  left join pg_roles as grantee on grantee.oid = item.grantee
 where not coalesce(grantee.rolname = any ($2::text[]), false)
union all
-- Whoever may use such a server logs in there as the mapping says.
select 'foreign server', s.srvname, coalesce(grantee.rolname, 'public'),
       case when exists (select from pg_user_mappings as m where m.srvid = s.oid and m.umuser = 0) then 'mapped' else '' end
  from pg_foreign_server as s
 cross join lateral aclexplode(s.srvacl) as item
  left join pg_roles as grantee on grantee.oid = item.grantee
 where item.grantee <> s.srvowner and not coalesce(grantee.rolname = any ($2::text[]), false)
union all
select 'event trigger', e.evtname, owner.rolname, format('%s runs on %s', p.proname, e.evtevent)
  from pg_event_trigger as e
  join pg_roles as owner on owner.oid = e.evtowner
  join pg_proc as p on p.oid = e.evtfoid
 where e.evtenabled <> 'D'
union all
select 'row security', format('%s.%s', n.nspname, c.relname), owner.rolname, ''
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  join pg_roles as owner on owner.oid = c.relowner
 where c.relrowsecurity and n.nspname = any ($1::text[])
 order by 1, 2, 3, 4
