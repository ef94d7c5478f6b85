from odoo import models

PHONE_FIELDS = {"phone", "country_id"}


class ResPartner(models.Model):
    _inherit = "res.partner"  # pylint: disable=R8180

    def write(self, vals):
        result = super().write(vals)
        if PHONE_FIELDS & vals.keys():
            self.sudo().member_ids._sync_phones()
        return result
