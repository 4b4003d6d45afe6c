-- Who is a member of what. A membership WITH ADMIN alone (since 16) gives nothing but the right to hand the role out.
select role.rolname as role,
       member.rolname as member,
       grantor.rolname as grantor,
       m.admin_option as admin,
       (to_jsonb(m) ->> 'inherit_option')::boolean as inherit,
       (to_jsonb(m) ->> 'set_option')::boolean as set,
       coalesce((to_jsonb(m) ->> 'inherit_option')::boolean or (to_jsonb(m) ->> 'set_option')::boolean, true) as useful
  from pg_auth_members as m
  join pg_roles as role on role.oid = m.roleid
  join pg_roles as member on member.oid = m.member
  left join pg_roles as grantor on grantor.oid = m.grantor
 order by role.rolname collate "C", member.rolname collate "C", grantor.rolname collate "C"
