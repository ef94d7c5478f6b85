"""Models whose Store representation does not pass through ``base``."""

from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    def _field_store_repr(self, field_name):
        return self._pdpa_store_fields(super()._field_store_repr(field_name))

    def _to_store_defaults(self, target):
        return self._pdpa_store_fields(super()._to_store_defaults(target), target)


class MailFollowers(models.Model):
    _inherit = "mail.followers"
    _pdpa_partner_field = "partner_id"

    def _to_store_defaults(self, target):
        return self._pdpa_store_fields(super()._to_store_defaults(target), target)


class MailMessage(models.Model):
    _inherit = "mail.message"
    _pdpa_partner_field = "author_id"

    def _field_store_repr(self, field_name):
        return self._pdpa_store_fields(super()._field_store_repr(field_name))

    def _to_store_defaults(self, target):
        return self._pdpa_store_fields(super()._to_store_defaults(target), target)


class MailGuest(models.Model):
    _inherit = "mail.guest"

    def _field_store_repr(self, field_name):
        return self._pdpa_store_fields(super()._field_store_repr(field_name))


class MailNotification(models.Model):
    _inherit = "mail.notification"
    _pdpa_partner_field = "res_partner_id"


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"
    _pdpa_partner_field = "partner_id"


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"
    _pdpa_partner_field = "partner_id"
