-- unblock.blockers(): the sessions that production waits for, directly or behind others, one row each; and sessions of
-- developers, CI and readers that hold more than a tenth of all locks that the server has room for.
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
      locked as materialized (
        select l.pid as at, count(*) filter (where l.granted) as held, min(l.waitstart) as since
          from pg_lock_status() as l
         group by l.pid
      ),
      blocker (production, at) as (
        select w.production, w.at from wait as w
        union all
        -- Whoever takes up the room for locks keeps everybody from logging in, and nobody is seen to wait.
        select null, l.at
          from locked as l
          join session as s on s.at = l.at
         where duties ->> s.login <> 'prod'
           and l.held > current_setting('max_locks_per_transaction')::int * current_setting('max_connections')::int / 10
      )
    select b.at,
           s.login,
           duties ->> s.login,
           array_remove(array_agg(b.production order by b.production), null),
           array(select e.behind from edge as e where e.at = b.at order by e.behind),
           clock_timestamp() - min(victim.since),
           clock_timestamp() - s.xact_start,
           coalesce(l.held, 0)::int
      from blocker as b
      left join session as s on s.at = b.at
      left join locked as l on l.at = b.at
      left join locked as victim on victim.at = b.production
     group by b.at, s.login, s.xact_start, l.held
     order by b.at;

  perform pg_catalog.set_config('search_path', caller_path, true);
end
