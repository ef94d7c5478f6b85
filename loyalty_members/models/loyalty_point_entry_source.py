from odoo import models


class LoyaltyPointEntry(models.Model):
    _inherit = "loyalty.point.entry"  # pylint: disable=R8180

    def _source(self):
        """The document of the entry, ``None`` when it has none."""
        self.ensure_one()
        if not self.source_model or self.source_model not in self.env:
            return None
        return self.env[self.source_model].browse(self.source_id)

    def _expiry_values(self):
        """Posting values that give the same expiry again."""
        self.ensure_one()
        return {} if self.idle_expiry else {"expire_on": self.expire_on or None}


class LoyaltyPointLot(models.Model):
    _inherit = "loyalty.point.lot"  # pylint: disable=R8180

    def _expiry_values(self):
        """Posting values that give the same expiry again."""
        self.ensure_one()
        return {} if self.idle_expiry else {"expire_on": self.expire_on or None}
