-- What is granted in production outside the roster, and what its readers should have and have not; everybody may read it.
-- $1: names of production's schemas, $2: the role that reads each
with
  production as (
    select n.oid, n.nspname, n.nspowner, n.nspacl, to_regrole(quote_ident(r.role)) as reader
      from unnest($1::text[], $2::text[]) as r (schema, role) join pg_namespace as n on n.nspname = r.schema
  ),
  thing as (
    select nspname, reader, 'schema' as kind, quote_ident(nspname) as name, nspowner as owner,
           coalesce(nspacl, acldefault('n', nspowner)) as acl, 'USAGE' as reads
      from production
    union all
    select nspname, reader, 'table', format('%I.%I', nspname, relname), relowner,
           coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner)), 'SELECT'
      from pg_class join production on production.oid = relnamespace where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select nspname, reader, 'column', format('(%I) on %I.%I', attname, nspname, relname), relowner, attacl, null
      from pg_attribute join pg_class on pg_class.oid = attrelid join production on production.oid = relnamespace
     where attacl is not null
    union all
    -- Readers may be let into routines that have their caller's rights; into those of prod's rights nobody.
    select nspname, reader, 'routine',
           format('%I.%I(%s)', nspname, proname, pg_get_function_identity_arguments(pg_proc.oid)), proowner,
           coalesce(proacl, acldefault('f', proowner)), case when not prosecdef then 'EXECUTE' end
      from pg_proc join production on production.oid = pronamespace
  )
select nspname as schema, kind, name, right_.privilege_type as privilege,
       case right_.grantee when 0 then 'PUBLIC' else right_.grantee::regrole::text end as role, true as beyond
  from thing cross join lateral aclexplode(acl) as right_
 where right_.grantee <> owner
   and (right_.grantee is distinct from reader::oid or right_.privilege_type is distinct from reads or right_.is_grantable)
union all
select nspname, kind, name, reads, reader::text, false
  from thing
 where kind in ('schema', 'table') and reader is not null
   and not exists (select from aclexplode(acl) as right_ where right_.grantee = reader::oid and right_.privilege_type = reads)
 order by 1, 6, 5, 4, 3
