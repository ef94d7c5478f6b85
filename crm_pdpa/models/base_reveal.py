from odoo import models


class Base(models.AbstractModel):
    """The button beside a masked value calls this."""

    _inherit = "base"  # pylint: disable=consider-merging-classes-inherited

    def pdpa_reveal(self, field_name, reason, note=None):
        """Show a masked field of these records to the current user for some minutes.

        The reveal is recorded before the value is returned.

        :param str field_name: a field of the catalogue of personal data
        :param str reason: a key of ``REASONS``, such as customer_request
        :param str note: why, needed for the reason ``other``
        :return: ``{"value": of a single record, "values": {id as text: value},
            "expires_at": UTC, "seconds": until then}``
        :raise ValidationError: no reason, no such field, or too many records
        :raise AccessError: the user may not read the records
        :raise UserError: too many reveals in the last hour
        """
        grants = self.env["pdpa.reveal"]._reveal(self, field_name, reason, note)
        expires_at = grants[0].expires_at
        values = {str(record.id): record[field_name] for record in self}
        return {
            "value": values[str(self.id)] if len(self) == 1 else False,
            "values": values,
            "expires_at": expires_at,
            "seconds": int((expires_at - grants[0].granted_at).total_seconds()),
        }
