-- REAP_<SERVICE>(HOURS): drops the schemas of leases opened longer ago than that; returns their names.
--
-- A lease of another service is left alone until it has expired, so no CI service can end another one's run. What is
-- no lease is never touched.
--
-- Times are read with their format: without one the caller's TIMESTAMP_INPUT_FORMAT would decide what has expired, in a
-- procedure with owner's rights too. TRY, because conditions have no order: the comment may be of any schema.
DECLARE
  names ARRAY DEFAULT ARRAY_CONSTRUCT();
  name VARCHAR;
BEGIN
  LET leases RESULTSET := (
    SELECT SCHEMA_NAME
      FROM {{database}}.INFORMATION_SCHEMA.SCHEMATA
     WHERE STARTSWITH(SCHEMA_NAME, 'CI_')
       AND TRY_TO_TIMESTAMP_NTZ(GET(TRY_PARSE_JSON(COMMENT), 'opened')::VARCHAR, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
           < DATEADD('hour', -1 * :HOURS, SYSDATE())
       AND (GET(TRY_PARSE_JSON(COMMENT), 'owner')::VARCHAR = '{{service}}'
            OR TRY_TO_TIMESTAMP_NTZ(GET(TRY_PARSE_JSON(COMMENT), 'expires')::VARCHAR, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') < SYSDATE())
     ORDER BY SCHEMA_NAME);
  FOR lease IN leases DO
    name := lease.SCHEMA_NAME;
    EXECUTE IMMEDIATE 'DROP SCHEMA {{database}}."' || REPLACE(name, '"', '""') || '" CASCADE';
    names := ARRAY_APPEND(names, name);
  END FOR;
  RETURN names;
END
