from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize


class LoyaltyMember(models.Model):
    _inherit = "loyalty.member"  # pylint: disable=R8180

    @api.model
    def _contacts_by_address(self, phones=(), emails=()):
        """Contacts (sudo) that have exactly one of these numbers or addresses.

        Those of another company than the current one are left out.

        :param phones: numbers in any writing that names the country, or Taiwanese ones
        :param emails: e-mail addresses
        """
        country = self.env.company.country_id or self.env.ref("base.tw")
        people = self.env["res.partner"]
        numbers = {
            people._phone_format(number=phone, country=country)
            for phone in filter(None, phones)
        }
        addresses = {email_normalize(email) for email in filter(None, emails)}
        wanted = Domain.OR(
            [
                Domain("phone_sanitized", "in", list(filter(None, numbers))),
                Domain("email_normalized", "in", list(filter(None, addresses))),
            ]
        )
        return people.sudo().search(
            wanted & Domain("company_id", "in", (False, self.env.company.id))
        )
