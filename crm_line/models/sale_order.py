import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

_logger = logging.getLogger(__name__)


class SaleOrder(models.Model):
    """A confirmed order is announced to the customer in LINE."""

    _inherit = "sale.order"

    line_amount = fields.Char(compute="_compute_line_texts")
    line_portal_link = fields.Char(compute="_compute_line_texts")

    @api.depends("amount_total", "currency_id")
    @api.depends_context("lang")
    def _compute_line_texts(self):
        """What a message about the order may say."""
        for order in self:
            order.line_amount = format_amount(
                self.env, order.amount_total, order.currency_id
            )
            order.line_portal_link = (
                f"{order.get_base_url()}{order.get_portal_url()}" if order.id else False
            )

    @api.model
    def mail_allowed_qweb_expressions(self):
        return (
            *super().mail_allowed_qweb_expressions(),
            "object.line_amount",
            "object.line_portal_link",
        )

    def _line_contact(self):
        """Whom a message in LINE about these orders goes to."""
        return self.partner_id

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
                    order = self.sudo().with_context(lang=user._lang())
                    account = user.account_id.with_context(lang=user._lang())
                    text = order._line_order_text(account)
                    self._line_send_notice(user, text)
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

    def _line_send_notice(self, user, text):
        """Queue ``text`` once per order, its links counted for this person."""
        key = f"order:{self.id}:confirmed"
        outbox = self.env["line.outbox"].sudo()
        if outbox._find(user, key):
            return
        short = self.env["line.click"]._shorten({user: text}, key)[user]
        row = outbox._enqueue(user, outbox._text_messages(short), "service", key)
        if row.state == "queued":
            row.mail_message_id = user._post_from_bot(text)

    def _line_order_text(self, account):
        """The text of the account, else ours, in the language of the context."""
        self.ensure_one()
        if not (account.order_text and account.order_text.strip()):
            return self._line_confirmation_text()
        rendered = self.env["mail.render.mixin"]._render_template(
            account.order_text, self._name, self.ids
        )
        return rendered[self.id].strip()

    def _line_confirmation_text(self):
        """Text of the notice in the language of the context; extension point."""
        self.ensure_one()
        text = self.env._(
            "Thank you! Your order %(order)s is confirmed. Total: %(amount)s.",
            order=self.name,
            amount=self.line_amount,
        )
        link = self.env._("Your order: %(link)s", link=self.line_portal_link)
        return f"{text}\n{link}"
