{{ config(schema="stripe") }}

select id as charge_id, account_id, amount, charged_on
from {{ source("stripe", "charges") }}
