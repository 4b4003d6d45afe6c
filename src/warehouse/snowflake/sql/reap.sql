-- REAP_<SERVICE>(HOURS): drops the schemas of leases opened longer ago than that; returns their names.
--
-- A lease of another service is left alone until it has expired, so no CI service can end another one's run. What is
-- no lease is never touched.
DECLARE
  names ARRAY DEFAULT ARRAY_CONSTRUCT();
  name VARCHAR;
BEGIN
  LET leases RESULTSET := (
    SELECT SCHEMA_NAME
      FROM {{database}}.INFORMATION_SCHEMA.SCHEMATA
     WHERE STARTSWITH(SCHEMA_NAME, 'CI_')
       AND TO_TIMESTAMP_NTZ(TRY_PARSE_JSON(COMMENT):opened::VARCHAR) < DATEADD('hour', -:HOURS, SYSDATE())
       AND (TRY_PARSE_JSON(COMMENT):owner::VARCHAR = '{{service}}'
            OR TO_TIMESTAMP_NTZ(TRY_PARSE_JSON(COMMENT):expires::VARCHAR) < SYSDATE())
     ORDER BY SCHEMA_NAME);
  FOR lease IN leases DO
    name := lease.SCHEMA_NAME;
    EXECUTE IMMEDIATE 'DROP SCHEMA {{database}}."' || REPLACE(name, '"', '""') || '" CASCADE';
    names := ARRAY_APPEND(names, name);
  END FOR;
  RETURN names;
END
