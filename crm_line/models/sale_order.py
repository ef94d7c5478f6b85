import logging

import psycopg2

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_amount

_logger = logging.getLogger(__name__)


class SaleOrder(models.Model):
    """A confirmed order is announced to the customer in LINE."""

    _inherit = "sale.order"

    def action_confirm(self):
        result = super().action_confirm()
        for order in self.filtered(lambda order: order.state == "sale"):
            order._line_notify_confirmed()
        return result

    def _line_notify_confirmed(self):
        """Queue the notice, once per order. Never stands in the way of the order."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                for user in self._line_users():
                    lang = user._lang()
                    text = self.with_context(lang=lang)._line_confirmation_text()
                    user._send_text(text, "service", f"order:{self.id}:confirmed")
        except (
            UserError,
            LookupError,
            ValueError,
            psycopg2.DataError,
            psycopg2.IntegrityError,
        ):
            _logger.warning("No LINE notice for order %s", self.id, exc_info=True)

    def _line_users(self):
        """LINE users of the customer, on accounts that announce orders."""
        return (
            self.env["line.user"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("account_id.active", "=", True),
                    ("account_id.notify_order_confirmed", "=", True),
                ]
            )
        )

    def _line_confirmation_text(self):
        """Text of the notice in the language of the context; extension point."""
        self.ensure_one()
        return self.env._(
            "Thank you! Your order %(order)s is confirmed. Total: %(amount)s.",
            order=self.name,
            amount=format_amount(self.env, self.amount_total, self.currency_id),
        )
