-- Default privileges, one row each for an owner, a schema (null: all) and a kind; without what the owner has.
select pg_get_userbyid(d.defaclrole) as owner,
       n.nspname as schema,
       case d.defaclobjtype
         when 'r' then 'table'
         when 'S' then 'sequence'
         when 'f' then 'function'
         when 'T' then 'type'
         when 'n' then 'schema'
         else 'large object'
       end as kind,
       coalesce(
         (select jsonb_agg(jsonb_build_object(
                   'grantee', case item.grantee when 0 then 'public' else pg_get_userbyid(item.grantee) end,
                   'grantor', pg_get_userbyid(item.grantor),
                   'privilege', item.privilege_type,
                   'grantable', item.is_grantable))
            from aclexplode(d.defaclacl) as item
           where item.grantee <> d.defaclrole),
         '[]') as items
  from pg_default_acl as d
  left join pg_namespace as n on n.oid = d.defaclnamespace
 order by 1, 2 nulls first, 3
