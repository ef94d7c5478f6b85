from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# occasion, name, points, when; archived until a manager switches them on
DEFAULT_BENEFITS = [
    ("welcome", _lt("Welcome gift"), 100, "on_day", False),
    ("birthday", _lt("Birthday gift"), 100, "month_start", True),
    ("tier_up", _lt("Tier upgrade gift"), 200, "on_day", False),
]


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"  # pylint: disable=R8180

    benefit_ids = fields.One2many("loyalty.benefit", "program_id", string="Gifts")

    @api.model
    def _create_membership(self, company):
        known = self._membership(company)
        program = super()._create_membership(company)
        if not known:
            program._create_default_benefits()
        return program

    def _create_default_benefits(self):
        """Ship the usual gifts, switched off."""
        template = self.env.ref("loyalty_members.mail_template_gift", False)
        benefits = (
            self.env["loyalty.benefit"]
            .sudo()
            .with_context(lang="en_US")
            .create(
                [
                    {
                        "name": self.env._(name),
                        "active": False,
                        "program_id": self.id,
                        "kind": kind,
                        "when": when,
                        "points": points,
                        "is_marketing": marketing,
                        "mail_template_id": template and template.id,
                    }
                    for kind, name, points, when, marketing in DEFAULT_BENEFITS
                ]
            )
        )
        for benefit, default in zip(benefits, DEFAULT_BENEFITS, strict=True):
            self._store_texts(benefit, "name", default[1])

    def _product_coupons(self, product):
        """The native coupons (sudo) of this membership's company for a free product."""
        self.ensure_one()
        programs = self.env["loyalty.program"].sudo()
        found = programs.search(
            [
                ("program_type", "=", "coupons"),
                ("company_id", "=", self.company_id.id),
                ("reward_ids.reward_type", "=", "product"),
                ("reward_ids.reward_product_id", "=", product.id),
                ("rule_ids", "=", False),
            ]
        ).filtered(lambda program: len(program.reward_ids) == 1)
        return found[:1] or programs.create(
            {
                "name": self.env._(
                    "Gift: %(product)s", product=product.sudo().display_name
                ),
                "program_type": "coupons",
                "company_id": self.company_id.id,
                "currency_id": self.company_id.currency_id.id,
                "applies_on": "current",
                "trigger": "with_code",
                "rule_ids": [fields.Command.clear()],
                "reward_ids": [
                    fields.Command.clear(),
                    fields.Command.create(
                        {
                            "reward_type": "product",
                            "reward_product_id": product.id,
                            "reward_product_qty": 1,
                            "required_points": 1,
                        }
                    ),
                ],
            }
        )
