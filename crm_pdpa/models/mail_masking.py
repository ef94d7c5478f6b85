"""Chatter: tracked values, suggested recipients, and the blacklist buttons."""

from odoo import models

from ..tools.masking import is_masked, mask

# Put into the context by this module alone, so that it cannot come from outside.
CLEAR = object()


class MailTrackingValue(models.Model):
    """Old and new values of a tracked personal field are personal values too."""

    _inherit = "mail.tracking.value"

    def _pdpa_exempt(self):
        """Tracked values of fields that are not personal."""
        return {
            tracking.id
            for tracking in self.sudo()
            if (field := tracking.field_id)
            and field.model in self.env
            and not self.env[field.model]._pdpa_personal([field.name])
        }

    def _tracking_value_format_model(self, model):
        formatted = super()._tracking_value_format_model(model)
        personal = self.env[model]._pdpa_personal() if model else {}
        tracked = {
            tracking.id: (tracking.field_id.name, tracking.mail_message_id.res_id)
            for tracking in self.sudo()
            if tracking.field_id.name in personal
        }
        if not tracked:
            return formatted
        names = {name: personal[name] for name, _res_id in tracked.values()}
        records = self.env[model].browse({res_id for _name, res_id in tracked.values()})
        clear, _exempt = records._pdpa_clear_ids(names)
        for value in formatted:
            name, res_id = tracked.get(value["id"], (None, None))
            if name and clear[name] is not None and res_id not in clear[name]:
                for key in ("oldValue", "newValue"):
                    value[key] = mask(personal[name], value[key])
        return formatted


class Base(models.AbstractModel):
    _inherit = "base"  # pylint: disable=consider-merging-classes-inherited

    def _message_get_suggested_recipients_batch(self, **options):
        """The address of a suggestion is shown only to those who may see it.

        Programs that go on working with the suggestions run in superuser mode or ask
        with ``pdpa_clear_recipients``; see ``mail.template``.
        """
        suggested = super()._message_get_suggested_recipients_batch(**options)
        if self.env.su or self.env.context.get("pdpa_clear_recipients") is CLEAR:
            return suggested
        partners = self.env["res.partner"].browse(
            {r["partner_id"] for rs in suggested.values() for r in rs} - {False}
        )
        personal = partners._pdpa_masked(["email"])
        if not personal:
            return suggested
        clear, _exempt = partners._pdpa_clear_ids(personal)
        for recipients in suggested.values():
            for recipient in recipients:
                recipient["create_values"] = {}
                if recipient["partner_id"] not in clear["email"]:
                    recipient["email"] = mask("email", recipient["email"])
                    if "@" in (recipient["name"] or ""):
                        recipient["name"] = mask("email", recipient["name"])
        return suggested


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _partner_find_from_emails(self, records_emails, **options):
        """A masked suggestion that the user accepts comes back as its mask."""
        whole = {
            record: record._pdpa_whole_addresses(emails)
            if any(map(is_masked, emails))
            else emails
            for record, emails in records_emails.items()
        }
        return super()._partner_find_from_emails(whole, **options)

    def _pdpa_whole_addresses(self, emails):
        """The addresses that these stand for, by the suggestions for this record.

        A mask that is none of them is left out: nobody is written to by guess.
        """
        asking = self.with_context(pdpa_clear_recipients=CLEAR)
        by_mask = {
            mask("email", recipient["email"]): recipient["email"]
            for recipient in asking._message_get_suggested_recipients(
                reply_discussion=True
            )
        }
        whole = [by_mask.get(e) if is_masked(e) else e for e in emails]
        return [email for email in whole if email]


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def _generate_template_recipients(self, res_ids, render_fields, **options):
        """The mail that is being written needs the addresses, not their masks."""
        template = self.with_context(pdpa_clear_recipients=CLEAR)
        return super(MailTemplate, template)._generate_template_recipients(
            res_ids, render_fields, **options
        )


class MailThreadBlacklist(models.AbstractModel):
    _inherit = "mail.thread.blacklist"

    def mail_action_blacklist_remove(self):
        self._pdpa_check_clear(
            [self._primary_email], self.env._("Taking an address off the blacklist")
        )
        return super().mail_action_blacklist_remove()


class MailThreadPhone(models.AbstractModel):
    _inherit = "mail.thread.phone"

    def phone_action_blacklist_remove(self):
        self._pdpa_check_clear(
            self._phone_get_number_fields(),
            self.env._("Taking a number off the blacklist"),
        )
        return super().phone_action_blacklist_remove()
