from odoo import api, fields, models

from .loyalty_point_lot import ORIGINS

# kinds whose points are always taken, always given; an adjustment may do either
DEBITS = ("burn", "reverse", "expire", "transfer_out")
CREDITS = ("earn", "reinstate", "import", "gift", "transfer_in")
# what only an active member may do
SPENDING = ("burn", "transfer_out")
# only a claw-back may leave a debt; the others must be covered by points
DEBT_KINDS = ("reverse",)


class LoyaltyPointEntry(models.Model):
    """One change of a member's points: the truth from which balances follow.

    Append-only (PostgreSQL triggers); the key is unique per program, so that an event
    is posted exactly once. Points are whole and signed. A pending entry has no lot and
    is no part of the balance until ``available_on``; it is posted or voided once, and
    nothing else of it ever changes.
    """

    _name = "loyalty.point.entry"
    _inherit = ["loyalty.ledger.table"]
    _description = "Point Entry"
    _order = "id DESC"
    _check_company_auto = True
    _log_access = False
    _append_only = True
    _decided_once = True

    program_id = fields.Many2one(
        "loyalty.program", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    member_id = fields.Many2one(
        "loyalty.member", required=True, readonly=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="member_id.partner_id")
    kind = fields.Selection(
        [
            ("earn", "Earned"),
            ("burn", "Redeemed"),
            ("adjust", "Adjusted"),
            ("reverse", "Earning Reversed"),
            ("reinstate", "Redemption Returned"),
            ("import", "Opening Balance"),
            ("gift", "Gift Points"),
            ("expire", "Expired"),
            ("transfer_in", "Received"),
            ("transfer_out", "Given Away"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [("pending", "Pending"), ("posted", "Posted"), ("void", "Void")],
        required=True,
        readonly=True,
        default="posted",
        help="Pending: counts from its date on. Void: the reason for it went away "
        "before that date, for example a return within the return window.",
    )
    available_on = fields.Date(
        readonly=True, help="First day on which the points can be used."
    )
    origin = fields.Selection(ORIGINS, readonly=True)
    expire_on = fields.Date(
        string="Expires On",
        readonly=True,
        help="Last day of the points as it was when they were granted.",
    )
    idle_expiry = fields.Boolean(
        string="Expires with Inactivity",
        readonly=True,
        help="The points expire when the member neither earns nor redeems for the "
        "months set in the membership.",
    )
    points = fields.Integer(required=True, readonly=True)
    qualifying_amount = fields.Monetary(
        string="Qualifying Spend",
        readonly=True,
        help="What counts for the tier: paid amount, tax included, after discounts and "
        "rewards.",
    )
    earn_amount = fields.Monetary(
        string="Amount per Point",
        readonly=True,
        help="The rate in force when the order first earned; later changes of the "
        "program do not touch the order.",
    )
    event_date = fields.Date(
        string="Date",
        required=True,
        readonly=True,
        help="Date of the order or of the event, in the company's time zone.",
    )
    key = fields.Char(
        required=True,
        readonly=True,
        help="Identifies the event: the same key is never posted twice.",
    )
    source_model = fields.Char(readonly=True)
    source_id = fields.Many2oneReference(
        string="Document", model_field="source_model", readonly=True
    )
    explanation = fields.Char(readonly=True)
    details = fields.Json(
        readonly=True, help="The explanation in numbers, for reports and programs."
    )
    reason_id = fields.Many2one(
        "loyalty.point.reason", readonly=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users", string="Posted By", readonly=True, ondelete="restrict"
    )
    posted_at = fields.Datetime(
        string="Posted On",
        readonly=True,
        help="When the points were posted, or the pending entry was voided.",
    )
    lot_ids = fields.One2many("loyalty.point.lot", "entry_id", string="Lots")
    allocation_ids = fields.One2many(
        "loyalty.point.allocation", "entry_id", string="Paid From"
    )

    _key_uniq = models.Constraint(
        "UNIQUE(program_id, key)", "This event has been posted already."
    )
    _not_empty = models.Constraint(
        "CHECK(points <> 0 OR qualifying_amount <> 0)",
        "A point entry changes points or qualifying spend.",
    )
    _sign_by_kind = models.Constraint(
        "CHECK(CASE WHEN kind = 'earn' THEN points >= 0"
        " WHEN kind IN ('burn', 'expire', 'transfer_out') THEN points < 0"
        " WHEN kind = 'reverse' THEN points <= 0 WHEN kind = 'adjust' THEN points <> 0"
        " ELSE points > 0 END)",
        "The sign of the points does not fit the kind of the entry.",
    )
    _pending_until_decided = models.Constraint(
        "CHECK((state = 'pending') = (posted_at IS NULL)"
        " AND (state <> 'pending' OR available_on IS NOT NULL))",
        "A pending entry has a date from which it counts and is not posted yet.",
    )
    _only_grants_wait = models.Constraint(
        "CHECK(state = 'posted' OR (points >= 0 AND kind <> 'reinstate'))",
        "Only points that are granted can be pending.",
    )
    _paid_never_expires = models.Constraint(
        "CHECK(origin <> 'paid' OR (expire_on IS NULL AND idle_expiry IS NOT TRUE))",
        "Points that were paid for may not expire.",
    )
    _member_idx = models.Index("(member_id, event_date) INCLUDE (qualifying_amount)")
    _source_idx = models.Index("(source_model, source_id)")
    _debit_idx = models.Index("(member_id) WHERE points < 0")
    _pending_idx = models.Index(
        "(program_id, available_on, id) WHERE state = 'pending'"
    )

    @api.depends("kind", "points", "event_date")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for entry in self:
            entry.display_name = self.env._(
                "%(kind)s %(points)s on %(date)s",
                kind=labels.get(entry.kind),
                points=f"{entry.points:+d}",
                date=fields.Date.to_string(entry.event_date),
            )

    def action_open_source(self):
        """Open the document that the entry came from."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.source_model,
            "res_id": self.source_id,
            "views": [(False, "form")],
        }
