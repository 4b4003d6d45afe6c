-- Every role, and how the deploying admin stands to it. PostgreSQL 15 to 18.
with
  handed as (
    select roleid as oid from pg_auth_members where admin_option and pg_has_role(current_user, member, 'MEMBER')
  )
select r.rolname as name,
       r.rolsuper as superuser,
       r.rolcanlogin as login,
       r.rolinherit as inherit,
       r.rolconnlimit as "connectionLimit",
       case when isfinite(r.rolvaliduntil) then to_char(r.rolvaliduntil at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end as "validUntil",
       array_remove(array[
         case when r.rolsuper then 'SUPERUSER' end,
         case when r.rolcreaterole then 'CREATEROLE' end,
         case when r.rolcreatedb then 'CREATEDB' end,
         case when r.rolreplication then 'REPLICATION' end,
         case when r.rolbypassrls then 'BYPASSRLS' end
       ], null) as attributes,
       -- The admin has its privileges, and changes what belongs to it.
       pg_has_role(current_user, r.oid, 'USAGE') as usable,
       -- The admin can alter it and hand it out. Before 16, CREATEROLE was enough for every role but a superuser.
       case
         when me.rolsuper then true
         when current_setting('server_version_num')::int >= 160000 then r.oid in (select oid from handed)
         else not r.rolsuper
       end as manageable
  from pg_roles as r
 cross join pg_roles as me
 where me.rolname = current_user
 order by r.rolname collate "C"
