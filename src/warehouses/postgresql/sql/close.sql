-- ci.close(run): drops the schemas of one of the caller's own runs with all that is in them; returns their names.
--
-- Runs as the deploying admin, pinned like ci.open. A run that is not open, or is somebody else's, gives no rows.
-- A lease is looked up right before its schema is dropped, and again under lock: of a list that was made beforehand, a
-- name could have become another service's run by the time it is its turn. In a transaction of one snapshot it always could.
declare
  caller_path constant pg_catalog.text := pg_catalog.current_setting('search_path');
  name pg_catalog.text;
  seen pg_catalog.xid;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception using errcode = 'invalid_transaction_state',
      message = 'ci.close needs a transaction that is read committed: any other sees leases that may be over';
  end if;

  foreach name in array array(select l.schema from ci.leases() as l order by l.schema) loop
    loop
      select l.version into seen from ci.lease(name) as l
       where l.run = close.run and l.owner = session_user;
      exit when not found;
      if ci.lock(name, seen) then
        execute format('drop schema %I cascade', name);
        return next name;
        exit;
      end if;
    end loop;
  end loop;

  perform pg_catalog.set_config('search_path', caller_path, true);
end
