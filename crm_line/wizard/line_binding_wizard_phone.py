import hashlib

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.line_user_commands import GUESS_MINUTES

MAX_CANDIDATES = 5


class LineBindingWizardPhone(models.TransientModel):
    """Bind by the telephone number that the customer told, and their word for it.

    Finding somebody shows no more of them than the agent may see anyway. Every
    search is in the audit trail; wrong numbers are counted per LINE user.
    """

    _name = "line.binding.wizard.phone"
    _description = "Bind by Telephone"

    line_user_id = fields.Many2one(
        "line.user", string="LINE User", required=True, readonly=True
    )
    phone = fields.Char(string="Telephone Number")
    candidate_ids = fields.Many2many(
        "res.partner", string="Contacts Found", readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", domain="[('id', 'in', candidate_ids)]"
    )
    state = fields.Selection(
        [("search", "Search"), ("choose", "Choose"), ("asked", "Asked")],
        required=True,
        readonly=True,
        default="search",
    )
    message = fields.Char(readonly=True)

    def action_search(self):
        """Find contacts with exactly this number."""
        self.ensure_one()
        user = self._checked_user()
        number = user._normalised_phone(self.phone or "")
        if not number:
            return self._again(
                self.env._(
                    "“Telephone Number” is not a valid number. Correct it; numbers of "
                    "another country begin with + and its code."
                )
            )
        if user._tries_used_up("phone_try"):
            return self._again(
                self.env._(
                    "Too many wrong numbers for this LINE user. Wait %(minutes)s "
                    "minutes, or make a binding code on the contact.",
                    minutes=GUESS_MINUTES,
                )
            )
        if not self.env["pdpa.audit"].sudo()._exact_search_left():
            return self._again(
                self.env._("You have searched too often within this hour. Try later.")
            )
        found = self._contacts(number)
        self._log_search(number, found)
        if not found:
            user._count_try("phone_try")
            return self._again(
                self.env._("No contact has this number. Ask the customer again.")
            )
        self.write(
            {
                "candidate_ids": [(6, 0, found.ids)],
                "partner_id": found.id if len(found) == 1 else False,
                "state": "choose",
                "message": False,
            }
        )
        return self._again()

    def action_ask(self):
        """Ask the customer in the chat."""
        self.ensure_one()
        user = self._checked_user()
        if self.partner_id not in self.candidate_ids:
            raise UserError(self.env._("Choose a “Contact” first."))
        problem = user._binding_problem(self.partner_id)
        if problem:
            raise UserError(problem)
        user._ask_to_confirm(self.partner_id)
        self.state = "asked"
        return self._again()

    # -- helpers --------------------------------------------------------------
    def _checked_user(self):
        """The LINE user, if this agent may bind it and it is free."""
        user = self.line_user_id
        user._check_binder()
        if user.partner_id:
            raise UserError(
                self.env._(
                    "This LINE user is bound to %(partner)s. Unbind first.",
                    partner=user.partner_id.display_name,
                )
            )
        return user

    def _search_domain(self, number):
        company = self.line_user_id.sudo().company_id
        return [
            ("phone_sanitized", "=", number),
            ("company_id", "in", (False, company.id)),
        ]

    def _contacts(self, number):
        """Contacts with this number that the agent may see."""
        # sudo: a masked number cannot be searched; we log and limit it ourselves
        people = self.env["res.partner"].sudo()
        found = people.search(self._search_domain(number), limit=MAX_CANDIDATES)
        return found.sudo(False)._filtered_access("read")

    def _log_search(self, number, found):
        self.env["pdpa.audit"].sudo()._log(
            "search_exact",
            "res.partner",
            found.ids,
            ["phone"],
            digest=hashlib.sha256(number.encode()).hexdigest(),
            note=f"line.user {self.line_user_id.id}",
        )

    def _again(self, message=False):
        """The form once more; what was counted is kept, so this is no error."""
        self.message = message
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bind by Telephone"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "medium"},
        }
