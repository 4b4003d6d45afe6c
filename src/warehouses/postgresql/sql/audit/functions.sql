-- The routines of some schemas, as they would be printed, and what runs.
-- $1: names of schemas
select n.nspname as schema,
       p.proname as name,
       pg_get_function_identity_arguments(p.oid) as arguments,
       pg_get_function_result(p.oid) as returns,
       l.lanname as language,
       pg_get_userbyid(p.proowner) as owner,
       p.prosecdef as "securityDefiner",
       p.prosrc as body,
       coalesce(p.proconfig, '{}') as settings
  from pg_proc as p
  join pg_namespace as n on n.oid = p.pronamespace
  join pg_language as l on l.oid = p.prolang
 where n.nspname = any ($1::text[])
 order by n.nspname collate "C", p.proname collate "C", 3
