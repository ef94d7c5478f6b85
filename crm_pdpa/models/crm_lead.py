from odoo import api, fields, models
from odoo.tools import format_list


class CrmLead(models.Model):
    """A lead shows how its contact may be reached for marketing, and why."""

    _inherit = "crm.lead"

    pdpa_marketing_summary = fields.Char(
        string="Marketing Consent",
        compute="_compute_pdpa_marketing_summary",
        help="Channels over which the contact may receive marketing.",
    )

    @api.depends("partner_id", "partner_id.pdpa_consent_ids.state")
    @api.depends_context("company", "lang")
    def _compute_pdpa_marketing_summary(self):
        gate = self.env["pdpa.gate"]
        partners = self.partner_id._origin
        labels = {partner.id: [] for partner in partners}
        if partners:
            purpose = self.env["pdpa.purpose"]._get("marketing")
            for channel in purpose.channel_ids.filtered("active"):
                for partner in gate._filter(partners, purpose.code, channel.code):
                    labels[partner.id].append(channel.with_env(self.env).sudo().name)
        for lead in self:
            partner = lead.partner_id._origin
            if not partner:
                lead.pdpa_marketing_summary = False
            elif labels[partner.id]:
                lead.pdpa_marketing_summary = self.env._(
                    "Allowed: %(channels)s",
                    channels=format_list(self.env, labels[partner.id]),
                )
            else:
                lead.pdpa_marketing_summary = self.env._("Not allowed")

    def action_pdpa_why(self):
        """Explain the consent state of the lead's contact."""
        self.ensure_one()
        return self.partner_id.action_pdpa_why()
