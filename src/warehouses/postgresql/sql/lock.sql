-- ci.lock(schema, version): waits until nobody else is at work on a lease, and keeps others from it until the end of the
-- transaction; takes the lease away. False: it is not what it was when ci.lease gave that version, and nothing is done.
--
-- COMMENT takes a lock on the schema that nobody but its owner can take, and that CI's work in the schema does not meet.
-- An advisory lock anybody could take, and for ever.
begin
  execute pg_catalog.format('comment on schema %I is null', schema);
  if not exists (select from pg_catalog.pg_namespace as n where n.nspname = lock.schema and n.xmin = lock.version) then
    raise serialization_failure;
  end if;
  return true;
exception when serialization_failure or invalid_schema_name then
  return false;
end
