from . import loyalty_ledger_table, loyalty_member_mixin

# isort: split
from . import (
    crm_lead,
    loyalty_benefit,
    loyalty_benefit_give,
    loyalty_benefit_issue,
    loyalty_benefit_mail,
    loyalty_card,
    loyalty_member,
    loyalty_member_access,
    loyalty_member_birthday,
    loyalty_member_card,
    loyalty_member_enroll,
    loyalty_member_lookup,
    loyalty_member_pending,
    loyalty_member_phone,
    loyalty_member_points,
    loyalty_member_posting,
    loyalty_member_reconcile,
    loyalty_member_tier,
    loyalty_point_allocation,
    loyalty_point_entry,
    loyalty_point_lot,
    loyalty_point_reason,
    loyalty_program,
    loyalty_program_enroll,
    loyalty_program_expiry,
    loyalty_program_setup,
    loyalty_tier,
    loyalty_tier_move,
    res_company,
    res_config_settings,
    res_config_settings_enroll,
    res_partner,
    res_partner_phone,
    res_partner_tax_id,
    res_users,
    sale_order,
    sale_order_line,
)

# they extend hooks of the files above
# isort: split
from . import loyalty_member_benefit, loyalty_program_benefit
