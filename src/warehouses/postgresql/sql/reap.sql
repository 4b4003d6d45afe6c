-- ci.reap(older_than): drops the schemas of leases opened longer ago than that; returns their names.
--
-- Runs as the deploying admin, pinned like ci.open. A lease of somebody else is left alone until it has expired, so no
-- CI service can end another one's run. What is not a lease is never touched.
-- A lease is looked up right before its schema is dropped, and again under lock: of a list that was made beforehand, a
-- name could have become another service's run, or have been prolonged, by the time it is its turn.
-- Somebody else's that is in use, or cannot be dropped for any other reason, is left for the next time: a transaction
-- that stays open in it holds nobody up. Half a second is less than it takes to be the victim of a deadlock.
declare
  caller_path constant pg_catalog.text := pg_catalog.current_setting('search_path');
  caller_patience constant pg_catalog.text := pg_catalog.current_setting('lock_timeout');
  patience pg_catalog.text := '500ms';
  name pg_catalog.text;
  mine pg_catalog.bool;
  seen pg_catalog.xid;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception using errcode = 'invalid_transaction_state',
      message = 'ci.reap needs a transaction that is read committed: any other sees leases that may be over';
  end if;

  foreach name in array array(select l.schema from ci.leases() as l order by l.schema) loop
    loop
      select l.owner = session_user, l.version into mine, seen from ci.lease(name) as l
       where {{due}};
      exit when not found;
      perform set_config('lock_timeout', case when mine then caller_patience else patience end, true);
      begin
        if ci.lock(name, seen) then
          execute format('drop schema %I cascade', name);
          return next name;
          exit;
        end if;
      exception when others then
        if mine then
          raise;
        end if;
        patience := '1ms';
        exit;
      end;
    end loop;
  end loop;

  perform set_config('lock_timeout', caller_patience, true);
  perform pg_catalog.set_config('search_path', caller_path, true);
end
