from . import loyalty_ledger_table, loyalty_member_mixin

# isort: split
from . import (
    account_move,
    crm_lead,
    loyalty_card,
    loyalty_earn_rate,
    loyalty_member,
    loyalty_member_access,
    loyalty_member_card,
    loyalty_member_enroll,
    loyalty_member_points,
    loyalty_member_reconcile,
    loyalty_member_tier,
    loyalty_point_allocation,
    loyalty_point_entry,
    loyalty_point_lot,
    loyalty_program,
    loyalty_program_earn,
    loyalty_program_setup,
    loyalty_tier,
    loyalty_tier_move,
    res_company,
    res_config_settings,
    res_partner,
    sale_order,
    sale_order_line,
)
