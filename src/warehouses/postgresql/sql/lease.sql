-- ci.lease(schema): what the comment of a throw-away schema says; no row where it is no lease.
--
-- A lease is the comment of the schema that it stands for, so it cannot outlive the schema or be lost beside it. Only
-- the owner of a schema may comment on it: CI cannot forge a lease, because the deploying admin owns these schemas. The
-- admin may write anything, and a comment of another shape must not keep the leases around it from being read.
--
-- `version` is another one whenever the schema or what is granted on it has been written: ci.lock compares it.
declare
  comment pg_catalog.text;
  content pg_catalog.jsonb;
begin
  select pg_catalog.obj_description(n.oid, 'pg_namespace'), n.xmin into comment, version
    from pg_catalog.pg_namespace as n
   where n.nspname = lease.schema
     and pg_catalog.starts_with(n.nspname, 'ci_')
     and n.nspowner = (select home.nspowner from pg_catalog.pg_namespace as home where home.nspname = 'ci');
  if pg_catalog.starts_with(comment, '{"run": "') then
    begin
      content := comment::pg_catalog.jsonb;
      run := content ->> 'run';
      owner := content ->> 'owner';
      opened := (content ->> 'opened')::pg_catalog.timestamptz;
      expires := (content ->> 'expires')::pg_catalog.timestamptz;
    exception when data_exception then
      return;
    end;
    if run is not null and owner is not null and opened is not null and expires is not null then
      return next;
    end if;
  end if;
end
