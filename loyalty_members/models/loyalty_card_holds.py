from odoo import api, fields, models

from . import loyalty_burning_engine as engine

FLUSHED = {
    "sale.order": ["state", "validity_date", "date_order"],
    "sale.order.line": ["order_id", "coupon_id", "points_cost"],
    "loyalty.program": ["expiry_model", "expiry_months"],
}


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"  # pylint: disable=R8180

    held_points = fields.Integer(
        compute="_compute_unusable_points",
        compute_sudo=True,
        help="Points that open quotations hold: other quotations cannot use them.",
    )
    overdue_points = fields.Integer(
        compute="_compute_unusable_points",
        compute_sudo=True,
        help="Points whose last day has passed and which are about to expire.",
    )

    @api.depends("points")
    @api.depends_context("held_but_order", "held_before_line")
    def _compute_unusable_points(self):
        for model, names in FLUSHED.items():
            self.env[model].flush_model(names)
        found = {card.id: [0, 0] for card in self}
        for program, cards in self.grouped("program_id").items():
            if program.is_membership:
                query = engine.unusable_points(
                    program,
                    cards.ids,
                    self.env.context.get("held_but_order"),
                    self.env.context.get("held_before_line"),
                )
                for card_id, held, overdue in self.env.execute_query(query):
                    found[card_id][0] += held
                    found[card_id][1] += overdue
        for card in self:
            card.held_points, card.overdue_points = found[card.id]

    @api.model
    def _forget_held_points(self):
        """To be called when a quotation or its reward lines change."""
        self.invalidate_model(["held_points", "overdue_points"], flush=False)
