-- The sessions of the roster's developers, CI services and readers: for how many milliseconds each has been at what it
-- does, and who of production waits for it.
--
-- $1: login -> duty, of the whole roster.
--
-- Asks functions only and no catalog, as unblock.blockers does. Of several who wait for each other it names the one at the
-- head of the queue: with it the others go on.
with recursive
  session as materialized (
    select a.*, pg_get_userbyid(a.usesysid)::text as login, $1::jsonb ->> pg_get_userbyid(a.usesysid)::text as duty
      from pg_stat_get_activity(null) as a
     where a.usesysid is not null and a.leader_pid is null
  ),
  wait (production, at) as (
    select s.pid, ahead.pid
      from session as s cross join lateral unnest(pg_blocking_pids(s.pid)) as ahead (pid)
     where s.duty = 'prod'
    union
    select w.production, ahead.pid
      from wait as w cross join lateral unnest(pg_blocking_pids(w.at)) as ahead (pid)
  ),
  locked as materialized (
    select l.pid, min(l.waitstart) as since from pg_lock_status() as l where not l.granted group by l.pid
  ),
  blocked as (
    select w.at,
           array_agg(distinct p.login order by p.login) as logins,
           extract(epoch from clock_timestamp() - min(l.since)) * 1000 as milliseconds
      from wait as w
      join session as p on p.pid = w.production
      join locked as l on l.pid = w.production
     where not exists (
             select from unnest(pg_blocking_pids(w.at)) as ahead (pid)
                    join session as other on other.pid = ahead.pid and other.duty <> 'prod'
           )
     group by w.at
  )
select s.pid,
       s.login,
       s.duty,
       (pg_has_role('pg_read_all_stats', 'usage') or pg_has_role(s.usesysid, 'usage'))
         and s.state is distinct from 'disabled' as seen,
       -- A transaction that is over is no offence any more, whatever the session does next.
       concat_ws(' ', s.backend_start, s.xact_start) as since,
       case when s.state in ('active', 'fastpath function call')
            then extract(epoch from clock_timestamp() - s.query_start) * 1000 end::float8 as statement,
       case when s.state like 'idle in transaction%'
            then extract(epoch from clock_timestamp() - s.state_change) * 1000 end::float8 as idle,
       case when coalesce(s.backend_xmin, s.backend_xid) is not null
             and s.datid = (select d.datid from session as d where d.pid = pg_backend_pid())
            then extract(epoch from clock_timestamp() - s.xact_start) * 1000 end::float8 as snapshot,
       b.milliseconds::float8 as blocking,
       coalesce(b.logins, '{}') as blocks
  from session as s
  left join blocked as b on b.at = s.pid
 where s.duty <> 'prod' and s.pid <> pg_backend_pid()
 order by s.login, s.pid
