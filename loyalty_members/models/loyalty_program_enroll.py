from odoo import fields, models
from odoo.exceptions import ValidationError

from ..tools.gift_dates import years_before

OLDEST_YEARS = 120


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"  # pylint: disable=R8180

    enroll_on_signup = fields.Boolean(
        string="Enrol on Sign-Up",
        help="Who signs up on the website or portal joins at once. The sign-up page "
        "shows the notice about personal data.",
    )

    def _check_birthdate(self, value):
        """Refuse dates that cannot be the birthday of a member.

        :param date value: the birthday
        :raise ValidationError: in the future, or more than 120 years ago
        """
        today = self._today()
        if value > today:
            raise ValidationError(
                self.env._("“Birthday” lies in the future. Correct the date.")
            )
        if value < years_before(today, OLDEST_YEARS):
            raise ValidationError(
                self.env._(
                    "“Birthday” is more than %(years)s years ago. Correct the date.",
                    years=OLDEST_YEARS,
                )
            )
