-- For roles: whether the current user can act for each, and how to become able to for a while and to leave again.
-- $1: names of the roles
with me as (
  select oid, rolname, rolsuper, rolcreaterole and rolinherit as joins,
         current_setting('server_version_num')::int >= 160000 as options
    from pg_roles where rolname = current_user
), role as (
  select r.oid, r.rolname, r.rolsuper,
         -- Since PostgreSQL 16 a membership may be without SET ROLE, which giving something to a role asks for.
         pg_has_role(me.oid, r.oid, 'usage') and pg_has_role(me.oid, r.oid, case when me.options then 'set' else 'member' end) as acts,
         (select to_jsonb(m) from pg_auth_members as m
           where me.options and m.roleid = r.oid and m.member = me.oid and m.grantor = me.oid) as before
    from pg_roles as r cross join me where r.rolname = any ($1::text[])
)
select r.rolname as name,
       r.acts or (not r.rolsuper and not pg_has_role(r.oid, me.oid, 'member')
                  and case when me.options then pg_has_role(me.oid, r.oid, 'member with admin option') else me.joins end) as reachable,
       case when r.acts then null
            when me.options then format('grant %I to %I with inherit true, set true', r.rolname, me.rolname)
            else format('grant %I to %I', r.rolname, me.rolname) end as "join",
       case when r.acts then null
            when r.before is null then format('revoke %I from %I', r.rolname, me.rolname)
            else format('grant %I to %I with inherit %s, set %s', r.rolname, me.rolname,
                        r.before ->> 'inherit_option', r.before ->> 'set_option') end as leave
  from role as r cross join me
 order by 1
