-- ci.reap(older_than): drops the schemas of leases opened longer ago than that; returns their names.
--
-- Runs as the deploying admin, pinned like ci.open. A lease of somebody else is left alone until it has expired, so no
-- CI service can end another one's run. What is not a lease is never touched.
declare
  caller_path constant pg_catalog.text := pg_catalog.current_setting('search_path');
  name pg_catalog.text;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  for name in
    select l.schema from ci.leases() as l
     where l.opened < now() - older_than
       and (l.owner = session_user or l.expires < now())
  loop
    execute format('drop schema %I cascade', name);
    return next name;
  end loop;

  perform pg_catalog.set_config('search_path', caller_path, true);
end
