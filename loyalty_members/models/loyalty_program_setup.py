from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# "044" is one of the two prefixes which the Point of Sale reads as a loyalty card
NUMBER_PREFIX = "044"
NUMBER_DIGITS = 7

PROGRAM_NAME = _lt("Membership")
POINT_NAME = _lt("Points")
REWARD_NAME = _lt("1 point = NT$1 off")
# level, name, spend within 12 months in NT$, card colour, name of the XML id
DEFAULT_TIERS = [
    (10, _lt("General"), 0, "#4A6572", "tier_general"),
    (20, _lt("Silver"), 10000, "#64727F", "tier_silver"),
    (30, _lt("Gold"), 30000, "#936B07", "tier_gold"),
]


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"  # pylint: disable=R8180

    @api.model
    def _create_membership(self, company):
        """Create the membership program of ``company`` with the default tiers.

        Texts are stored in every active language.

        :return: the program (sudo); the existing one when the company has it already
        """
        existing = self._membership(company)
        if existing:
            return existing
        program = (
            self.sudo()
            .with_company(company)
            .with_context(lang="en_US")
            .create(self._prepare_membership_vals(company))
        )
        self._store_texts(program, "name", PROGRAM_NAME)
        self._store_texts(program, "portal_point_name", POINT_NAME)
        self._store_texts(program.reward_ids, "description", REWARD_NAME)
        for tier, default in zip(program.tier_ids, DEFAULT_TIERS, strict=True):
            self._store_texts(tier, "name", default[1])
        return program

    @api.model
    def _store_texts(self, record, field, text):
        """Write the lazily translated ``text`` in every active language."""
        for code, _name in self.env["res.lang"].get_installed():
            localised = record.with_context(lang=code)
            localised[field] = localised.env._(text)

    @api.model
    def _prepare_membership_vals(self, company):
        """Values of a new membership program: one point is worth one unit of money."""
        create = fields.Command.create
        return {
            "name": self.env._(PROGRAM_NAME),
            "is_membership": True,
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "program_type": "loyalty",
            "applies_on": "both",
            "trigger": "auto",
            "portal_visible": True,
            "portal_point_name": self.env._(POINT_NAME),
            "earn_amount": 100,
            "rule_ids": [fields.Command.clear()],
            "communication_plan_ids": [fields.Command.clear()],
            "reward_ids": [
                create(
                    {
                        "description": self.env._(REWARD_NAME),
                        "reward_type": "discount",
                        "discount_mode": "per_point",
                        "discount": 1,
                        "discount_applicability": "order",
                        "required_points": 1,
                    }
                )
            ],
            "tier_ids": [
                create(
                    {
                        "sequence": level,
                        "name": self.env._(name),
                        "threshold": threshold,
                        "window_months": 12,
                        "color": color,
                    }
                )
                for level, name, threshold, color, _xmlid in DEFAULT_TIERS
            ],
        }

    def _complete_membership(self):
        """Give the number sequence and the starting tier to memberships without."""
        for program in self:
            if not program.number_sequence_id:
                program.number_sequence_id = (
                    self.env["ir.sequence"]
                    .sudo()
                    .create(
                        {
                            "name": self.env._(
                                "Member numbers of %(company)s",
                                company=program.company_id.name,
                            ),
                            "implementation": "standard",
                            "prefix": NUMBER_PREFIX,
                            "padding": NUMBER_DIGITS,
                            "company_id": program.company_id.id,
                        }
                    )
                )
            if not program.base_tier_id:
                if not program.tier_ids:
                    program.tier_ids = [
                        fields.Command.create(
                            {"sequence": 10, "name": self.env._("General")}
                        )
                    ]
                program.base_tier_id = program.tier_ids.sorted("sequence")[:1]

    @api.model
    def _create_main_membership(self):
        """Set up the main company at installation, under names that ``ref`` finds."""
        program = self._create_membership(self.env.ref("base.main_company"))
        named = [("membership_program", program)]
        for tier, default in zip(program.tier_ids, DEFAULT_TIERS, strict=False):
            named.append((default[4], tier))
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"loyalty_members.{name}",
                    "record": record,
                    "noupdate": True,
                }
                for name, record in named
            ]
        )
