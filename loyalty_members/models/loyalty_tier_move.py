from odoo import api, fields, models

REASONS = [
    ("enrol", "Joined"),
    ("upgrade", "Upgraded"),
    ("renew", "Renewed"),
    ("downgrade", "Downgraded"),
    ("protect", "Protected"),
    ("manual", "By Hand"),
    ("invite", "Invited"),
    ("rules", "Rules Changed"),
]


class LoyaltyTierMove(models.Model):
    """Why a member is in a tier: what was measured, in which window, against what.

    Append-only (PostgreSQL triggers).
    """

    _name = "loyalty.tier.move"
    _inherit = ["loyalty.ledger.table"]
    _description = "Tier Move"
    _order = "id DESC"
    _check_company_auto = True
    _log_access = False
    _append_only = True

    member_id = fields.Many2one(
        "loyalty.member", required=True, readonly=True, index=True, ondelete="restrict"
    )
    program_id = fields.Many2one(
        "loyalty.program", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    from_tier_id = fields.Many2one(
        "loyalty.tier", string="From", readonly=True, ondelete="restrict"
    )
    to_tier_id = fields.Many2one(
        "loyalty.tier", string="To", required=True, readonly=True, ondelete="restrict"
    )
    reason = fields.Selection(REASONS, required=True, readonly=True)
    moved_on = fields.Date(string="Date", required=True, readonly=True)
    measured_amount = fields.Monetary(
        string="Measured Spend",
        readonly=True,
        help="Spend in the window on the day of the move.",
    )
    threshold = fields.Monetary(
        string="Spend Needed",
        readonly=True,
        help="Spend that the tier asked for; 0 where it does not ask for spend.",
    )
    details = fields.Json(
        readonly=True,
        export_string_translation=False,
        help="Measured and needed value of each condition.",
    )
    window_start = fields.Date(string="Window From", readonly=True)
    window_end = fields.Date(string="Window To", readonly=True)
    valid_until = fields.Date(
        readonly=True,
        help="Last day of the tier, or of its protection; empty: for ever.",
    )
    note = fields.Char(
        readonly=True, help="The reason that was given for a move by hand."
    )
    user_id = fields.Many2one(
        "res.users", string="Moved By", readonly=True, ondelete="restrict"
    )
    posted_at = fields.Datetime(string="Recorded On", required=True, readonly=True)

    @api.depends("from_tier_id", "to_tier_id", "moved_on")
    def _compute_display_name(self):
        for move in self:
            names = (move.from_tier_id | move.to_tier_id).mapped("name")
            move.display_name = (
                f"{' → '.join(names)} ({fields.Date.to_string(move.moved_on)})"
            )
