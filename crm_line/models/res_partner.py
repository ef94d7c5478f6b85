from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ResPartner(models.Model):
    """A contact and the LINE users that are bound to it."""

    _inherit = "res.partner"

    line_user_ids = fields.One2many(
        "line.user",
        "partner_id",
        string="LINE Users",
        groups="crm_line.group_line_agent",
    )
    line_bound = fields.Boolean(
        string="Bound to LINE",
        compute="_compute_line_bound",
        search="_search_line_bound",
        groups="base.group_user",
        help="This contact can be reached in LINE.",
    )

    @api.depends("line_user_ids.partner_id")
    @api.depends_context("allowed_company_ids")
    def _compute_line_bound(self):
        # sudo: whether a contact uses LINE is no secret to who reads the contact
        groups = (
            self.env["line.user"]
            .sudo()
            ._read_group(
                [
                    ("partner_id", "in", self.ids),
                    ("company_id", "in", self._line_company_ids()),
                ],
                ["partner_id"],
            )
        )
        bound = {partner.id for (partner,) in groups}
        for partner in self:
            partner.line_bound = partner._origin.id in bound

    @api.model
    def _search_line_bound(self, operator, value):
        if operator != "in":
            return NotImplemented
        bound = Domain(
            "id",
            "in",
            self.env["line.user"]
            .sudo()
            ._search(
                [
                    ("partner_id", "!=", False),
                    ("company_id", "in", self._line_company_ids()),
                ]
            )
            .subselect("partner_id"),
        )
        domain = Domain.FALSE
        if True in value:
            domain |= bound
        if False in value:
            domain |= ~bound
        return domain

    @api.model
    def _line_company_ids(self):
        return self.env.companies.ids or self.env.company.ids

    def action_line_chat(self):
        """Open the conversation with this contact in Discuss."""
        self.ensure_one()
        user = self.env["line.user"].search(
            [("partner_id", "=", self.id)], order="last_message_at DESC", limit=1
        )
        if not user:
            raise UserError(
                self.env._(
                    "%(partner)s is not bound to LINE, or to an account of which you "
                    "are no agent. Make a binding code first.",
                    partner=self.display_name,
                )
            )
        return user.action_open_chat()

    def action_line_binding_code(self):
        """Make a code that the customer types in LINE."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("LINE Binding Code"),
            "res_model": "line.binding.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_id": self.id, "dialog_size": "medium"},
        }

    def _line_contact(self):
        """Whom a message in LINE to these contacts goes to."""
        return self
