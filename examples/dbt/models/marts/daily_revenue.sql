{{ config(schema="stripe", materialized="incremental", unique_key="charged_on") }}

select charged_on, sum(amount) as revenue
from {{ ref("stg_charges") }}
{% if is_incremental() %}
    -- The last day again: it may not have been over.
    where charged_on >= (select max(charged_on) from {{ this }})
{% endif %}
group by charged_on
