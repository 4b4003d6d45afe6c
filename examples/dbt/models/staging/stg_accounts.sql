{{ config(schema="salesforce") }}

select id as account_id, name as account_name, plan
from {{ source("salesforce", "accounts") }}
