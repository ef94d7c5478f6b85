from . import (
    base_partner_merge,
    loyalty_benefit_void,
    loyalty_card_update_balance,
    loyalty_member_birthday,
    loyalty_member_enroll,
    loyalty_member_import,
    loyalty_member_join,
    loyalty_point_adjust,
    loyalty_tier_assign,
    loyalty_tier_simulation,
)
