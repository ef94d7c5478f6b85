from odoo import models
from odoo.exceptions import AccessError, UserError, ValidationError


class LineUserBinding(models.Model):
    """Binding a LINE user to a contact, and ending it, by either side.

    Every change is in the history of the contact, in the conversation and in the
    audit trail of personal data.
    """

    _inherit = "line.user"

    # -- bind and unbind ------------------------------------------------------
    def _for_staff(self):
        """Self as superuser, in the language of the team that reads the history."""
        self.ensure_one()
        return self.sudo().with_context(lang=self.sudo().account_id._staff_lang())

    def _binding_problem(self, partner):
        """Why ``partner`` cannot be bound, for the person; empty when it can."""
        self.ensure_one()
        user, partner = self.sudo(), partner.sudo()
        if user.partner_id and user.partner_id != partner:
            return self.env._(
                "Your LINE account is already linked to another customer record. "
                "Enter “解除綁定” (unlink) in LINE first."
            )
        if not partner.active:
            return self.env._("This customer record is not in use. Please contact us.")
        if partner.company_id and partner.company_id != user.company_id:
            return self.env._(
                "This customer record belongs to another company. Please contact us."
            )
        return ""

    def _bind(self, partner, via):
        """Bind to ``partner``; another LINE user of the contact loses the binding.

        :param str via: see ``bound_via``
        :raise UserError: archived contact, one of another company, or a LINE user
            that is bound to somebody else
        """
        self.ensure_one()
        user = self._for_staff()
        problem = user._binding_problem(partner)
        if problem:
            raise UserError(problem)
        if user.partner_id == partner:
            return
        earlier = user.search(
            [
                ("account_id", "=", user.account_id.id),
                ("partner_id", "=", partner.id),
            ]
        )
        earlier._unbind("moved")
        user.write(
            {"partner_id": partner.id, "bound_at": self._now(), "bound_via": via}
        )
        user.flush_recordset()
        user._audit_binding("line_bind", partner, via)
        user._note(
            partner,
            user.env._(
                "LINE user %(user)s was bound to this contact (%(how)s).",
                user=user.name,
                how=dict(user._fields["bound_via"]._description_selection(user.env))[
                    via
                ],
            ),
        )
        user._post_notification(
            user.env._("Bound to contact %(partner)s.", partner=partner.display_name)
        )
        user._refresh_conversation()

    def _unbind(self, cause):
        """End the binding; the conversation and the consents stay.

        :param str cause: ``customer``, ``portal``, ``staff``, ``moved``, ``merged``
            or ``erased`` (the contact keeps no note then)
        """
        for bound in self.sudo().filtered("partner_id"):
            user = bound._for_staff()
            partner, reason = user.partner_id, user._unbind_reason(cause)
            user.write({"partner_id": False, "bound_at": False, "bound_via": False})
            user.flush_recordset()
            user._audit_binding("line_unbind", partner, cause)
            if cause == "erased":
                user._post_notification(
                    user.env._("Unbound from the contact (%(reason)s).", reason=reason)
                )
            else:
                user._tell_unbound(partner, reason)
            user._refresh_conversation()

    def _tell_unbound(self, partner, reason):
        self._note(
            partner,
            self.env._(
                "LINE user %(user)s was unbound from this contact (%(reason)s).",
                user=self.name,
                reason=reason,
            ),
        )
        self._post_notification(
            self.env._(
                "Unbound from contact %(partner)s (%(reason)s).",
                partner=partner.display_name,
                reason=reason,
            )
        )

    def _unbind_reason(self, cause):
        """Who or what ended the binding, for the history of the contact."""
        return {
            "customer": self.env._("by the customer, in LINE"),
            "portal": self.env._("by the customer, on the portal"),
            "staff": self.env._("by %(user)s", user=self.env.user.name),
            "moved": self.env._("another LINE user was bound to the contact"),
            "merged": self.env._("its contacts were merged"),
            "erased": self.env._("the contact was erased"),
        }[cause]

    def _audit_binding(self, operation, partner, how):
        """Who was bound or unbound, when and how: ids, never values."""
        audit = self.env["pdpa.audit"].with_company(self.company_id)
        audit._log(
            operation,
            "res.partner",
            partner.ids,
            ["line_user_ids"],
            note=f"{how}: line.user {self.id}",
        )

    def _note(self, partner, text):
        """A line in the history of the contact."""
        partner.sudo().message_post(
            body=text,
            author_id=self.env.user.partner_id.id,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )

    def _refresh_conversation(self):
        if self.channel_id:
            self.channel_id.sudo()._line_send_header()

    def _record_consent(self, partner):
        """The consent that staff ticked when the code was made.

        Without a published notice there is no valid consent: the binding stands and
        the history says what is missing.
        """
        self.ensure_one()
        staff = self._for_staff()
        receipts = staff.env["pdpa.receipt"].with_company(self.company_id)
        try:
            with self.env.cr.savepoint():
                receipts._record(partner, "marketing", "grant", ["line"], via="line")
        except (ValidationError, ValueError) as error:
            self._note(
                partner,
                staff.env._(
                    "Consent to marketing by LINE was not recorded: %(error)s",
                    error=error,
                ),
            )

    # -- actions --------------------------------------------------------------
    def action_unbind(self):
        """Unbind by a member of the team."""
        self._check_binder()
        if not any(self.mapped("partner_id")):
            raise UserError(self.env._("This LINE user is not bound to a contact."))
        self._unbind("staff")
        return True

    def _check_binder(self):
        """Only agents who see the LINE user bind and unbind it."""
        self.check_access("read")
        if not self.env.user.has_group("crm_line.group_line_agent"):
            raise AccessError(
                self.env._("Only agents of LINE may bind or unbind a LINE user.")
            )
