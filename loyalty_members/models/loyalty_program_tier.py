from odoo import fields, models
from odoo.tools import ormcache


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"  # pylint: disable=R8180

    tier_pricelist_policy = fields.Selection(
        [
            ("customer", "The customer's own price list"),
            ("tier", "The price list of the tier"),
        ],
        string="Price List That Wins",
        required=True,
        default="customer",
        help="For members of a tier with a price list whose contact has a price list "
        "that was chosen by hand.",
    )
    tier_job_ids = fields.One2many(
        "loyalty.tier.job",
        "program_id",
        string="Tier Re-evaluations",
        groups="loyalty_members.group_manager",
    )

    @ormcache("self.id")
    def _tier_demands(self):
        """Whether any tier of the membership ends, and whether any is reviewed after a
        refund: a checkout need not ask about what no tier asks for."""
        tiers = self.sudo().tier_ids
        return (
            any(tier.validity != "none" for tier in tiers),
            any(tier.refund_policy == "review" for tier in tiers),
        )

    def action_simulate_tiers(self):
        """Open a draft of the tier rules."""
        self.ensure_one()
        self.env["loyalty.member"]._check_may_manage()
        return self.env["loyalty.tier.simulation"]._draft(self).get_formview_action()
