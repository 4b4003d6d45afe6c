-- ci.open(run): makes ci_<run> and ci_<run>_<source>, usable by the calling CI service alone; returns their names.
--
-- Runs as the deploying admin. Until the path is pinned every name is qualified, type names too: a caller may have put
-- types and functions of the same name before the catalog's. The time zone is pinned too: a lease written 99 hours away
-- from UTC can be read by nobody, and then no run is closed or reaped any more. Calling it again for one's own run mends and prolongs it.
declare
  caller_path constant pg_catalog.text := pg_catalog.current_setting('search_path');
  caller_zone constant pg_catalog.text := pg_catalog.current_setting('timezone');
  sources constant pg_catalog.text[] := {{sources}};
  services constant pg_catalog.jsonb := {{services}};
  service pg_catalog.jsonb;
  source pg_catalog.text;
  name pg_catalog.text;
  seen pg_catalog.xid;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  perform set_config('timezone', 'UTC', true);

  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception using errcode = 'invalid_transaction_state',
      message = 'ci.open needs a transaction that is read committed: any other sees leases that may be over';
  end if;

  service := services -> session_user;
  if service is null then
    raise exception using errcode = 'insufficient_privilege',
      message = format('%I is not a CI service of the roster', session_user);
  end if;
  if run is null or run !~ {{run_pattern}} or length(run) > {{longest_run}} then
    raise exception using errcode = 'invalid_parameter_value',
      message = format('bad run %L', run),
      hint = {{run_form}};
  end if;

  -- Its comment stays as it is: the lock on the role lets one open of a service count at a time.
  execute format('comment on role %I is %L', session_user,
    (select shobj_description(r.oid, 'pg_authid') from pg_roles as r where r.rolname = session_user));
  -- Runs are told apart by the text of their leases: to read each as ci.lease does takes ten times as long.
  if (select count(distinct split_part(d.description, '"', 4))
        from pg_namespace as n join pg_description as d on d.classoid = 'pg_namespace'::regclass and d.objoid = n.oid
       where starts_with(n.nspname, 'ci_') and n.nspowner = current_user::regrole
         and starts_with(d.description, '{"run": "') and strpos(d.description, format('"owner": "%s"', session_user)) > 0
         and not starts_with(d.description, format('{"run": "%s"', run))) >= (service ->> 'runs')::int then
    raise exception using errcode = 'configuration_limit_exceeded',
      message = format('%s runs of %I are open, and it may have no more', service ->> 'runs', session_user),
      hint = 'Close or reap those that are over; the roster limits `runs`.';
  end if;

  foreach source in array array[''] || sources loop
    name := 'ci_' || run || case source when '' then '' else '_' || source end;
    loop
      begin
        execute format('create schema %I', name);
        exit;
      exception when duplicate_schema or unique_violation then
        continue when to_regnamespace(quote_ident(name)) is null;
        select l.version into seen from ci.lease(name) as l where l.run = open.run and l.owner = session_user;
        if not found then
          raise exception using errcode = 'duplicate_schema',
            message = format('schema %I exists and is not of your run %L', name, run);
        end if;
      end;
      exit when ci.lock(name, seen);
    end loop;
    execute format('comment on schema %I is %L', name,
      jsonb_build_object('run', run, 'owner', session_user, 'opened', now(), 'expires', now() + (service ->> 'lifetime')::interval));
    -- Again on a schema that was there: a service that left and came back has lost what it had been granted.
    execute format('grant usage, create on schema %I to %I', name, session_user);
    return next name;
  end loop;

  perform set_config('timezone', caller_zone, true);
  perform pg_catalog.set_config('search_path', caller_path, true);
end
