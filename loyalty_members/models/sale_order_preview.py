from odoo import api, fields, models

from ..tools import explanation, recognition
from ..tools.dates import today_in
from .loyalty_earning_run import EarningRun

NOTHING = dict.fromkeys(
    (
        "member_earn_preview",
        "member_earn_explanation",
        "member_earn_details",
    ),
    False,
)


class SaleOrder(models.Model):
    """What a quotation will earn, and what it can redeem, while it is being written."""

    _inherit = "sale.order"  # pylint: disable=R8180

    member_earn_preview = fields.Integer(
        string="Earns About",
        compute="_compute_member_earn_preview",
        groups="loyalty_members.group_viewer",
        help="Points that the order earns when all of it is confirmed, delivered, "
        "invoiced and paid, at today's rates.",
    )
    member_earn_explanation = fields.Char(
        string="Explanation",
        compute="_compute_member_earn_preview",
        groups="loyalty_members.group_viewer",
    )
    member_earn_details = fields.Text(
        string="Step by Step",
        compute="_compute_member_earn_preview",
        groups="loyalty_members.group_viewer",
    )
    member_usable_points = fields.Integer(
        string="Usable Points",
        compute="_compute_member_usable_points",
        groups="loyalty_members.group_viewer",
        help="Points that this quotation can use or uses.",
    )
    member_held_points = fields.Integer(
        string="Held Points",
        compute="_compute_member_usable_points",
        groups="loyalty_members.group_viewer",
        help="Points that other quotations hold.",
    )

    @api.depends(
        "state",
        "partner_id",
        "company_id",
        "team_id",
        "date_order",
        "currency_rate",
        "order_line.price_total",
        "order_line.product_id",
        "order_line.reward_id",
        "order_line.display_type",
    )
    @api.depends_context("lang")
    def _compute_member_earn_preview(self):
        Rate = self.env["loyalty.earn.rate"]
        self.update(NOTHING)
        facts = {}
        for number, order in enumerate(self):
            if order.state in ("draft", "sent"):
                # orders that are not saved have no number of their own
                fact = order.sudo()._earning_fact(order._origin.id or -number - 1)
                if fact:
                    facts[order] = fact
        run = EarningRun(self.env, list(facts.values()), apart=True)
        for order, fact in facts.items():
            earned, _total = run.earned(fact)
            tree, currency = earned.to_json(), fact["currency"]
            order.member_earn_preview = earned.points
            order.member_earn_explanation = explanation.earning(
                0, tree, currency.symbol, currency.position == "before"
            )
            order.member_earn_details = "\n".join(Rate._steps(tree, currency))

    def _member_of_customer(self):
        """The member that the order is for: the person, else their company."""
        partner = self.partner_id.with_company(self.company_id).sudo()
        return partner.member_id or partner.commercial_partner_id.member_id

    def _earning_fact(self, order_id):
        """What ``loyalty_earning_engine.order_facts`` would say about the quotation if
        it were confirmed now; ``None`` when nobody would earn by it."""
        member = self._member_of_customer()
        program = member.program_id or self._program_that_enrolls()
        if not program or member.state == "closed":
            return None
        return {
            "order_id": order_id,
            "member_id": member.id or 0,
            "program_id": program.id,
            "is_customer": True,
            "terms": None,
            "capped": None,
            "tier_id": (member.tier_id or program.base_tier_id).id,
            "team_id": self.team_id.id,
            "event_date": today_in(self.company_id.partner_id.tz, self.date_order),
            "per": program.earn_amount,
            "stack": program.earn_stack,
            "event": "confirmed",
            "pending_days": 0,
            "lines": [line._earning_row() for line in self.order_line],
            "currency": program.currency_id,
        }

    def _program_that_enrolls(self):
        program = self.env["loyalty.program"]._membership(self.company_id)
        joins = self.partner_id and not self.partner_id.is_public
        return program if joins and program.enroll_on_first_order else program.browse()

    @api.depends("state", "partner_id", "order_line.points_cost")
    def _compute_member_usable_points(self):
        for order in self:
            card = order._member_of_customer().card_id
            held, overdue = order.sudo()._unusable_points(card) if card else (0, 0)
            order.member_held_points = held
            usable = card.points - held - overdue if card else 0
            order.member_usable_points = max(usable, 0)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"  # pylint: disable=R8180

    def _earning_row(self):
        """A row for ``recognition.sold_line``."""
        goods = not (self.display_type or self.is_downpayment)
        return [
            recognition.SOLD,
            self.product_id.id,
            self.product_id.categ_id.parent_path,
            round(self.price_total / (self.order_id.currency_rate or 1), 6)
            if goods
            else 0,
            0,
            0,
            0,
            0,
            0,
        ]
