-- ci.open(run): makes ci_<run> and ci_<run>_<source>, usable by the calling CI service alone; returns their names.
--
-- Runs as the deploying admin. Until the path is pinned every name is qualified, type names too: a caller may have put
-- types and functions of the same name before the catalog's. The time zone is pinned too: a lease written 99 hours away
-- from UTC can be read by nobody, and then no run is closed or reaped any more. Calling it again for one's own run mends and prolongs it.
declare
  caller_path constant pg_catalog.text := pg_catalog.current_setting('search_path');
  caller_zone constant pg_catalog.text := pg_catalog.current_setting('timezone');
  sources constant pg_catalog.text[] := {{sources}};
  lifetimes constant pg_catalog.jsonb := {{lifetimes}};
  lifetime pg_catalog.interval;
  source pg_catalog.text;
  name pg_catalog.text;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  perform set_config('timezone', 'UTC', true);

  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception using errcode = 'invalid_transaction_state',
      message = 'ci.open needs a transaction that is read committed: any other sees leases that may be over';
  end if;

  lifetime := (lifetimes ->> session_user)::interval;
  if lifetime is null then
    raise exception using errcode = 'insufficient_privilege',
      message = format('%I is not a CI service of the roster', session_user);
  end if;
  if run is null or run !~ '^[a-z0-9]+(_[a-z0-9]+)*$' or length(run) > 20 then
    raise exception using errcode = 'invalid_parameter_value',
      message = format('bad run %L', run),
      hint = 'A run is 1 to 20 lower-case letters and digits, in words joined by single underscores.';
  end if;

  foreach source in array array[''] || sources loop
    name := 'ci_' || run || case source when '' then '' else '_' || source end;
    begin
      execute format('create schema %I', name);
      execute format('grant usage, create on schema %I to %I', name, session_user);
    exception when duplicate_schema or unique_violation then
      if not exists (select from ci.leases() as l where l.schema = name and l.run = open.run and l.owner = session_user) then
        raise exception using errcode = 'duplicate_schema',
          message = format('schema %I exists and is not of your run %L', name, run);
      end if;
    end;
    execute format('comment on schema %I is %L', name,
      jsonb_build_object('run', run, 'owner', session_user, 'opened', now(), 'expires', now() + lifetime));
    return next name;
  end loop;

  perform set_config('timezone', caller_zone, true);
  perform pg_catalog.set_config('search_path', caller_path, true);
end
