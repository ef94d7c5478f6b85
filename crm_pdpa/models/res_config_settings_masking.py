from odoo import fields, models

from .pdpa_field import SWITCH


class ResConfigSettings(models.TransientModel):
    """Settings of masking and reveals."""

    _inherit = "res.config.settings"

    pdpa_masking = fields.Boolean(
        string="Mask Personal Data",
        config_parameter=SWITCH,
        help="Telephone numbers, e-mail and other personal data are shown as masks, to "
        "administrators too, except where a rule or a group opens them.",
    )
    pdpa_reveal_minutes = fields.Integer(
        string="Minutes a Reveal Lasts",
        config_parameter="crm_pdpa.reveal_minutes",
        default=15,
    )
    pdpa_reveals_per_hour = fields.Integer(
        string="Reveals per Hour",
        config_parameter="crm_pdpa.reveals_per_hour",
        default=30,
        help="Values that one user may reveal within an hour.",
    )
    pdpa_exact_searches_per_hour = fields.Integer(
        string="Exact Searches per Hour",
        config_parameter="crm_pdpa.exact_searches_per_hour",
        default=200,
        help="Searches by a full telephone number or e-mail address within an hour.",
    )
