-- CLOSE_<SERVICE>(RUN): drops the schemas of one of this service's runs with all that is in them; returns their names.
--
-- A run that is not open, or is somebody else's, gives none. RUN never becomes part of a statement.
--
-- One schema is looked up at a time, right before it is dropped: of a list that was made beforehand, a name could have
-- become another service's run by the time it is its turn.
DECLARE
  names ARRAY DEFAULT ARRAY_CONSTRUCT();
  name VARCHAR DEFAULT '';
BEGIN
  LOOP
    SELECT MIN(SCHEMA_NAME) INTO :name
      FROM {{database}}.INFORMATION_SCHEMA.SCHEMATA
     WHERE SCHEMA_NAME > :name
       AND STARTSWITH(SCHEMA_NAME, 'CI_')
       AND GET(TRY_PARSE_JSON(COMMENT), 'run')::VARCHAR = :RUN
       AND GET(TRY_PARSE_JSON(COMMENT), 'owner')::VARCHAR = '{{service}}';
    IF (name IS NULL) THEN
      BREAK;
    END IF;
    EXECUTE IMMEDIATE 'DROP SCHEMA {{database}}."' || REPLACE(name, '"', '""') || '" CASCADE';
    names := ARRAY_APPEND(names, name);
  END LOOP;
  RETURN names;
END
