-- Ends session $1 if it is still that of login $2 and in the transaction of $3, as guard.sql has it; no row if not. Who
-- might not see the transaction has an empty $3.
select pg_terminate_backend(a.pid, 5000) as ended
  from pg_stat_get_activity($1::int) as a
 where pg_get_userbyid(a.usesysid)::text = $2::text
   and $3::text in ('', concat_ws(' ', a.backend_start, a.xact_start))
