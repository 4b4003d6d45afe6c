-- CLOSE_<SERVICE>(RUN): drops the schemas of one of this service's runs with all that is in them; returns their names.
--
-- A run that is not open, or is somebody else's, gives none. RUN never becomes part of a statement.
DECLARE
  names ARRAY DEFAULT ARRAY_CONSTRUCT();
  name VARCHAR;
BEGIN
  LET leases RESULTSET := (
    SELECT SCHEMA_NAME
      FROM {{database}}.INFORMATION_SCHEMA.SCHEMATA
     WHERE STARTSWITH(SCHEMA_NAME, 'CI_')
       AND GET(TRY_PARSE_JSON(COMMENT), 'run')::VARCHAR = :RUN
       AND GET(TRY_PARSE_JSON(COMMENT), 'owner')::VARCHAR = '{{service}}'
     ORDER BY SCHEMA_NAME);
  FOR lease IN leases DO
    name := lease.SCHEMA_NAME;
    EXECUTE IMMEDIATE 'DROP SCHEMA {{database}}."' || REPLACE(name, '"', '""') || '" CASCADE';
    names := ARRAY_APPEND(names, name);
  END FOR;
  RETURN names;
END
