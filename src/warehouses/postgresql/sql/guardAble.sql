-- The logins that could end a session of login $1: members of pg_signal_backend, and whoever may join the login's role.
select r.rolname::text as name
  from pg_roles as r
 where r.rolcanlogin
   and r.rolname not in (current_user, session_user, $1)
   and (pg_has_role(r.oid, 'pg_signal_backend', 'usage')
        or r.rolcreaterole
           and (current_setting('server_version_num')::int < 160000
                or pg_has_role(r.oid, $1::name, 'usage with admin option')))
 order by r.rolname
