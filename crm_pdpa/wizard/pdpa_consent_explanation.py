from odoo import api, fields, models


class PdpaConsentExplanation(models.TransientModel):
    """Why a contact may or may not be contacted, per purpose and channel."""

    _name = "pdpa.consent.explanation"
    _description = "Consent Explanation"

    partner_id = fields.Many2one("res.partner", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    line_ids = fields.One2many(
        "pdpa.consent.explanation.line",
        "explanation_id",
        string="Answers",
        readonly=True,
    )

    @api.model
    def _open(self, partner):
        """Action that shows the explanation for one contact."""
        explanation = self.create(
            {
                "partner_id": partner.id,
                "company_id": self.env.company.id,
                "line_ids": [
                    fields.Command.create(vals) for vals in self._line_vals(partner)
                ],
            }
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_pdpa.action_pdpa_consent_explanation"
        )
        return {**action, "res_id": explanation.id}

    @api.model
    def _line_vals(self, partner):
        gate = self.env["pdpa.gate"]
        purposes = self.env["pdpa.purpose"].search(
            [("company_id", "in", (False, self.env.company.id))]
        )
        for purpose in purposes:
            if purpose != self.env["pdpa.purpose"]._get(purpose.code):
                continue  # the company has its own purpose with this code
            for channel in purpose.channel_ids:
                allowed, reason = gate._explain(partner, purpose.code, channel.code)[
                    partner.id
                ]
                yield {
                    "purpose_id": purpose.id,
                    "channel_id": channel.id,
                    "allowed": allowed,
                    "reason": reason,
                }


class PdpaConsentExplanationLine(models.TransientModel):
    """One purpose and channel of an explanation."""

    _name = "pdpa.consent.explanation.line"
    _description = "Consent Explanation Line"

    explanation_id = fields.Many2one(
        "pdpa.consent.explanation", required=True, ondelete="cascade"
    )
    purpose_id = fields.Many2one("pdpa.purpose", readonly=True)
    channel_id = fields.Many2one("pdpa.channel", readonly=True)
    allowed = fields.Boolean(readonly=True)
    reason = fields.Char(readonly=True)
