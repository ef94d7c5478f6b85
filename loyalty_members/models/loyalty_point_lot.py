from odoo import api, fields, models
from odoo.tools import format_date

from ..tools import expiry

ORIGINS = [
    ("earned", "Earned"),
    ("bonus", "Bonus"),
    ("paid", "Paid"),
    ("refund", "Refund"),
]


class LoyaltyPointLot(models.Model):
    """What is left of the points of one positive entry.

    Per member ``sum(remaining)`` is the balance, and ``granted - remaining`` is what
    the allocations took. Points that were paid for never expire: Taiwan's rules for
    gift vouchers (商品（服務）禮券定型化契約) allow no expiry date on them.
    """

    _name = "loyalty.point.lot"
    _inherit = ["loyalty.ledger.table"]
    _description = "Point Lot"
    _order = "expire_on, id"
    _check_company_auto = True
    _log_access = False

    entry_id = fields.Many2one(
        "loyalty.point.entry", required=True, readonly=True, ondelete="restrict"
    )
    program_id = fields.Many2one(
        "loyalty.program", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    member_id = fields.Many2one(
        "loyalty.member", required=True, readonly=True, ondelete="restrict"
    )
    origin = fields.Selection(ORIGINS, required=True, readonly=True)
    granted = fields.Integer(required=True, readonly=True)
    remaining = fields.Integer(required=True, readonly=True)
    expire_on = fields.Date(
        string="Expires On",
        readonly=True,
        help="Last day on which the points can be used. Empty: they do not expire.",
    )
    idle_expiry = fields.Boolean(
        string="Expires with Inactivity",
        readonly=True,
        help="The points expire when the member neither earns nor redeems for the "
        "months set in the membership.",
    )
    last_day = fields.Date(
        compute="_compute_last_day",
        help="Last day on which the points can be used, as of today. Empty: they do "
        "not expire.",
    )
    event_date = fields.Date(related="entry_id.event_date", string="Granted On")
    explanation = fields.Char(related="entry_id.explanation")
    allocation_ids = fields.One2many(
        "loyalty.point.allocation", "lot_id", string="Used By"
    )

    _entry_uniq = models.Constraint(
        "UNIQUE(entry_id)", "An entry has one lot of points at most."
    )
    _remaining_range = models.Constraint(
        "CHECK(remaining BETWEEN 0 AND granted AND granted > 0)",
        "A lot cannot hold less than no points or more than it was granted.",
    )
    _paid_never_expires = models.Constraint(
        "CHECK(origin <> 'paid' OR (expire_on IS NULL AND idle_expiry IS NOT TRUE))",
        "Points that were paid for may not expire.",
    )
    _one_expiry = models.Constraint(
        "CHECK(expire_on IS NULL OR idle_expiry IS NOT TRUE)",
        "Points expire on a day or with inactivity, not both.",
    )
    _spending_idx = models.Index("(member_id, expire_on, id) WHERE remaining > 0")
    _member_idx = models.Index("(member_id)")
    _idle_idx = models.Index(
        "(program_id, member_id) WHERE remaining > 0 AND idle_expiry"
    )
    _expiry_idx = models.Index(
        "(program_id, expire_on, id) WHERE remaining > 0 AND expire_on IS NOT NULL"
    )

    @api.depends("granted", "entry_id.event_date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for lot in self:
            lot.display_name = self.env._(
                "%(points)s points of %(day)s",
                points=f"{lot.granted:,}",
                day=format_date(self.env, lot.event_date),
            )

    @api.depends("expire_on", "idle_expiry", "member_id.last_activity")
    def _compute_last_day(self):
        for lot in self:
            program = lot.program_id.sudo()
            lot.last_day = lot.expire_on
            if lot.idle_expiry and program.expiry_model == "activity":
                active = lot.member_id.last_activity or lot.event_date
                since = max(active, lot.event_date)
                lot.last_day = expiry.rolling(since, program.expiry_months)
