-- The database, and who asks.
select current_user as "user",
       current_setting('server_version_num')::int / 10000 as version,
       d.datname as name,
       pg_get_userbyid(d.datdba) as owner,
       d.datconnlimit as "connectionLimit",
       d.datistemplate as template,
       (select rolname from pg_roles where oid = 10) as bootstrap
  from pg_database as d
 where d.datname = current_database()
