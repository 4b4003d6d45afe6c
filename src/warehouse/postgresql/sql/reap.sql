-- ci.reap(older_than): drops the schemas of leases opened longer ago than that; returns their names.
--
-- Runs as the deploying admin, pinned like ci.open. A lease of somebody else is left alone until it has expired, so no
-- CI service can end another one's run. What is not a lease is never touched.
-- One lease is looked up at a time, right before its schema is dropped: of a list that was made beforehand, a name could
-- have become another service's run, or have been prolonged, by the time it is its turn.
declare
  caller_path constant pg_catalog.text := pg_catalog.current_setting('search_path');
  name pg_catalog.text;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception using errcode = 'invalid_transaction_state',
      message = 'ci.reap needs a transaction that is read committed: any other sees leases that may be over';
  end if;

  name := '';
  loop
    select min(l.schema) into name from ci.leases() as l
     where l.opened < now() - older_than
       and (l.owner = session_user or l.expires < now())
       and l.schema > name;
    exit when name is null;
    execute format('drop schema %I cascade', name);
    return next name;
  end loop;

  perform pg_catalog.set_config('search_path', caller_path, true);
end
