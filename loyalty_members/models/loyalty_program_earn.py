from odoo import fields, models

from ..tools import earning

EVENTS = [
    ("confirmed", "Order confirmed"),
    ("delivered", "Goods delivered"),
    ("invoiced", "Invoice posted"),
    ("paid", "Invoice paid"),
]


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"  # pylint: disable=R8180

    earn_event = fields.Selection(
        EVENTS,
        string="Points Are Earned When",
        required=True,
        default="confirmed",
        help="Orders earn for the part that has got so far: what is delivered, "
        "invoiced or paid. An order that has earned already keeps its event.",
    )
    pending_days = fields.Integer(
        string="Days Until Usable",
        help="Points become usable this many days after the event: the time in which "
        "customers may return goods. 0: at once.",
    )
    earn_stack = fields.Selection(
        [
            (earning.HIGHEST, "The best rate counts"),
            (earning.SUM, "The extra points of all rates add up"),
            (earning.PRODUCT, "Multipliers multiply one another"),
        ],
        string="Several Rates",
        required=True,
        default=earning.HIGHEST,
        help="What happens where several rates fit the same product. Bonuses per "
        "order: the largest one, or all of them.",
    )
    earn_rate_ids = fields.One2many(
        "loyalty.earn.rate", "program_id", string="Earning Rates"
    )

    _pending_days_positive = models.Constraint(
        "CHECK(pending_days >= 0)", "“Days Until Usable” cannot be negative."
    )
