-- unblock.blockers(): the sessions that production waits for, directly or behind others, one row each.
--
-- Runs as the deploying admin, pinned like ci.open. Says who and how long, and nothing of what they execute. It asks
-- functions only and no catalog: somebody who queues for a lock on pg_class holds up every query that needs it.
declare
  caller_path constant pg_catalog.text := pg_catalog.current_setting('search_path');
  duties constant pg_catalog.jsonb := {{duties}};
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  -- What a transaction has once seen of the sessions it would see for ever.
  perform pg_stat_clear_snapshot();
  return query
    with recursive
      session as materialized (
        select a.pid as at, pg_get_userbyid(a.usesysid)::text as login, a.xact_start
          from pg_stat_get_activity(null) as a
         where a.usesysid is not null
      ),
      edge as materialized (
        select distinct s.at, ahead.at as behind
          from session as s
         cross join unnest(pg_blocking_pids(s.at)) as ahead (at)
      ),
      wait (production, at) as (
        select e.at, e.behind
          from edge as e
          join session as s on s.at = e.at
         where duties ->> s.login = 'prod'
        union
        select w.production, e.behind from wait as w join edge as e on e.at = w.at
      ),
      started as materialized (
        select l.pid as at, min(l.waitstart) as since from pg_lock_status() as l where not l.granted group by l.pid
      )
    select w.at,
           s.login,
           duties ->> s.login,
           array_agg(w.production order by w.production),
           array(select e.behind from edge as e where e.at = w.at order by e.behind),
           clock_timestamp() - min(started.since),
           clock_timestamp() - s.xact_start
      from wait as w
      left join session as s on s.at = w.at
      left join started on started.at = w.production
     group by w.at, s.login, s.xact_start
     order by w.at;

  perform pg_catalog.set_config('search_path', caller_path, true);
end
