-- ci.leases(): the throw-away schemas that exist, one row each.
begin
  return query
    select n.nspname::pg_catalog.text, l.run, l.owner, l.opened, l.expires
      from pg_catalog.pg_namespace as n
     cross join lateral ci.lease(n.nspname) as l
     where pg_catalog.starts_with(n.nspname, 'ci_')
     order by n.nspname;
end
