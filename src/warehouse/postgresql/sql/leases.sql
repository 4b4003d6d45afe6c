-- ci.leases(): the throw-away schemas that exist, one row each.
--
-- A lease is the comment of the schema that it stands for, so it cannot outlive the schema or be lost beside it. Only
-- the owner of a schema may comment on it: CI cannot forge a lease, because the deploying admin owns these schemas.
begin
  return query
    select n.nspname::pg_catalog.text,
           l.lease ->> 'run',
           l.lease ->> 'owner',
           (l.lease ->> 'opened')::pg_catalog.timestamptz,
           (l.lease ->> 'expires')::pg_catalog.timestamptz
      from pg_catalog.pg_namespace as n
     cross join lateral (
             select case
                      when pg_catalog.starts_with(pg_catalog.obj_description(n.oid, 'pg_namespace'), '{"run": "')
                      then pg_catalog.obj_description(n.oid, 'pg_namespace')::pg_catalog.jsonb
                    end as lease
           ) as l
     where pg_catalog.starts_with(n.nspname, 'ci_')
       and n.nspowner = (select home.nspowner from pg_catalog.pg_namespace as home where home.nspname = 'ci')
       and l.lease is not null
     order by n.nspname;
end
