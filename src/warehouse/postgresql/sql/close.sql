-- ci.close(run): drops the schemas of one of the caller's own runs with all that is in them; returns their names.
--
-- Runs as the deploying admin, pinned like ci.open. A run that is not open, or is somebody else's, gives no rows.
declare
  caller_path constant pg_catalog.text := pg_catalog.current_setting('search_path');
  name pg_catalog.text;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  for name in select l.schema from ci.leases() as l where l.run = close.run and l.owner = session_user loop
    execute format('drop schema %I cascade', name);
    return next name;
  end loop;

  perform pg_catalog.set_config('search_path', caller_path, true);
end
