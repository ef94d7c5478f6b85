from odoo import models


class LoyaltyPointEntry(models.Model):
    """Entries are written in the order of their dates, more or less: a block range
    index finds those of a month in a ledger of years, and costs next to nothing."""

    _inherit = "loyalty.point.entry"  # pylint: disable=R8180

    _event_date_idx = models.Index("USING brin (event_date)")
