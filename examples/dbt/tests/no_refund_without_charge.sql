-- Nobody has been paid back more than they paid.
select account_id, paid
from {{ ref("customers") }}
where paid < 0
