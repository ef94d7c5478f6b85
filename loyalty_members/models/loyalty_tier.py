from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from . import loyalty_door as door
from .loyalty_tier_rule import MEASURES


class LoyaltyTier(models.Model):
    """A level of a membership, with the rules of reaching, keeping and losing it.

    Within a program a higher sequence is harder to reach; the lowest tier is where
    members start.
    """

    _name = "loyalty.tier"
    _inherit = ["loyalty.tier.rule"]
    _description = "Membership Tier"
    _order = "program_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    program_id = fields.Many2one(
        "loyalty.program",
        string="Membership",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_membership", "=", True)],
        default=lambda self: self.env["loyalty.program"]._membership(),
    )
    company_id = fields.Many2one(
        related="program_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="program_id.currency_id")
    sequence = fields.Integer(string="Level", required=True, default=10)
    active = fields.Boolean(default=True)
    color = fields.Char(
        string="Card Colour",
        required=True,
        default="#5B6B7B",
        help="Colour of the member card.",
    )
    benefits = fields.Html(
        translate=True,
        help="What members of the tier get; shown on the member card.",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        string="Price List",
        check_company=True,
        ondelete="restrict",
        help="Prices of the members of this tier.",
    )
    member_ids = fields.One2many("loyalty.member", "tier_id", string="Members")
    member_count = fields.Integer(compute="_compute_member_count")

    _level_uniq = models.UniqueIndex(
        "(program_id, sequence) WHERE active",
        "Two tiers of one membership cannot have the same level.",
    )
    _color_format = models.Constraint(
        "CHECK(color ~ '^#[0-9A-Fa-f]{6}$')",
        "The card colour is written as #RRGGBB, such as #936B07.",
    )

    @api.depends("member_ids")
    def _compute_member_count(self):
        counts = dict(
            self.env["loyalty.member"]._read_group(
                [("tier_id", "in", self.ids)], ["tier_id"], ["__count"]
            )
        )
        for tier in self:
            tier.member_count = counts.get(tier, 0)

    @api.constrains(
        "program_id",
        "sequence",
        "active",
        "invite_only",
        "up_match",
        "window_kind",
        *(measure[1] for measure in MEASURES),
    )
    def _check_thresholds_rise(self):
        if door.is_open(self.env, door.RULES):
            return
        for program in self.program_id:
            self.search([("program_id", "=", program.id)])._check_levels_rise()

    @api.constrains("active", "program_id")
    def _check_not_in_use(self):
        for tier in self:
            misplaced = Domain("tier_id", "=", tier.id)
            if tier.active:
                misplaced &= Domain("program_id", "!=", tier.program_id.id)
            count = self.env["loyalty.member"].sudo().search_count(misplaced)
            if count:
                raise ValidationError(
                    self.env._(
                        "%(count)s members are in tier “%(tier)s”. It can neither be "
                        "archived nor moved to another membership.",
                        count=count,
                        tier=tier.name,
                    )
                )
            if not tier.active and tier.program_id.base_tier_id == tier:
                raise ValidationError(
                    self.env._(
                        "Members start in tier “%(tier)s”: choose another “Starting "
                        "Tier” before you archive it.",
                        tier=tier.name,
                    )
                )

    # -- loyalty.program._tier_demands is cached -------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        tiers = super().create(vals_list)
        self.env.registry.clear_cache()
        return tiers

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # -- actions --------------------------------------------------------------
    def action_open_members(self):
        """Open the members of the tier."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "loyalty_members.loyalty_member_action"
        )
        return {**action, "domain": [("tier_id", "=", self.id)], "context": {}}

    def action_simulate(self):
        """Open a draft of the rules of all tiers of the membership."""
        self.ensure_one()
        return self.program_id.action_simulate_tiers()
