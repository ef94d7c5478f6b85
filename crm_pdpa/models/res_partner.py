from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ResPartner(models.Model):
    """A contact with its consents; the receipts are the evidence behind them."""

    _inherit = "res.partner"

    pdpa_consent_ids = fields.One2many(
        "pdpa.consent", "partner_id", string="Consents", groups="base.group_user"
    )
    pdpa_receipt_ids = fields.One2many(
        "pdpa.receipt",
        "partner_id",
        string="Consent Receipts",
        groups="crm_pdpa.group_pdpa_user",
    )
    pdpa_receipt_count = fields.Integer(
        string="Receipts",
        compute="_compute_pdpa_receipt_count",
        groups="crm_pdpa.group_pdpa_user",
    )
    pdpa_marketing_email = fields.Boolean(
        string="Marketing by E-mail",
        compute="_compute_pdpa_marketing",
        search="_search_pdpa_marketing_email",
        groups="base.group_user",
    )
    pdpa_marketing_sms = fields.Boolean(
        string="Marketing by SMS",
        compute="_compute_pdpa_marketing",
        search="_search_pdpa_marketing_sms",
        groups="base.group_user",
    )
    pdpa_marketing_line = fields.Boolean(
        string="Marketing by LINE",
        compute="_compute_pdpa_marketing",
        search="_search_pdpa_marketing_line",
        groups="base.group_user",
    )

    @api.depends("pdpa_receipt_ids")
    def _compute_pdpa_receipt_count(self):
        counts = dict(
            self.env["pdpa.receipt"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.pdpa_receipt_count = counts.get(partner._origin, 0)

    @api.depends("pdpa_consent_ids.state")
    @api.depends_context("company")
    def _compute_pdpa_marketing(self):
        gate = self.env["pdpa.gate"]
        for channel in ("email", "sms", "line"):
            allowed = set(gate._filter(self, "marketing", channel).ids)
            for partner in self:
                partner[f"pdpa_marketing_{channel}"] = partner._origin.id in allowed

    def _search_pdpa_marketing_email(self, operator, value):
        return self._search_pdpa_marketing("email", operator, value)

    def _search_pdpa_marketing_sms(self, operator, value):
        return self._search_pdpa_marketing("sms", operator, value)

    def _search_pdpa_marketing_line(self, operator, value):
        return self._search_pdpa_marketing("line", operator, value)

    @api.model
    def _search_pdpa_marketing(self, channel, operator, value):
        if operator != "in":
            return NotImplemented
        allowed = self.env["pdpa.gate"]._domain("marketing", channel)
        domain = Domain.FALSE
        if True in value:
            domain |= allowed
        if False in value:
            domain |= ~allowed
        return domain

    @api.ondelete(at_uninstall=False)
    def _unlink_except_receipts(self):
        receipts = self.env["pdpa.receipt"].sudo()
        kept = receipts.search([("partner_id", "in", self.ids)], limit=1)
        if kept:
            raise UserError(
                self.env._(
                    "%(contact)s has consent receipts, which the company must be able "
                    "to show. Archive the contact instead.",
                    contact=kept.partner_id.display_name,
                )
            )

    def action_pdpa_record(self):
        """Open the wizard that records a consent of these contacts."""
        return self._pdpa_wizard("grant")

    def action_pdpa_withdraw(self):
        """Open the wizard that records a withdrawal of these contacts."""
        return self._pdpa_wizard("withdraw")

    def _pdpa_wizard(self, event):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_pdpa.action_pdpa_consent_wizard"
        )
        if event == "withdraw":
            action["name"] = self.env._("Withdraw")
        context = {"default_partner_ids": self.ids, "default_event": event}
        return {**action, "context": context}

    def action_pdpa_receipts(self):
        """Open the receipts of this contact."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_pdpa.action_pdpa_receipt"
        )
        return {**action, "domain": [("partner_id", "=", self.id)], "context": {}}

    def action_pdpa_why(self):
        """Explain, per purpose and channel, whether this contact may be contacted."""
        self.ensure_one()
        return self.env["pdpa.consent.explanation"]._open(self)
