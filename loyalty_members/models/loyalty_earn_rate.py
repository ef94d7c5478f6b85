from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools import earning
from ..tools.earning import exact

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class LoyaltyEarnRate(models.Model):
    """A row of a membership's rate table: for whom and what, when, and how much.

    Empty conditions hold for all. What concerns the order (tier, day, birthday, first
    order, sales team) is decided once, when an order first earns, and kept with its
    entry; what concerns products is applied to the lines of the order at any time.
    """

    _name = "loyalty.earn.rate"
    _description = "Earning Rate"
    _order = "sequence, id"
    _check_company_auto = True

    program_id = fields.Many2one(
        "loyalty.program",
        string="Membership",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('is_membership', '=', True)]",
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True)
    currency_id = fields.Many2one(related="program_id.currency_id")
    name = fields.Char(
        required=True,
        translate=True,
        help="Members read it in the explanation of their points.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    # for whom and when
    tier_ids = fields.Many2many(
        "loyalty.tier",
        string="Tiers",
        domain="[('program_id', '=', program_id)]",
        help="Empty: all tiers. The tier on the day when the order first earns counts.",
    )
    team_ids = fields.Many2many(
        "crm.team",
        string="Sales Teams",
        check_company=True,
        help="Sales channels: each website has its sales team. Empty: all.",
    )
    date_from = fields.Date(string="First Day")
    date_to = fields.Date(string="Last Day")
    mon = fields.Boolean(string="Monday", default=True)
    tue = fields.Boolean(string="Tuesday", default=True)
    wed = fields.Boolean(string="Wednesday", default=True)
    thu = fields.Boolean(string="Thursday", default=True)
    fri = fields.Boolean(string="Friday", default=True)
    sat = fields.Boolean(string="Saturday", default=True)
    sun = fields.Boolean(string="Sunday", default=True)
    birthday_month = fields.Boolean(
        help="Orders in the calendar month of the member's birthday."
    )
    first_order = fields.Boolean(
        help="The member's first order that counts; a cancelled order does not."
    )

    # for what
    product_ids = fields.Many2many(
        "product.product",
        string="Products",
        check_company=True,
        help="Products or categories: what belongs to one of them fits. Empty: all.",
    )
    categ_ids = fields.Many2many(
        "product.category", string="Product Categories", help="With those below them."
    )
    min_amount = fields.Monetary(
        string="Minimum Amount",
        help="What the fitting products of the order must come to: tax included, after "
        "discounts and rewards.",
    )

    # how much
    effect = fields.Selection(
        [
            (earning.MULTIPLIER, "Multiplies the points"),
            (earning.EXTRA, "Extra points per amount"),
            (earning.FIXED, "Bonus per order"),
            (earning.NONE, "Does not earn"),
        ],
        required=True,
        default=earning.MULTIPLIER,
        help="“Does not earn” wins over every other rate of the same product.",
    )
    factor = fields.Float(
        string="Times",
        default=2,
        digits=(6, 2),
        help="2 doubles the points; 0.5 halves them.",
    )
    points = fields.Integer(default=1)
    amount = fields.Monetary(
        string="Per Amount", default=100, help="Points for each of these amounts."
    )
    cap_order = fields.Integer(
        string="Most per Order",
        help="Most points of this rate per order, beyond what the order earns without "
        "it. 0: no limit.",
    )
    cap_day = fields.Integer(
        string="Most per Day", help="Most points of this rate per member and day."
    )
    cap_month = fields.Integer(
        string="Most per Month",
        help="Most points of this rate per member and calendar month.",
    )

    _dates_ordered = models.Constraint(
        "CHECK(date_from <= date_to)", "“Last Day” is before “First Day”."
    )
    _factor_positive = models.Constraint(
        "CHECK(effect <> 'multiplier' OR factor >= 0)", "“Times” cannot be negative."
    )
    _points_positive = models.Constraint(
        "CHECK(effect NOT IN ('extra', 'fixed') OR points > 0)",
        "“Points” of a rate must be more than zero.",
    )
    _amount_positive = models.Constraint(
        "CHECK(effect <> 'extra' OR amount > 0)",
        "“Per Amount” must be more than zero.",
    )
    _limits_positive = models.Constraint(
        "CHECK(cap_order >= 0 AND cap_day >= 0 AND cap_month >= 0 AND min_amount >= 0)",
        "Limits and the minimum amount cannot be negative.",
    )

    @api.constrains("program_id", "tier_ids")
    def _check_membership(self):
        for rate in self:
            if not rate.program_id.is_membership:
                raise ValidationError(
                    self.env._("Only memberships have earning rates.")
                )
            if rate.tier_ids.program_id - rate.program_id:
                raise ValidationError(
                    self.env._(
                        "“Tiers” of %(rate)s belong to another membership: choose "
                        "tiers of its own.",
                        rate=rate.name,
                    )
                )

    @api.constrains(*WEEKDAYS)
    def _check_weekdays(self):
        for rate in self:
            if not any(rate[day] for day in WEEKDAYS):
                raise ValidationError(
                    self.env._(
                        "%(rate)s holds on no day of the week: choose one at least.",
                        rate=rate.name,
                    )
                )

    # -- the table ------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache("program_id", "self.env.lang")
    def _rates_of(self, program_id):
        """Pairs of condition and rate, as the plain maths takes them, kept in memory
        because every order asks for them."""
        rates = self.sudo().search([("program_id", "=", program_id)])
        return tuple((rate._condition(), rate._plain()) for rate in rates)

    def _condition(self):
        return earning.Condition(
            tiers=frozenset(self.tier_ids.ids),
            teams=frozenset(self.team_ids.ids),
            date_from=self.date_from or None,
            date_to=self.date_to or None,
            weekdays=frozenset(n for n, day in enumerate(WEEKDAYS) if self[day]),
            birthday_month=self.birthday_month,
            first_order=self.first_order,
        )

    def _plain(self):
        return earning.Rate(
            id=self.id,
            name=self.name,
            effect=self.effect,
            factor=exact(round(self.factor, 2)),
            points=self.points,
            amount=exact(self.amount),
            min_amount=exact(self.min_amount),
            products=frozenset(self.product_ids.ids),
            categories=frozenset(self.categ_ids.ids),
            cap_order=self.cap_order,
            cap_day=self.cap_day,
            cap_month=self.cap_month,
        )
