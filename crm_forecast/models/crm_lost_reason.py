from odoo import api, fields, models

LOST_THEMES = [
    ("price", "Price"),
    ("timing", "Timing"),
    ("competitor", "Competitor"),
    ("need", "Need"),
    ("no_contact", "No Contact"),
    ("other", "Other"),
]
# the reasons that Odoo brings along
NATIVE_THEMES = {"crm.lost_reason_1": "price"}


class CrmLostReason(models.Model):
    """Lost reasons, which everybody words differently, are summed up by theme."""

    _inherit = "crm.lost.reason"

    theme = fields.Selection(
        LOST_THEMES,
        default="other",
        required=True,
        help="What reports sum this reason up under.",
    )

    @api.model
    def _set_native_themes(self):
        for xmlid, theme in NATIVE_THEMES.items():
            reason = self.env.ref(xmlid, raise_if_not_found=False)
            if reason:
                reason.theme = theme
