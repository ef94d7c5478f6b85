from odoo import models


class Base(models.AbstractModel):
    """The button beside a masked value calls this."""

    _inherit = "base"

    def pdpa_reveal(self, field_name, reason, note=None):
        """Show a masked field of these records to the current user for some minutes.

        The reveal is recorded before the value is returned.

        :param str field_name: a field of the catalogue of personal data
        :param str reason: customer_request, delivery, follow_up, complaint, legal, other
        :param str note: why, needed for the reason ``other``
        :return: ``{"values": {id: value}, "expires_at": UTC, "seconds": until then}``
        :raise ValidationError: no reason, no such field, or too many records
        :raise AccessError: the user may not read the records
        :raise UserError: too many reveals in the last hour
        """
        grants = self.env["pdpa.reveal"]._reveal(self, field_name, reason, note)
        period = grants[0].expires_at - grants[0].granted_at
        return {
            "values": {record.id: record[field_name] for record in self},
            "expires_at": grants[0].expires_at,
            "seconds": int(period.total_seconds()),
        }
