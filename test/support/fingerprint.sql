-- Everything in a schema, as one value for each schema: who owns it and may do what with it, its relations (columns,
-- definition, indexes, triggers, rows), functions and types. OIDs are in it, so what was dropped and made again has changed.
select n.nspname as schema,
       jsonb_build_object(
         'schema', jsonb_build_array(n.oid, n.nspowner, n.nspacl::text, obj_description(n.oid, 'pg_namespace')),
         'relations', (
           select jsonb_agg(
                    jsonb_build_array(
                      c.oid, c.relname, c.relkind, c.relowner, c.relacl::text, c.relfilenode,
                      obj_description(c.oid, 'pg_class'),
                      (
                        select jsonb_agg(jsonb_build_array(attname, atttypid, attnotnull, attacl::text) order by attnum)
                          from pg_attribute
                         where attrelid = c.oid and attnum > 0 and not attisdropped
                      ),
                      case
                        when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid)
                        when c.relkind in ('i', 'I') then pg_get_indexdef(c.oid)
                      end,
                      (select jsonb_agg(pg_get_triggerdef(t.oid) order by t.oid) from pg_trigger as t where tgrelid = c.oid),
                      (select jsonb_agg(pg_get_constraintdef(k.oid) order by k.oid) from pg_constraint as k where conrelid = c.oid),
                      case
                        when c.relkind in ('r', 'v', 'm') then
                          query_to_xml(
                            format(
                              $$select count(*) as n, md5(string_agg(t::text, e'\n' order by t::text)) as rows from %I.%I as t$$,
                              n.nspname, c.relname
                            ),
                            false, true, ''
                          )::text
                      end
                    )
                    order by c.oid
                  )
             from pg_class as c
            where c.relnamespace = n.oid
         ),
         'functions', (
           select jsonb_agg(jsonb_build_array(p.oid, proname, proowner, proacl::text, prosrc) order by p.oid)
             from pg_proc as p
            where pronamespace = n.oid
         ),
         'types', (
           select jsonb_agg(jsonb_build_array(t.oid, typname, typowner, typacl::text) order by t.oid)
             from pg_type as t
            where typnamespace = n.oid
         )
       ) as everything
  from pg_namespace as n
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
