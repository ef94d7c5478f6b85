from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Which laws bind the company, and what its mass mails are for."""

    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    pdpa_law_profile_ids = fields.Many2many(
        related="company_id.pdpa_law_profile_ids", readonly=False
    )
    pdpa_mail_purpose_id = fields.Many2one(
        related="company_id.pdpa_mail_purpose_id", readonly=False
    )
