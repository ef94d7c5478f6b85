from odoo import fields, models


class ResCompany(models.Model):
    """A company knows the calendar date on which something happened to its people."""

    _inherit = "res.company"

    def _pdpa_local_date(self, moment):
        """The calendar date of a moment in the company's time zone.

        :param datetime moment: naive UTC
        :return: ``date``; the zone is that of the company's partner, else Asia/Taipei
        """
        tz = self.partner_id.sudo().tz or "Asia/Taipei"
        return fields.Datetime.context_timestamp(
            self.with_context(tz=tz), moment
        ).date()
