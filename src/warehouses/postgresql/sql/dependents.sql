-- unblock.dependents(relation): what keeps production from dropping or changing one of its relations, one row each.
--
-- Runs as the deploying admin, pinned like ci.open. Droppable are plain views of developers, CI, readers and those who
-- left, that nothing else depends on: they hold no rows. What holds rows, or is of somebody else, is listed, and so are
-- the views below it; what depends on it in turn is not looked for. A view of another session ends with that session.
declare
  caller_path constant pg_catalog.text := pg_catalog.current_setting('search_path');
  owners constant pg_catalog.text[] := {{owners}};
  left_before constant pg_catalog.text := {{left}};
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  if not exists (select from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
                  where c.oid = dependents.relation and pg_get_userbyid(c.relowner) = 'prod'
                    and (n.nspname = 'prod' or starts_with(n.nspname, 'prod_'))) then
    raise exception using errcode = 'invalid_parameter_value',
      message = format('%s is no relation of production', coalesce(dependents.relation::text, 'null'));
  end if;

  return query
    with recursive
      -- A relation, and each object that depends on it or on its row type; a view stands for its rule and its columns.
      edge (below, catalog, object, part, view, theirs) as (
        select null::oid, 'pg_class'::regclass::oid, dependents.relation::oid, 0, true, false
        union
        select e.object,
               case when v.oid is null then d.classid else 'pg_class'::regclass end,
               coalesce(v.oid, d.objid),
               case when v.oid is null then d.objsubid else 0 end,
               coalesce(whose.theirs or whose.owner = 'prod', false),
               coalesce(whose.theirs and not pg_is_other_temp_schema(v.relnamespace), false)
          from edge as e
          join pg_class as c on c.oid = e.object
          left join pg_type as row_type on row_type.oid = c.reltype
         cross join lateral (
                 values ('pg_class'::regclass, c.oid),
                        ('pg_type'::regclass, c.reltype),
                        ('pg_type'::regclass, row_type.typarray)
               ) as referred (catalog, object)
          join pg_depend as d on d.refclassid = referred.catalog and d.refobjid = referred.object
          left join pg_rewrite as w on d.classid = 'pg_rewrite'::regclass and w.oid = d.objid and w.rulename = '_RETURN'
          left join pg_class as v on v.relkind in ('v', 'm')
           and v.oid = case d.classid when 'pg_class'::regclass then d.objid else w.ev_class end
         cross join lateral (select pg_get_userbyid(v.relowner)::text) as named (owner)
         cross join lateral (
                 select named.owner,
                        v.relkind = 'v' and (named.owner = any (owners) or starts_with(named.owner, left_before))
               ) as whose (owner, theirs)
         where e.view and d.deptype = 'n'
      ),
      kept (object) as (
        select e.below from edge as e where not e.theirs and e.below is not null
        union
        select e.below from kept as k join edge as e on e.object = k.object and e.catalog = 'pg_class'::regclass
         where e.below is not null
      ),
      dependent as (
        select distinct e.catalog, e.object, e.part, e.theirs
          from edge as e
         where not (e.catalog = 'pg_class'::regclass and e.object = dependents.relation)
      )
    select i.identity,
           i.type,
           pg_get_userbyid(coalesce(c.relowner, p.proowner, t.typowner))::text,
           d.theirs and not exists (select from kept as k where k.object = d.object)
      from dependent as d
     cross join lateral pg_identify_object(d.catalog, d.object, d.part) as i
      left join pg_attrdef as a on d.catalog = 'pg_attrdef'::regclass and a.oid = d.object
      left join pg_rewrite as w on d.catalog = 'pg_rewrite'::regclass and w.oid = d.object
      left join pg_policy as y on d.catalog = 'pg_policy'::regclass and y.oid = d.object
      left join pg_constraint as o on d.catalog = 'pg_constraint'::regclass and o.oid = d.object
      left join pg_trigger as g on d.catalog = 'pg_trigger'::regclass and g.oid = d.object
      left join pg_class as c on c.oid = coalesce(a.adrelid, w.ev_class, y.polrelid, o.conrelid, g.tgrelid,
                                                  case d.catalog when 'pg_class'::regclass then d.object end)
      left join pg_proc as p on d.catalog = 'pg_proc'::regclass and p.oid = d.object
      left join pg_type as t on d.catalog = 'pg_type'::regclass and t.oid = d.object
     order by 4 desc, 1;

  perform pg_catalog.set_config('search_path', caller_path, true);
end
