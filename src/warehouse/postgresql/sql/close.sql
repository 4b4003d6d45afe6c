-- ci.close(run): drops the schemas of one of the caller's own runs with all that is in them; returns their names.
--
-- Runs as the deploying admin, pinned like ci.open. A run that is not open, or is somebody else's, gives no rows.
-- One lease is looked up at a time, right before its schema is dropped: of a list that was made beforehand, a name could
-- have become another service's run by the time it is its turn. In a transaction of one snapshot it always could.
declare
  caller_path constant pg_catalog.text := pg_catalog.current_setting('search_path');
  name pg_catalog.text;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception using errcode = 'invalid_transaction_state',
      message = 'ci.close needs a transaction that is read committed: any other sees leases that may be over';
  end if;

  name := '';
  loop
    select min(l.schema) into name from ci.leases() as l
     where l.run = close.run and l.owner = session_user and l.schema > name;
    exit when name is null;
    execute format('drop schema %I cascade', name);
    return next name;
  end loop;

  perform pg_catalog.set_config('search_path', caller_path, true);
end
