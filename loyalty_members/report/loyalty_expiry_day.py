from odoo import api, fields, models

from ..models import loyalty_report_engine as engine


class LoyaltyExpiryDay(models.Model):
    """How many points expire on a day, unless they are used before."""

    _name = "loyalty.expiry.day"
    _description = "Expiry of Points"
    _auto = False
    _order = "expire_on, company_id"
    _depends = {
        "loyalty.point.lot": ["remaining", "expire_on"],
        "loyalty.program": ["point_value"],
    }

    program_id = fields.Many2one("loyalty.program", string="Membership", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    expire_on = fields.Date(string="Last Day", readonly=True)
    members = fields.Integer(
        readonly=True, aggregator=None, help="Members who have such points."
    )
    points = fields.Integer(readonly=True)
    value = fields.Monetary(readonly=True, help="Points x value of a point.")

    @property
    def _table_query(self):
        return engine.expiry_days()

    @api.depends("points")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for day in self:
            day.display_name = self.env._("%(points)s points", points=f"{day.points:,}")

    def action_open_lots(self):
        """Open the lots that expire on the day."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "loyalty_members.loyalty_point_lot_action"
        )
        domain = [
            ("program_id", "=", self.program_id.id),
            ("expire_on", "=", self.expire_on),
            ("remaining", ">", 0),
        ]
        return {**action, "domain": domain, "context": {}}

    def action_export_xlsx(self):
        """Download the days as a workbook."""
        return {
            "type": "ir.actions.act_url",
            "url": "/loyalty_members/expiry.xlsx",
            "target": "download",
        }
