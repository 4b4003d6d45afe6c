-- What lies in an owner's schemas, with grants that are not the plan's: for each thing who has what nobody gave, and
-- which readers lack what they should have.
-- $1: owner, $2: the owner's schemas, $3 and $4: schema and its reader, in the same order, $5: whether readers execute
-- `things`: what somebody may be granted something on (src/warehouses/postgresql/kinds.ts)
with schema as (
  select oid, nspname from pg_namespace where nspname = any ($2::text[])
), reader as (
  select schema.oid as namespace, role.oid, role.rolname as name
    from unnest($3::text[], $4::text[]) as given (schema, role)
    join schema on schema.nspname = given.schema
    join pg_roles as role on role.rolname = given.role
), thing (kind, classid, objid, namespace, name, owner, acl, privilege, leader) as (
  {{things}}
), own_thing as (
  select kind, classid, objid, namespace, owner, acl, leader,
         case when privilege <> 'EXECUTE' or $5::boolean then privilege end as privilege
    from thing as t
   where namespace in (select oid from schema)
     and not exists (select from pg_depend as d where d.classid = t.classid and d.objid = t.objid
                        and (d.deptype = 'e' or d.deptype = 'i' and t.kind = 'routine'))
), held as (
  select t.classid, t.objid, item.grantor, item.grantee, item.privilege_type as privilege, item.is_grantable as grantable, null::name as on_column
    from own_thing as t cross join lateral aclexplode(t.acl) as item
  union all
  select t.classid, t.objid, item.grantor, item.grantee, item.privilege_type, item.is_grantable, a.attname
    from own_thing as t
    join pg_attribute as a on t.classid = 'pg_class'::regclass and a.attrelid = t.objid
   cross join lateral aclexplode(a.attacl) as item
), judged as (
  select h.*, r.oid is not null and h.privilege = t.privilege and not h.grantable and h.on_column is null as planned
    from held as h
    join own_thing as t on t.classid = h.classid and t.objid = h.objid
    left join reader as r on r.namespace = t.namespace and r.oid = h.grantee
   where h.grantee <> t.owner and h.grantee is distinct from (select oid from pg_roles where rolname = $1)
         -- The deploying admin may do everything anyway; only a right to grant it on is taken away.
     and not (h.grantee = current_user::regrole and not h.grantable)
)
select t.kind, id.identity, format('%s %s', led.type, led.identity) as "decidedBy", pg_get_userbyid(t.owner) as owner,
       array(select distinct case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end
               from judged as j where j.classid = t.classid and j.objid = t.objid and not planned order by 1) as unplanned,
       -- As a member of the owner the admin never loses the right to grant, so a cascade would not reach what it granted.
       array(select format('revoke %s%s on %s %s from %s cascade', privilege, ' (' || quote_ident(on_column) || ')', t.kind,
                           id.identity, case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end)
               from judged as j where j.classid = t.classid and j.objid = t.objid and not planned
                and j.grantor = current_user::regrole and j.grantor <> t.owner order by 1) as "ownGrants",
       array(select quote_ident(name) from reader
              where namespace = t.namespace and t.privilege is not null and oid <> t.owner
                and not exists (select from held as h where h.classid = t.classid and h.objid = t.objid
                                   and h.grantee = reader.oid and h.grantor = t.owner
                                   and h.privilege = t.privilege and h.on_column is null)
              order by 1) as lacking,
       array(select quote_ident(name) from reader where namespace = t.namespace and t.privilege is not null order by 1) as readers,
       t.privilege
  from own_thing as t
 cross join lateral pg_identify_object(t.classid, t.objid, 0) as id
 cross join lateral pg_identify_object(t.classid, coalesce(t.leader, t.objid), 0) as led
 order by t.kind, id.identity
