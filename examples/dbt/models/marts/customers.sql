select a.account_id, a.account_name, p.monthly_fee, coalesce(sum(c.amount), 0) as paid
from {{ ref("stg_accounts") }} as a
join {{ ref("plans") }} as p on p.plan = a.plan
left join {{ ref("stg_charges") }} as c on c.account_id = a.account_id
group by a.account_id, a.account_name, p.monthly_fee
