-- unblock.drop_dependents(relation): drops the views of others that unblock.dependents calls droppable; returns their names.
--
-- Runs as the deploying admin, pinned like ci.open. All of them go in one statement, and RESTRICT: if anything else has
-- come to depend on one of them, none goes. Only their owners may drop them, so the admin is one of these for that
-- statement; a transaction that fails takes it back by itself.
declare
  caller_path constant pg_catalog.text := pg_catalog.current_setting('search_path');
  inherits pg_catalog.bool;
  names pg_catalog.text[];
  joined pg_catalog.text[];
  owner pg_catalog.text;
  others pg_catalog.text[];
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception using errcode = 'invalid_transaction_state',
      message = 'unblock.drop_dependents needs a transaction that is read committed: any other sees views that may be gone';
  end if;

  names := array(select d.name from unblock.dependents(drop_dependents.relation) as d where d.droppable);
  -- A view can lie in the schema of somebody else, who lets its owner in no more.
  joined := array(select distinct h.role
                    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
                   cross join lateral (values (pg_get_userbyid(c.relowner)), (pg_get_userbyid(n.nspowner))) as h (role)
                   where c.relkind = 'v' and format('%I.%I', n.nspname, c.relname) = any (names)
                     and not pg_has_role(h.role, 'usage'));

  if cardinality(names) > 0 then
    inherits := current_setting('server_version_num')::int >= 160000;
    -- Members already, but without its rights (since PostgreSQL 16): they stay what they were.
    if inherits then
      others := array(select pg_get_userbyid(m.roleid) from pg_auth_members as m
                       where m.member = m.grantor and pg_get_userbyid(m.member) = current_user);
    end if;
    foreach owner in array joined loop
      execute format('grant %I to current_user', owner) || case when inherits then ' with inherit true' else '' end;
    end loop;
    execute format('drop view %s restrict', array_to_string(names, ', '));
    foreach owner in array joined loop
      if owner = any (others) then
        execute format('grant %I to current_user with inherit false', owner);
      else
        execute format('revoke %I from current_user', owner);
      end if;
    end loop;
    return query select * from unnest(names);
  end if;

  perform pg_catalog.set_config('search_path', caller_path, true);
end
