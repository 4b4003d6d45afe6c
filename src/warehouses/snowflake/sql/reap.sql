-- REAP_<SERVICE>(HOURS): drops the schemas of leases opened longer ago than that; returns their names.
--
-- A lease of another service is left alone until it has expired, so no CI service can end another one's run. What is
-- no lease is never touched.
--
-- Times are read with their format: without one the caller's TIMESTAMP_INPUT_FORMAT would decide what has expired, in a
-- procedure with owner's rights too. TRY, because conditions have no order: the comment may be of any schema.
--
-- One schema is looked up at a time, right before it is dropped: of a list that was made beforehand, a name could have
-- become another service's run, or have been prolonged, by the time it is its turn.
DECLARE
  names ARRAY DEFAULT ARRAY_CONSTRUCT();
  name VARCHAR DEFAULT '';
BEGIN
  LOOP
    SELECT MIN(SCHEMA_NAME) INTO :name
      FROM {{database}}.INFORMATION_SCHEMA.SCHEMATA
     WHERE SCHEMA_NAME > :name
       AND STARTSWITH(SCHEMA_NAME, 'CI_')
       AND TRY_TO_TIMESTAMP_NTZ(GET(TRY_PARSE_JSON(COMMENT), 'opened')::VARCHAR, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
           < DATEADD('hour', -1 * :HOURS, SYSDATE())
       AND (GET(TRY_PARSE_JSON(COMMENT), 'owner')::VARCHAR = '{{service}}'
            OR TRY_TO_TIMESTAMP_NTZ(GET(TRY_PARSE_JSON(COMMENT), 'expires')::VARCHAR, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') < SYSDATE());
    IF (name IS NULL) THEN
      BREAK;
    END IF;
    EXECUTE IMMEDIATE 'DROP SCHEMA {{database}}."' || REPLACE(name, '"', '""') || '" CASCADE';
    names := ARRAY_APPEND(names, name);
  END LOOP;
  RETURN names;
END
