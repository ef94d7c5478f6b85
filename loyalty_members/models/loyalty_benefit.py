from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import gift_dates
from .loyalty_program_expiry import MONTHS

KINDS = [
    ("welcome", "Welcome"),
    ("birthday", "Birthday"),
    ("tier_up", "Tier Upgrade"),
    ("anniversary", "Membership Anniversary"),
    ("festival", "Festival"),
]
# kinds that fall due by the calendar; the others follow from an event
YEARLY = ("birthday", "anniversary", "festival")
MARKETING = "marketing"  # purpose that the consent gate is asked about
WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]
WEEKS = [
    ("1", "First"),
    ("2", "Second"),
    ("3", "Third"),
    ("4", "Fourth"),
    ("5", "Last"),
]


class LoyaltyBenefit(models.Model):
    """A gift that members get by themselves, once per period.

    A welcome gift is given on joining, a tier gift when the tier is reached for the
    first time, the others once a year.
    """

    _name = "loyalty.benefit"
    _inherit = ["mail.thread"]
    _description = "Member Gift"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(
        required=True, translate=True, help="Members read it in their ledger."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        default=True,
        tracking=True,
        help="Gifts that fell due while this is switched off are not given later.",
    )
    program_id = fields.Many2one(
        "loyalty.program",
        string="Membership",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('is_membership', '=', True)]",
        default=lambda self: self.env["loyalty.program"]._membership().id,
    )
    company_id = fields.Many2one(
        related="program_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(
        KINDS, string="Occasion", required=True, default="birthday", tracking=True
    )
    tier_ids = fields.Many2many(
        "loyalty.tier",
        string="For Tiers",
        domain="[('program_id', '=', program_id)]",
        help="Members of these tiers get it; empty: all. For a tier upgrade: the tier "
        "that is reached.",
    )
    # -- when -----------------------------------------------------------------
    when = fields.Selection(
        [
            (gift_dates.ON_DAY, "On the Day"),
            (gift_dates.DAYS_BEFORE, "Days Before"),
            (gift_dates.MONTH_START, "From the First of the Month"),
        ],
        required=True,
        default="on_day",
        help="From the first of the month: who joins later in that month gets it too.",
    )
    days_before = fields.Integer(default=7)
    festival_rule = fields.Selection(
        [("fixed", "Fixed Date"), ("weekday", "Weekday of a Month")],
        required=True,
        default="fixed",
        help="Mother's Day in Taiwan is the second Sunday of May.",
    )
    festival_month = fields.Selection(MONTHS, string="Month", default="5")
    festival_day = fields.Integer(string="Day", default=1)
    festival_week = fields.Selection(WEEKS, string="Week", default="2")
    festival_weekday = fields.Selection(WEEKDAYS, string="Weekday", default="6")
    handled_until = fields.Date(
        string="Given Through",
        readonly=True,
        copy=False,
        help="Gifts that fell due up to this day have been given.",
    )
    # -- what -----------------------------------------------------------------
    give_as = fields.Selection(
        [("points", "Points"), ("coupon", "Coupon"), ("product", "Free Product")],
        required=True,
        default="points",
        tracking=True,
    )
    points = fields.Integer(default=100, tracking=True)
    coupon_program_id = fields.Many2one(
        "loyalty.program",
        string="Coupon",
        check_company=True,
        ondelete="restrict",
        domain="[('program_type', '=', 'coupons')]",
        help="Discount & loyalty program of type “Coupons”: every gift is one of them.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Free Product",
        check_company=True,
        ondelete="restrict",
        domain="[('sale_ok', '=', True)]",
        help="The member gets a coupon for one piece.",
    )
    valid_days = fields.Integer(
        string="Validity (Days)",
        default=30,
        help="The gift can be used through this many days after the day it is given. "
        "0: coupons do not expire, points expire like other points.",
    )
    # -- message --------------------------------------------------------------
    mail_template_id = fields.Many2one(
        "mail.template",
        string="E-mail",
        domain="[('model', '=', 'loyalty.benefit.issue')]",
        ondelete="restrict",
        help="Queued when the gift is given. Empty: no e-mail.",
    )
    is_marketing = fields.Boolean(
        string="Marketing E-mail",
        default=True,
        help="Sent only to members who agreed to marketing by e-mail. The gift is "
        "given in any case.",
    )
    issue_ids = fields.One2many("loyalty.benefit.issue", "benefit_id", string="Given")
    issue_count = fields.Integer(string="Gifts Given", compute="_compute_issue_count")
    upcoming_count = fields.Integer(
        string="Due in 30 Days", compute="_compute_upcoming_count"
    )
    rule_text = fields.Char(string="In Words", compute="_compute_rule_text")

    _points_positive = models.Constraint(
        "CHECK(give_as <> 'points' OR points > 0)",
        "“Points” of a gift must be more than zero.",
    )
    _days_before_range = models.Constraint(
        "CHECK(days_before BETWEEN 0 AND 90)",
        "“Days Before” must be between 0 and 90.",
    )
    _valid_days_range = models.Constraint(
        "CHECK(valid_days BETWEEN 0 AND 3660)",
        "“Validity” must be between 0 and 3660 days.",
    )

    @api.constrains("festival_rule", "festival_month", "festival_day", "kind")
    def _check_festival(self):
        for benefit in self.filtered(lambda b: b.kind == "festival"):
            try:
                gift_dates.occurrence(
                    int(benefit.festival_month or 0), benefit.festival_day, 2028
                )
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“Day”: this month has no day %(day)s.",
                        day=benefit.festival_day,
                    )
                ) from error

    @api.constrains("give_as", "coupon_program_id", "product_id")
    def _check_what(self):
        for benefit in self:
            coupons = benefit.sudo().coupon_program_id
            if benefit.give_as != "points" and not coupons:
                raise ValidationError(
                    self.env._("Fill in “Coupon” or “Free Product” of the gift.")
                )
            if coupons and coupons.program_type != "coupons":
                raise ValidationError(
                    self.env._(
                        "“%(program)s” is no program of type “Coupons”.",
                        program=coupons.name,
                    )
                )

    @api.constrains("program_id", "tier_ids")
    def _check_membership(self):
        for benefit in self:
            program = benefit.sudo().program_id
            if not program.is_membership or benefit.tier_ids.program_id - program:
                raise ValidationError(
                    self.env._(
                        "A gift belongs to a membership, and its tiers to the same one."
                    )
                )

    # -- computed -------------------------------------------------------------
    def _compute_issue_count(self):
        counts = dict(
            self.env["loyalty.benefit.issue"]._read_group(
                [("benefit_id", "in", self.ids)], ["benefit_id"], ["__count"]
            )
        )
        for benefit in self:
            benefit.issue_count = counts.get(benefit, 0)

    @api.depends("kind", "when", "days_before", "festival_rule", "festival_month")
    @api.depends("festival_day", "festival_week", "festival_weekday", "handled_until")
    def _compute_upcoming_count(self):
        for benefit in self:
            saved = benefit._origin
            benefit.upcoming_count = saved._count_upcoming() if saved else 0

    @api.depends("kind", "when", "days_before", "festival_rule", "festival_month")
    @api.depends("festival_day", "festival_week", "festival_weekday")
    @api.depends_context("lang")
    def _compute_rule_text(self):
        for benefit in self:
            benefit.rule_text = benefit._rule_in_words()

    def _rule_in_words(self):
        def label(name):
            field = self._fields[name]
            return dict(field._description_selection(self.env)).get(self[name], "")

        if self.kind not in YEARLY:
            return label("kind")
        day = label("kind")
        if self.kind == "festival" and self.festival_rule == "fixed":
            day = f"{label('festival_month')} {self.festival_day}"
        elif self.kind == "festival":
            day = self.env._(
                "%(week)s %(weekday)s of %(month)s",
                week=label("festival_week"),
                weekday=label("festival_weekday"),
                month=label("festival_month"),
            )
        if self.when == gift_dates.DAYS_BEFORE:
            return self.env._(
                "%(day)s, %(days)s days before", day=day, days=self.days_before
            )
        return f"{day}, {label('when')}"

    # -- changes --------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._set_up_product(vals)
        benefits = super().create(vals_list)
        benefits._start_today()
        return benefits

    def write(self, vals):
        if vals.get("give_as") == "product" or vals.get("product_id"):
            for benefit in self:
                own = dict(vals)
                benefit._set_up_product(own)
                super(LoyaltyBenefit, benefit).write(own)
        else:
            super().write(vals)
        if vals.get("active") or vals.keys() & {"kind", "when", "festival_rule"}:
            self._start_today()
        return True

    def _start_today(self):
        """What fell due before the gift was switched on is not given."""
        for program, benefits in self.sudo().grouped("program_id").items():
            benefits.handled_until = program._today()

    def _set_up_product(self, vals):
        """A free product is a coupon of a native program made for it."""
        give_as = vals.get("give_as", self.give_as)
        product_id = vals.get("product_id", self.product_id.id)
        if give_as != "product" or not product_id:
            return
        product = self.env["product.product"].browse(product_id)
        program_id = vals.get("program_id") or self.program_id.id
        membership = (
            self.env["loyalty.program"].browse(program_id)
            if program_id
            else self.env["loyalty.program"]._membership()
        )
        vals["coupon_program_id"] = membership._product_coupons(product).id

    @api.ondelete(at_uninstall=False)
    def _unlink_except_given(self):
        if self.sudo().issue_ids:
            raise UserError(
                self.env._(
                    "Gifts that were given cannot be deleted: archive them instead."
                )
            )

    # -- actions --------------------------------------------------------------
    def action_open_issues(self):
        """Open the gifts that were given."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "loyalty_members.loyalty_benefit_issue_action"
        )
        return {**action, "domain": [("benefit_id", "=", self.id)], "context": {}}

    def action_preview(self):
        """Open the members who get the gift within the next 30 days."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "loyalty_members.loyalty_member_action"
        )
        return {
            **action,
            "name": self.env._("%(gift)s: due in 30 days", gift=self.name),
            "domain": [("id", "in", self._upcoming_members().ids)],
            "context": {},
        }
