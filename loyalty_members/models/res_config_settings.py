from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the current company's membership."""

    _inherit = "res.config.settings"

    membership_program_id = fields.Many2one(related="company_id.membership_program_id")
    membership_currency_id = fields.Many2one(
        related="membership_program_id.currency_id", string="Membership Currency"
    )
    membership_earn_amount = fields.Monetary(
        related="membership_program_id.earn_amount",
        currency_field="membership_currency_id",
        readonly=False,
    )
    membership_enroll_on_first_order = fields.Boolean(
        related="membership_program_id.enroll_on_first_order", readonly=False
    )

    def action_create_membership(self):
        """Create the membership of the current company with the default tiers."""
        self.ensure_one()
        self.env["loyalty.member"]._check_may_manage()
        program = self.env["loyalty.program"]._create_membership(self.company_id)
        return program.with_env(self.env).get_formview_action()

    def action_open_membership(self):
        """Open the membership program of the current company."""
        self.ensure_one()
        return self.membership_program_id.get_formview_action()
