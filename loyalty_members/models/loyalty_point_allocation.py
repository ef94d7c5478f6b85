from odoo import fields, models


class LoyaltyPointAllocation(models.Model):
    """Which lot paid which debit, so that returned points find their way back.

    ``0 <= returned <= points``; one row per debit and lot.
    """

    _name = "loyalty.point.allocation"
    _inherit = ["loyalty.ledger.table"]
    _description = "Point Allocation"
    _order = "id"
    _check_company_auto = True
    _log_access = False

    entry_id = fields.Many2one(
        "loyalty.point.entry",
        string="Debit",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    lot_id = fields.Many2one(
        "loyalty.point.lot",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    member_id = fields.Many2one(
        "loyalty.member",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    points = fields.Integer(required=True, readonly=True)
    returned = fields.Integer(required=True, readonly=True)
    event_date = fields.Date(related="entry_id.event_date")

    _entry_lot_uniq = models.Constraint(
        "UNIQUE(entry_id, lot_id)", "This lot pays this debit already."
    )
    _points_range = models.Constraint(
        "CHECK(points > 0 AND returned BETWEEN 0 AND points)",
        "No more points can come back than were taken.",
    )
