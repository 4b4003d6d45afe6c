-- The schemas of the database, and who may create things in them besides their owner. `pg_database_owner` stands for the
-- database's owner. Routines of owners that the admin cannot act as are mostly those of extensions.
select n.nspname as name,
       case owner.rolname when 'pg_database_owner' then pg_get_userbyid(d.datdba) else owner.rolname end as owner,
       not (n.oid in (select relnamespace from pg_class) or n.oid in (select pronamespace from pg_proc)
            or n.oid in (select typnamespace from pg_type)) as empty,
       array(
         select coalesce(grantee.rolname::text, 'public')
           from aclexplode(n.nspacl) as item
           left join pg_roles as grantee on grantee.oid = item.grantee
          where item.privilege_type = 'CREATE' and item.grantee <> n.nspowner
       ) as creators,
       exists (select from pg_proc as p where p.pronamespace = n.oid and not pg_has_role(current_user, p.proowner, 'usage'))
         as "foreignRoutines",
       obj_description(n.oid, 'pg_namespace') as comment
  from pg_namespace as n
  join pg_roles as owner on owner.oid = n.nspowner
  join pg_database as d on d.datname = current_database()
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
 order by n.nspname collate "C"
