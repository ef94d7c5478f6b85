from datetime import timedelta
from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .crm_stats_engine_store import CUTS

OWN = tuple(f"own_{name}" for name in CUTS)


class CrmRfmCut(models.Model):
    """Cut-points of a company's customers; a score counts those exceeded.

    Those that apply are derived data, written by the refresh only: quintiles, each a
    value that occurs (``percentile_disc``), so customers with equal values share a
    score; or the company's own values. A trigger adds each change to
    ``crm.rfm.cut.history``.
    """

    _name = "crm.rfm.cut"
    _description = "RFM Cut-points"
    _inherit = ["mail.thread"]
    _rec_name = "company_id"
    _allow_sudo_commands = False

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    mode = fields.Selection(
        [("auto", "Quintiles of the customers"), ("own", "Own values")],
        "Cut-points",
        required=True,
        default="auto",
        tracking=True,
        help="Quintiles move with the data and put about a fifth of the customers into "
        "each score. Own values stay, so scores of different months compare.",
    )
    customers = fields.Integer("Customers Compared", readonly=True)
    computed_on = fields.Date("Changed On", readonly=True)
    recency_1 = fields.Date("Recency 1 | 2", readonly=True)
    recency_2 = fields.Date("Recency 2 | 3", readonly=True)
    recency_3 = fields.Date("Recency 3 | 4", readonly=True)
    recency_4 = fields.Date("Recency 4 | 5", readonly=True)
    frequency_1 = fields.Integer("Frequency 1 | 2", readonly=True, aggregator=None)
    frequency_2 = fields.Integer("Frequency 2 | 3", readonly=True, aggregator=None)
    frequency_3 = fields.Integer("Frequency 3 | 4", readonly=True, aggregator=None)
    frequency_4 = fields.Integer("Frequency 4 | 5", readonly=True, aggregator=None)
    monetary_1 = fields.Monetary("Monetary 1 | 2", readonly=True, aggregator=None)
    monetary_2 = fields.Monetary("Monetary 2 | 3", readonly=True, aggregator=None)
    monetary_3 = fields.Monetary("Monetary 3 | 4", readonly=True, aggregator=None)
    monetary_4 = fields.Monetary("Monetary 4 | 5", readonly=True, aggregator=None)
    # days before today; the refresh turns them into dates
    own_recency_1 = fields.Integer("Own Recency 1 | 2 (days)", tracking=True)
    own_recency_2 = fields.Integer("Own Recency 2 | 3 (days)", tracking=True)
    own_recency_3 = fields.Integer("Own Recency 3 | 4 (days)", tracking=True)
    own_recency_4 = fields.Integer("Own Recency 4 | 5 (days)", tracking=True)
    own_frequency_1 = fields.Integer("Own Frequency 1 | 2", tracking=True)
    own_frequency_2 = fields.Integer("Own Frequency 2 | 3", tracking=True)
    own_frequency_3 = fields.Integer("Own Frequency 3 | 4", tracking=True)
    own_frequency_4 = fields.Integer("Own Frequency 4 | 5", tracking=True)
    own_monetary_1 = fields.Monetary("Own Monetary 1 | 2", tracking=True)
    own_monetary_2 = fields.Monetary("Own Monetary 2 | 3", tracking=True)
    own_monetary_3 = fields.Monetary("Own Monetary 3 | 4", tracking=True)
    own_monetary_4 = fields.Monetary("Own Monetary 4 | 5", tracking=True)

    # ON CONFLICT of the refresh needs the constraint
    _company_uniq = models.Constraint(
        "UNIQUE (company_id)", "A company has one set of cut-points."
    )

    @api.constrains("mode", *OWN)
    def _check_own(self):
        for cut in self.filtered(lambda cut: cut.mode == "own"):
            days, orders, amounts = (
                [cut[f"own_{metric}_{step}"] for step in range(1, 5)]
                for metric in ("recency", "frequency", "monetary")
            )
            if days[-1] < 0 or any(high <= low for high, low in pairwise(days)):
                raise ValidationError(
                    self.env._(
                        "The own recency cut-points must fall from 1 | 2 to 4 | 5 and "
                        "not be negative: fewer days since the last purchase are a "
                        "higher score."
                    )
                )
            for values in (orders, amounts):
                if values[0] < 0 or any(low >= high for low, high in pairwise(values)):
                    raise ValidationError(
                        self.env._(
                            "The own frequency and monetary cut-points must rise from "
                            "1 | 2 to 4 | 5 and not be negative."
                        )
                    )

    @api.onchange("mode")
    def _onchange_mode(self):
        """Own values start from the cut-points that apply."""
        if self.mode != "own" or any(self[name] for name in OWN):
            return
        today = self.company_id._stats_today()
        for name in CUTS:
            value = self[name]
            if name.startswith("recency"):
                value = (today - value) // timedelta(days=1) if value else 0
            self[f"own_{name}"] = value

    def write(self, vals):
        derived = {"company_id", "customers", "computed_on", *CUTS}
        if not derived.isdisjoint(vals):
            raise UserError(
                self.env._(
                    "The cut-points that apply are written by the refresh. Choose own "
                    "values and fill those in."
                )
            )
        result = super().write(vals)
        if not {"mode", *OWN}.isdisjoint(vals):
            self.env["crm.stats.queue"]._push_all()
        return result

    @api.model
    def _any_own(self):
        return bool(self.sudo().search_count([("mode", "=", "own")], limit=1))

    def action_open_history(self):
        """The cut-points of this company over time."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.rfm.cut.history",
            "view_mode": "list",
            "domain": [("company_id", "=", self.company_id.id)],
            "name": self.env._("History of Cut-points"),
        }
