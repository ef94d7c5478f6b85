from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"  # pylint: disable=R8180

    membership_enroll_on_signup = fields.Boolean(
        related="membership_program_id.enroll_on_signup", readonly=False
    )
