from odoo import models


class AccountMove(models.Model):
    """Invoices, credit notes and payments change the points of their orders."""

    _inherit = "account.move"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self._member_orders()._reconcile_points()
        return result

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        self._member_orders()._reconcile_points()
        return result

    def _compute_payment_state(self):
        """Core has no hook for a payment that is taken back."""
        result = super()._compute_payment_state()
        posted = self.filtered(lambda move: move.id and move.state == "posted")
        self.env["sale.order"]._reconcile_later("account.move", posted.ids)
        return result

    def _member_orders(self):
        """The confirmed orders that these documents or what they reverse bill."""
        documents = self.sudo().filtered(
            lambda move: move.is_sale_document(include_receipts=True)
        )
        lines = (documents | documents.reversed_entry_id).line_ids.sale_line_ids
        return lines.order_id.filtered(lambda order: order.state == "sale")
