-- unblock.end_blocker(pid): ends a session that production waits for; returns whether it is gone.
--
-- Runs as the deploying admin, pinned like ci.open. Only sessions of developers, CI and readers of the roster are ended,
-- and only while unblock.blockers names them: a pid that nobody waits for any more gives false.
declare
  caller_path constant pg_catalog.text := pg_catalog.current_setting('search_path');
  login pg_catalog.text;
  duty pg_catalog.text;
  signals pg_catalog.bool;
  ended pg_catalog.bool := false;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  -- Asked first, so that a session that has called this once needs no lock to be told again: there may be none left.
  signals := pg_has_role('pg_signal_backend', 'usage');
  select b.identity, b.duty into login, duty from unblock.blockers() as b where b.pid = end_blocker.pid;
  if found then
    if duty is null or duty = 'prod' then
      raise exception using errcode = 'insufficient_privilege',
        message = format('session %s is of %I, who is no developer, CI service or reader of the roster', pid, login);
    elsif signals or pg_has_role(login::name, 'usage') then
      ended := pg_terminate_backend(pid, 5000);
    else
      -- Whoever shares the session's role may end it. What is granted for that is rolled back in any case, and a signal
      -- is not.
      begin
        execute format('grant %I to current_user', login)
          || case when current_setting('server_version_num')::int >= 160000 then ' with inherit true' else '' end;
        ended := pg_terminate_backend(pid, 5000);
        raise exception using errcode = 'UB000';
      exception when sqlstate 'UB000' then
        null;
      end;
    end if;
  end if;

  perform pg_catalog.set_config('search_path', caller_path, true);
  return ended;
end
