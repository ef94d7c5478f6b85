from odoo import api, fields, models
from odoo.exceptions import ValidationError


class LineAccountOrder(models.Model):
    """What customers are told when their order is confirmed."""

    _inherit = "line.account"  # pylint: disable=consider-merging-classes-inherited

    order_text = fields.Text(
        string="Text of the Order Confirmation",
        translate=True,
        help="Placeholders: {{ object.name }}, {{ object.line_amount }}, "
        "{{ object.line_portal_link }}, {{ object.partner_id.name }}. Empty: our text.",
    )

    @api.constrains("order_text")
    def _check_order_text(self):
        """Placeholders run as the system: nothing but known ones, whoever wrote it."""
        render = self.env["mail.render.mixin"]
        for account in self:
            for text in account._order_texts():
                if render._has_unsafe_expression_template_inline_template(
                    text, "sale.order"
                ):
                    raise ValidationError(
                        self.env._(
                            "“Text of the Order Confirmation” has an unknown "
                            "placeholder. Use the ones that its help lists."
                        )
                    )

    def _order_texts(self):
        """The text in every language."""
        self.ensure_one()
        translations = self._fields["order_text"]._get_stored_translations(self) or {}
        return [text for text in translations.values() if text]
