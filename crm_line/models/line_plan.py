from odoo import api, fields, models

from ..tools import line_cost


class LinePlan(models.Model):
    """A price plan of LINE Official Accounts, as somebody read it on a day.

    LINE changes its prices: a plan has a period, and the source and day it was read.
    """

    _name = "line.plan"
    _description = "LINE Price Plan"
    _order = "valid_from DESC, monthly_fee, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    monthly_fee = fields.Monetary()
    included_messages = fields.Integer(
        help="Messages a month that the fee pays for. Replies are free and not counted."
    )
    can_buy_more = fields.Boolean(string="More Can Be Bought")
    extra_price = fields.Float(
        string="Price of a Further Message",
        digits=(16, 4),
        help="The highest step of LINE's price list, so that the cost is not "
        "estimated too low.",
    )
    valid_from = fields.Date(required=True, default=fields.Date.context_today)
    valid_until = fields.Date(help="Empty: until LINE changes its prices.")
    checked_on = fields.Date(
        string="Prices Read On", required=True, default=fields.Date.context_today
    )
    note = fields.Text(string="Source", translate=True)

    _amounts = models.Constraint(
        "CHECK(monthly_fee >= 0 AND included_messages >= 0 AND extra_price >= 0)",
        "“Monthly Fee”, “Included Messages” and “Price of a Further Message” cannot be "
        "negative.",
    )
    _period = models.Constraint(
        "CHECK(valid_until IS NULL OR valid_until >= valid_from)",
        "“Valid Until” cannot be before “Valid From”.",
    )

    @api.depends("name", "valid_from")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = f"{plan.name} ({plan.valid_from})"

    def _prices(self):
        """The prices as a value for the calculation."""
        self.ensure_one()
        return line_cost.Plan(
            self.monthly_fee,
            self.included_messages,
            self.extra_price if self.can_buy_more else None,
        )

    def _is_valid_on(self, day):
        self.ensure_one()
        return self.valid_from <= day and (
            not self.valid_until or day <= self.valid_until
        )
