from odoo import api, fields, models

from . import loyalty_burning_engine as engine

FLUSHED = {
    "sale.order": ["state", "validity_date", "date_order"],
    "sale.order.line": ["order_id", "coupon_id", "points_cost"],
    "loyalty.program": ["burn_hold_days"],
}


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"  # pylint: disable=R8180

    held_points = fields.Integer(
        compute="_compute_held_points",
        compute_sudo=True,
        help="Points that open quotations hold: other quotations cannot use them.",
    )

    @api.depends_context("held_but_order", "held_before_line")
    def _compute_held_points(self):
        for model, names in FLUSHED.items():
            self.env[model].flush_model(names)
        held = {}
        for program, cards in self.grouped("program_id").items():
            if program.is_membership:
                query = engine.held_points(
                    cards.ids,
                    program._today(),
                    self.env.context.get("held_but_order"),
                    self.env.context.get("held_before_line"),
                )
                held.update(self.env.execute_query(query))
        for card in self:
            card.held_points = held.get(card.id, 0)

    @api.model
    def _forget_held_points(self):
        """To be called when a quotation or its reward lines change."""
        self.invalidate_model(["held_points"], flush=False)
