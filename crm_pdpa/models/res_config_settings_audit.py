from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ..report.pdpa_audit_volume import THRESHOLD, THRESHOLD_KEY
from .pdpa_export_limit import DEFAULT_KEY, DEFAULT_ROWS


class ResConfigSettings(models.TransientModel):
    """Settings of the audit. Numbers are stored by hand: 0 exports is not "no value"."""

    _inherit = "res.config.settings"

    pdpa_export_limit = fields.Integer(
        string="Rows per Export",
        help="For users in no group that has its own limit. 0: may not export.",
    )
    pdpa_volume_threshold = fields.Integer(
        string="People per Hour",
        help="A user who sees or takes more different people within an hour is shown "
        "under Unusual Volume and reported to the officers.",
    )
    pdpa_seal_email = fields.Char(
        string="Send the Root To",
        config_parameter="crm_pdpa.seal_email",
        help="An address outside of this server gets the newest root every day.",
    )

    @api.model
    def get_values(self):
        number = self.env["pdpa.audit"]._int_param
        return {
            **super().get_values(),
            "pdpa_export_limit": number(DEFAULT_KEY, DEFAULT_ROWS),
            "pdpa_volume_threshold": number(THRESHOLD_KEY, THRESHOLD, 1),
        }

    def set_values(self):
        """Store the settings.

        :raise UserError: a negative number, or an address that is none
        """
        if self.pdpa_export_limit < 0 or self.pdpa_volume_threshold < 1:
            raise UserError(
                self.env._(
                    "“Rows per Export” cannot be negative, and “People per Hour” is at "
                    "least 1. Correct the number."
                )
            )
        if self.pdpa_seal_email and not email_normalize(self.pdpa_seal_email):
            raise UserError(
                self.env._(
                    "“Send the Root To”: %(address)s is not an e-mail address. "
                    "Correct it.",
                    address=self.pdpa_seal_email,
                )
            )
        result = super().set_values()
        set_param = self.env["ir.config_parameter"].sudo().set_param
        set_param(DEFAULT_KEY, str(self.pdpa_export_limit))
        set_param(THRESHOLD_KEY, str(self.pdpa_volume_threshold))
        return result
