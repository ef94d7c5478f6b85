from . import (
    base_partner_merge,
    loyalty_card_update_balance,
    loyalty_member_enroll,
    loyalty_point_adjust,
    loyalty_tier_assign,
    loyalty_tier_simulation,
)
