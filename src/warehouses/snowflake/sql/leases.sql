-- LEASES(): the throw-away schemas that exist, one object each; executable by every CI service.
--
-- A lease is the comment of the schema that it stands for, so it cannot outlive the schema or be lost beside it. Only
-- the owner of a schema may comment on it: CI cannot forge a lease, because the deploying role owns these schemas. That
-- role may write anything: what does not say run, owner and two times that can be read is no lease.
DECLARE
  leases ARRAY;
BEGIN
  SELECT ARRAY_AGG(OBJECT_CONSTRUCT(
           'schema', SCHEMA_NAME,
           'run', GET(TRY_PARSE_JSON(COMMENT), 'run')::VARCHAR,
           'owner', GET(TRY_PARSE_JSON(COMMENT), 'owner')::VARCHAR,
           'opened', GET(TRY_PARSE_JSON(COMMENT), 'opened')::VARCHAR,
           'expires', GET(TRY_PARSE_JSON(COMMENT), 'expires')::VARCHAR))
    INTO :leases
    FROM {{database}}.INFORMATION_SCHEMA.SCHEMATA
   WHERE STARTSWITH(SCHEMA_NAME, 'CI_')
     AND GET(TRY_PARSE_JSON(COMMENT), 'run') IS NOT NULL
     AND GET(TRY_PARSE_JSON(COMMENT), 'owner') IS NOT NULL
     AND TRY_TO_TIMESTAMP_NTZ(GET(TRY_PARSE_JSON(COMMENT), 'opened')::VARCHAR, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') IS NOT NULL
     AND TRY_TO_TIMESTAMP_NTZ(GET(TRY_PARSE_JSON(COMMENT), 'expires')::VARCHAR, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') IS NOT NULL;
  RETURN leases;
END
