from odoo import fields, models
from odoo.exceptions import AccessError

from .crm_nesl_mixin import NESL_STATES


class BigInteger(fields.Integer):
    """64 bits."""

    _column_type = ("int8", "int8")


class CrmPartnerStats(models.Model):
    """Purchases of one customer (commercial entity) from one company, as of a day.

    Derived data: a row is a function of the transactions, the company's rules and
    the day, whether an incremental or a full refresh wrote it. Only ``_refresh``
    writes. Dates are calendar dates in the company's time zone; amounts are before
    tax, in company currency, net of credit notes.
    """

    _name = "crm.partner.stats"
    _description = "Customer Statistics"
    _inherit = ["crm.nesl.mixin"]
    _rec_name = "partner_id"
    _order = "last_order_date DESC NULLS LAST, id DESC"
    _log_access = False  # a derived row: computed_on says what there is to say
    _allow_sudo_commands = False

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade"
    )
    # no index of its own: that of the state begins with it
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    first_order_date = fields.Date("First Purchase", readonly=True)
    last_order_date = fields.Date("Last Purchase", readonly=True)
    order_count = fields.Integer("Orders", readonly=True)
    order_count_12m = fields.Integer("Orders (12 Months)", readonly=True)
    order_count_window = fields.Integer(
        "Orders in Window",
        readonly=True,
    )
    amount_total = fields.Monetary(
        "Amount",
        readonly=True,
    )
    amount_12m = fields.Monetary("Amount (12 Months)", readonly=True)
    amount_window = fields.Monetary("Amount in Window", readonly=True)
    refund_total = fields.Monetary(
        "Credit Notes",
        readonly=True,
    )
    nesl = fields.Selection(
        NESL_STATES,
        "State",
        required=True,
        readonly=True,
    )
    nesl_since = fields.Date(
        "State Counted From",
        readonly=True,
    )
    next_transition_date = fields.Date(
        "Next Change",
        readonly=True,
    )
    recompute_on = fields.Date(
        readonly=True,
        help="Technical: the first day on which time alone changes this row.",
    )
    fingerprint = BigInteger(
        readonly=True,
        aggregator=None,
        help="Technical: of the transactions that this row was computed from.",
    )
    seal = BigInteger(
        readonly=True,
        aggregator=None,
        help="Technical: fits while this row and the rules of its company are as when "
        "it was computed.",
    )
    is_main = fields.Boolean("Main Customer", readonly=True)
    is_important = fields.Boolean("Important Customer", readonly=True)
    r_score = fields.Integer("Recency Score", readonly=True, aggregator="avg")
    f_score = fields.Integer("Frequency Score", readonly=True, aggregator="avg")
    m_score = fields.Integer("Monetary Score", readonly=True, aggregator="avg")
    rfm_cell = fields.Char(
        "RFM",
        readonly=True,
    )
    computed_on = fields.Date(
        "Changed On",
        readonly=True,
        help="The day for which this row was last found different and rewritten.",
    )
    user_id = fields.Many2one(related="partner_id.user_id")
    state_id = fields.Many2one(string="Region", related="partner_id.state_id")
    industry_id = fields.Many2one(related="partner_id.industry_id")

    # a constraint, not an index: merging contacts looks for it (base_partner_merge)
    _partner_company_uniq = models.Constraint(
        "UNIQUE (partner_id, company_id)",
        "A customer has one row of statistics per company.",
    )
    _state_idx = models.Index("(company_id, nesl, last_order_date)")
    _recompute_idx = models.Index(
        "(company_id, recompute_on) WHERE recompute_on IS NOT NULL"
    )

    def action_refresh(self):
        """Bring the statistics up to date now (group Segments / User)."""
        if not self.env.user.has_group("crm_segments.group_crm_segments_user"):
            raise AccessError(
                self.env._("Refreshing customer statistics needs the Segments role.")
            )
        return self._notify_refreshed(self.sudo()._refresh())

    def action_rebuild(self):
        """Recompute every row in the background, for data that came in behind Odoo's
        back; shows the progress."""
        if not self.env.user.has_group("crm_segments.group_crm_segments_manager"):
            raise AccessError(
                self.env._("Rebuilding needs the Segments administrator role.")
            )
        rebuild = self.env["crm.stats.rebuild"].sudo()._request()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rebuild of Customer Statistics"),
            "res_model": rebuild._name,
            "res_id": rebuild.id,
            "view_mode": "form",
        }

    def _notify_refreshed(self, changed):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Customer statistics are up to date: %(count)s changed.",
                    count=changed,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
