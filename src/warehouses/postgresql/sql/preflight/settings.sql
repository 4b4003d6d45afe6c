-- What sessions in this database start with: settings of the database, of roles, and of roles in it.
select role.rolname as role,
       s.setdatabase <> 0 as "inDatabase",
       split_part(setting, '=', 1) as name,
       substring(setting from position('=' in setting) + 1) as value
  from pg_db_role_setting as s
 cross join lateral unnest(s.setconfig) as setting
  left join pg_roles as role on role.oid = s.setrole
  left join pg_database as d on d.oid = s.setdatabase
 where s.setdatabase = 0 or d.datname = current_database()
 order by 1, 2, 3
