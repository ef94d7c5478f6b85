from odoo import api, fields, models
from odoo.exceptions import ValidationError

MATCHES = [("any", "Any of them is enough"), ("all", "All of them are needed")]
WINDOWS = [
    ("rolling", "The last months"),
    ("calendar", "This calendar year"),
    ("since", "Since the tier was reached or renewed"),
]
# name of each measure, its threshold for reaching and for keeping a tier
MEASURES = [
    ("spend", "threshold", "keep_threshold"),
    ("orders", "up_orders", "keep_orders"),
    ("points", "up_points", "keep_points"),
    ("single", "up_single", "keep_single"),
]
# every column that decides who is in a tier
RULE_FIELDS = [
    *(name for measure in MEASURES for name in measure[1:]),
    "up_match",
    "window_kind",
    "window_months",
    "keep_rule",
    "keep_match",
    "keep_window_kind",
    "keep_window_months",
    "validity",
    "validity_months",
    "grace_days",
    "downgrade",
    "carry_over",
    "extend_on_reach",
    "refund_policy",
    "protect_days",
    "invite_only",
]


class LoyaltyTierRule(models.AbstractModel):
    """How a tier is reached, kept and lost: what a tier and a draft of it share.

    A threshold of zero is no condition. Dates are inclusive calendar dates.
    """

    _name = "loyalty.tier.rule"
    _description = "Rules of a Tier"

    currency_id = fields.Many2one("res.currency")
    invite_only = fields.Boolean(
        string="By Invitation Only",
        help="Members come into this tier by hand only, by a manager who gives a "
        "reason.",
    )

    # -- reach
    threshold = fields.Monetary(
        string="Spend to Reach",
        help="Paid amount within the window from which a member is moved up. 0 for the "
        "tier in which members start.",
    )
    up_orders = fields.Integer(
        string="Orders to Reach",
        help="Number of paid orders within the window. 0: does not matter.",
    )
    up_points = fields.Integer(
        string="Points to Reach",
        help="Points earned by purchases within the window; gifts and adjustments do "
        "not count. 0: does not matter.",
    )
    up_single = fields.Monetary(
        string="Single Order to Reach",
        help="Paid amount of one order within the window. 0: does not matter.",
    )
    up_match = fields.Selection(
        MATCHES, string="Conditions to Reach", required=True, default="any"
    )
    window_kind = fields.Selection(
        WINDOWS,
        string="Counted",
        required=True,
        default="rolling",
        help="“Since the tier was reached” starts counting from zero with every move: "
        "the order that moved a member up does not count towards the next tier.",
    )
    window_months = fields.Integer(
        string="Window (Months)",
        required=True,
        default=12,
        help="The spend of this many months counts, up to and including today.",
    )

    # -- keep
    keep_rule = fields.Selection(
        [
            ("reach", "The conditions to reach it"),
            ("own", "Conditions of its own"),
            ("never", "Nothing: it ends and must be reached again"),
        ],
        string="To Keep the Tier",
        required=True,
        default="reach",
    )
    keep_threshold = fields.Monetary(
        string="Spend to Keep",
        help="Paid amount with which the tier is renewed at the end of its validity.",
    )
    keep_orders = fields.Integer(string="Orders to Keep")
    keep_points = fields.Integer(string="Points to Keep")
    keep_single = fields.Monetary(string="Single Order to Keep")
    keep_match = fields.Selection(
        MATCHES, string="Conditions to Keep", required=True, default="any"
    )
    keep_window_kind = fields.Selection(
        WINDOWS, string="Counted to Keep", required=True, default="since"
    )
    keep_window_months = fields.Integer(
        string="Window to Keep (Months)", required=True, default=12
    )

    # -- validity
    validity = fields.Selection(
        [
            ("none", "For ever"),
            ("months", "A number of months"),
            ("year", "To the end of the calendar year"),
            ("next_year", "To the end of the next calendar year"),
        ],
        required=True,
        default="none",
        help="How long a member stays before the tier must be kept. The starting tier "
        "is for ever.",
    )
    validity_months = fields.Integer(
        string="Validity (Months)", required=True, default=12
    )
    grace_days = fields.Integer(
        string="Grace (Days)",
        help="Days after the end of the validity in which the tier can still be kept.",
    )
    downgrade = fields.Selection(
        [
            ("one_down", "One level down"),
            ("evaluate", "To the highest tier whose conditions are met"),
            ("base", "To the starting tier"),
        ],
        string="If Not Kept",
        required=True,
        default="one_down",
    )
    carry_over = fields.Boolean(
        string="Carry Over Excess Spend",
        help="Spend beyond the threshold counts in the next period. Only when spend is "
        "counted per period.",
    )
    extend_on_reach = fields.Boolean(
        string="Reaching It Again Extends",
        help="Who meets the conditions to keep the tier again, with spend since the "
        "last move, gets the full validity from that day.",
    )
    refund_policy = fields.Selection(
        [
            ("keep", "Does not touch the tier"),
            ("review", "Ends the tier when its conditions are no longer met"),
        ],
        string="A Refund",
        required=True,
        default="keep",
        help="What happens when an order that a member needed for the tier is "
        "cancelled or refunded.",
    )
    protect_days = fields.Integer(
        string="Protection (Days)",
        help="Days after such a refund in which the member keeps the tier and can make "
        "up for it.",
    )

    _threshold_positive = models.Constraint(
        "CHECK(COALESCE(threshold, 0) >= 0 AND COALESCE(keep_threshold, 0) >= 0"
        " AND COALESCE(up_single, 0) >= 0 AND COALESCE(keep_single, 0) >= 0)",
        "The spend to reach or keep a tier cannot be negative.",
    )
    _counts_positive = models.Constraint(
        "CHECK(COALESCE(up_orders, 0) >= 0 AND COALESCE(up_points, 0) >= 0"
        " AND COALESCE(keep_orders, 0) >= 0 AND COALESCE(keep_points, 0) >= 0"
        " AND COALESCE(grace_days, 0) >= 0 AND COALESCE(protect_days, 0) >= 0)",
        "Orders, points and days of a tier cannot be negative.",
    )
    _window_positive = models.Constraint(
        "CHECK(window_months > 0 AND keep_window_months > 0 AND validity_months > 0)",
        "The window and the validity of a tier are at least one month.",
    )

    @api.constrains("keep_rule", "validity", "invite_only", *(m[2] for m in MEASURES))
    def _check_keep_conditions(self):
        for rule in self:
            own = any(rule[keep] for _measure, _reach, keep in MEASURES)
            if rule.keep_rule == "own" and not own:
                raise ValidationError(
                    self.env._(
                        "“%(tier)s” has conditions of its own to keep it: fill in at "
                        "least one of them.",
                        tier=rule.display_name,
                    )
                )
            if (
                rule.keep_rule == "reach"
                and rule.validity != "none"
                and rule.invite_only
            ):
                raise ValidationError(
                    self.env._(
                        "“%(tier)s” is by invitation only and ends: choose in “To Keep "
                        "the Tier” conditions of its own, or nothing.",
                        tier=rule.display_name,
                    )
                )

    @api.constrains("carry_over", "keep_rule", "keep_window_kind", "window_kind")
    def _check_carry_over(self):
        for rule in self.filtered("carry_over"):
            kind = (
                rule.keep_window_kind if rule.keep_rule == "own" else rule.window_kind
            )
            if kind == "rolling":
                raise ValidationError(
                    self.env._(
                        "“%(tier)s” counts the last months, which overlap: there is no "
                        "next period to carry excess spend to.",
                        tier=rule.display_name,
                    )
                )

    def _conditions(self, index=1):
        """``{measure: threshold}`` of the conditions to reach (1) or keep (2)."""
        self.ensure_one()
        if index == 2 and self.keep_rule == "reach":
            index = 1
        return {m[0]: self[m[index]] for m in MEASURES if self[m[index]]}

    def _check_levels_rise(self):
        """Rules of one membership: a higher level is harder to reach.

        Counting since the last move starts from zero, so it needs no higher number.
        """
        reachable = self.sorted("sequence").filtered(lambda rule: not rule.invite_only)
        for lower, higher in zip(reachable, reachable[1:], strict=False):
            needs, above = lower._conditions(), higher._conditions()
            shared = [name for name in above if name in needs]
            rises = [above[name] > needs[name] for name in shared]
            falls = [above[name] < needs[name] for name in shared]
            if higher.up_match == "all":
                wrong = any(falls) or (shared == list(above) and not any(rises))
            else:
                wrong = not all(rises)
            if above and (not shared or not wrong or higher.window_kind == "since"):
                continue
            label = next((m[1] for m in MEASURES if m[0] in shared), "threshold")
            raise ValidationError(
                self.env._(
                    "“%(higher)s” is above “%(lower)s”, so it needs a higher "
                    "“%(field)s”.",
                    higher=higher.name,
                    lower=lower.name,
                    field=self._fields[label]._description_string(self.env),
                )
            )
