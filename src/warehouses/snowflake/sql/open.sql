-- OPEN_<SERVICE>(RUN): makes CI_<RUN> and CI_<RUN>_<SOURCE>, usable by this service alone; returns their names.
--
-- Runs with the rights of the deploying role, and is executable by nobody but the service that it is named after. RUN
-- is checked before it becomes part of a statement. Calling it again for one's own run mends and prolongs it.
DECLARE
  bad_run EXCEPTION (-20001, 'bad run: 1 to {{longest_run}} lower-case letters and digits are needed, in words joined by single underscores');
  taken EXCEPTION (-20002, 'a schema of this name exists and is not of your run');
  too_many EXCEPTION (-20003, '{{runs}} runs of {{service}} are open, and it may have no more');
  suffixes ARRAY DEFAULT {{suffixes}};
  names ARRAY DEFAULT ARRAY_CONSTRUCT();
  name VARCHAR;
  lease VARCHAR;
  others INTEGER;
  found INTEGER;
  mine INTEGER;
BEGIN
  IF (RUN IS NULL OR LENGTH(RUN) > {{longest_run}} OR NOT REGEXP_LIKE(RUN, '{{run_pattern}}')) THEN
    RAISE bad_run;
  END IF;
  SELECT COUNT(DISTINCT GET(TRY_PARSE_JSON(COMMENT), 'run')::VARCHAR) INTO :others
    FROM {{database}}.INFORMATION_SCHEMA.SCHEMATA
   WHERE STARTSWITH(SCHEMA_NAME, 'CI_')
     AND GET(TRY_PARSE_JSON(COMMENT), 'owner')::VARCHAR = '{{service}}'
     AND GET(TRY_PARSE_JSON(COMMENT), 'run')::VARCHAR <> :RUN;
  IF (others >= {{runs}}) THEN
    RAISE too_many;
  END IF;
  lease := '{"run": "' || RUN || '", "owner": "{{service}}", "opened": "'
    || TO_VARCHAR(SYSDATE(), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '", "expires": "'
    || TO_VARCHAR(DATEADD('second', {{lifetime}}, SYSDATE()), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '"}';

  FOR i IN 0 TO ARRAY_SIZE(suffixes) - 1 DO
    name := 'CI_' || UPPER(RUN) || GET(suffixes, i)::VARCHAR;
    SELECT COUNT(*), COUNT_IF(GET(TRY_PARSE_JSON(COMMENT), 'run')::VARCHAR = :RUN
                              AND GET(TRY_PARSE_JSON(COMMENT), 'owner')::VARCHAR = '{{service}}')
      INTO :found, :mine
      FROM {{database}}.INFORMATION_SCHEMA.SCHEMATA
     WHERE SCHEMA_NAME = :name;
    IF (found > 0 AND mine = 0) THEN
      RAISE taken;
    ELSEIF (found = 0) THEN
      EXECUTE IMMEDIATE 'CREATE SCHEMA {{database}}."' || name || '" COMMENT = ''' || lease || '''';
    ELSE
      EXECUTE IMMEDIATE 'COMMENT ON SCHEMA {{database}}."' || name || '" IS ''' || lease || '''';
    END IF;
    EXECUTE IMMEDIATE 'GRANT {{privileges}} ON SCHEMA {{database}}."' || name || '" TO ROLE {{role}}';
    names := ARRAY_APPEND(names, name);
  END FOR;
  RETURN names;
END
