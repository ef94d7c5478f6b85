from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools.tax_id import plain_tax_id


class ResPartner(models.Model):
    _inherit = "res.partner"  # pylint: disable=R8180

    def check_vat_tw(self, vat):
        """Odoo's check digit (sum divisible by 5, since April 2023) of eight digits.

        Anything but digits is refused before: Odoo would fail on a letter. Public as
        in Odoo, which finds it by its name.
        """
        return bool(plain_tax_id(vat) and super().check_vat_tw(plain_tax_id(vat)))

    @api.model
    def _checked_tax_id(self, text, name=""):
        """The business number ``text`` as it is stored, checked by Odoo.

        :param str name: the company, for the message
        :raise ValidationError: not eight digits, or a wrong check digit
        """
        digits = plain_tax_id(text)
        if not digits:
            raise ValidationError(
                self.env._(
                    "“Company Tax ID”: %(value)s is not eight digits. Correct it, or "
                    "leave the field empty; identity numbers of persons do not belong "
                    "here.",
                    value=text,
                )
            )
        vat, _country = self._run_vat_checks(self.env.ref("base.tw"), digits, name)
        return vat
