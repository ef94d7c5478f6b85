from odoo import fields, models

from ..models import loyalty_report_engine as engine
from ..models.loyalty_point_lot import ORIGINS


class LoyaltyPointLiability(models.Model):
    """Points liability: ``points x value of a point x (1 - expected breakage)``.

    The points with status "available" are the balances of the members. No line names
    a member.
    """

    _name = "loyalty.point.liability"
    _description = "Points Liability"
    _auto = False
    _order = "company_id, program_id, status, expiry_month, origin, tier_id"
    _depends = {
        "loyalty.point.allocation": ["entry_id", "lot_id", "points", "returned"],
        "loyalty.point.entry": ["state", "points", "origin", "expire_on"],
        "loyalty.point.lot": ["remaining", "expire_on", "origin"],
        "loyalty.member": ["tier_id"],
        "loyalty.program": ["point_value", "breakage_method", "breakage_ratio"],
    }

    program_id = fields.Many2one("loyalty.program", string="Membership", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    status = fields.Selection(
        [("available", "Available"), ("pending", "Pending")],
        readonly=True,
        help="Pending points are granted with the sale as well, but cannot be used "
        "until its return window is over.",
    )
    origin = fields.Selection(ORIGINS, readonly=True)
    tier_id = fields.Many2one("loyalty.tier", readonly=True)
    expiry = fields.Selection(
        [("day", "On a Day"), ("idle", "With Inactivity"), ("never", "Never")],
        string="Expires",
        readonly=True,
    )
    expiry_month = fields.Date(
        readonly=True, help="First day of the month in which the points expire."
    )
    points = fields.Integer(readonly=True)
    value = fields.Monetary(
        readonly=True, help="Points x value of a point, as set in the membership."
    )
    breakage_ratio = fields.Float(
        string="Breakage Share",
        readonly=True,
        digits=(5, 4),
        aggregator=None,
        help="Share of the points that is expected never to be used, from 0 to 1.",
    )
    breakage_source = fields.Selection(
        [
            ("fixed", "As Set in the Membership"),
            ("history", "Measured from Past Points"),
            ("unmeasured", "None: Without a Last Day"),
            ("paid", "None: Paid For"),
        ],
        readonly=True,
        help="Where the share comes from.",
    )
    breakage = fields.Monetary(
        string="Expected Breakage", readonly=True, help="Value x breakage share."
    )
    liability = fields.Monetary(
        readonly=True, help="Value x (1 - breakage share): what is deferred (IFRS 15)."
    )

    @property
    def _table_query(self):
        days = self.env["loyalty.program"]._memberships()._todays()
        return engine.liability(days)

    def action_export_xlsx(self):
        """Download the whole report as a workbook."""
        return {
            "type": "ir.actions.act_url",
            "url": "/loyalty_members/liability.xlsx",
            "target": "download",
        }
