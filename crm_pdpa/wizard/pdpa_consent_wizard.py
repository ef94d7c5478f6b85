import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.pdpa_receipt import EVENTS, KINDS, VIAS


class PdpaConsentWizard(models.TransientModel):
    """Record one answer of one or more contacts through ``pdpa.receipt._record``."""

    _name = "pdpa.consent.wizard"
    _description = "Record Consent"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    partner_ids = fields.Many2many("res.partner", string="Contacts", required=True)
    event = fields.Selection(EVENTS, string="Answer", required=True, default="grant")
    purpose_id = fields.Many2one(
        "pdpa.purpose",
        required=True,
        check_company=True,
        default=lambda self: self._default_purpose(),
    )
    purpose_requires_consent = fields.Boolean(related="purpose_id.requires_consent")
    purpose_channel_ids = fields.Many2many(
        related="purpose_id.channel_ids", string="Channels of the Purpose"
    )
    channel_ids = fields.Many2many(
        "pdpa.channel",
        string="Channels",
        compute="_compute_channel_ids",
        store=True,
        readonly=False,
        required=True,
    )
    kind = fields.Selection(KINDS, required=True, default="explicit")
    via = fields.Selection(
        VIAS, string="Received Through", required=True, default="staff"
    )
    occurred_at = fields.Datetime(
        string="Answered On", help="Leave empty when the person answers now."
    )
    notice_version_id = fields.Many2one(
        "pdpa.notice.version", string="Notice", compute="_compute_notice"
    )
    wording = fields.Text(
        compute="_compute_wording",
        store=True,
        readonly=False,
        help="The words that the person agreed to.",
    )

    evidence = fields.Binary(
        attachment=False, help="The signed form; needed for a written answer."
    )
    evidence_name = fields.Char(string="File Name")

    @api.model
    def _default_purpose(self):
        return self.env["pdpa.purpose"].search(
            [
                ("is_marketing", "=", True),
                ("company_id", "in", (False, self.env.company.id)),
            ],
            order="company_id, sequence",
            limit=1,
        )

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        context = self.env.context
        if "partner_ids" in fields and not values.get("partner_ids"):
            if context.get("active_model") == "res.partner":
                values["partner_ids"] = context.get("active_ids")
        return values

    @api.depends("purpose_id", "event")
    def _compute_channel_ids(self):
        """A consent that the law requires is ticked by hand, channel by channel."""
        for wizard in self:
            purpose = wizard.purpose_id
            by_hand = wizard.event == "grant" and purpose.requires_consent
            wizard.channel_ids = not by_hand and purpose.channel_ids

    @api.depends("purpose_id", "partner_ids", "company_id")
    def _compute_notice(self):
        for wizard in self:
            version = self.env["pdpa.notice.version"]
            if wizard.purpose_id:
                langs = wizard.partner_ids.mapped("lang")
                version = self.env["pdpa.notice"]._published_version(
                    wizard.purpose_id, wizard.company_id, langs[:1] and langs[0]
                )
            wizard.notice_version_id = version

    @api.depends("notice_version_id", "purpose_id", "event")
    def _compute_wording(self):
        for wizard in self:
            shown = wizard.event == "grant" and wizard.notice_version_id
            wizard.wording = shown and wizard._proposed_wording(shown)

    def _proposed_wording(self, version):
        """A sentence about this purpose alone, then item 2 of the notice."""
        wizard = self.with_context(lang=version.lang)
        sentence = wizard.env._(
            "I have read the notice “%(notice)s” and agree that my personal data is "
            "used for “%(purpose)s”.",
            notice=version.with_context(lang=version.lang).display_name,
            purpose=wizard.purpose_id.display_name,
        )
        return f"{sentence}\n\n{version.purposes_text}"

    def action_record(self):
        """Record the answer and return to the contact."""
        self.ensure_one()
        if not self.partner_ids:
            raise UserError(self.env._("Choose at least one contact."))
        self.partner_ids.check_access("read")
        self.env["pdpa.receipt"].with_company(self.company_id)._record(
            self.partner_ids,
            self.purpose_id.code,
            self.event,
            self.channel_ids.mapped("code"),
            kind=self.kind,
            via=self.via,
            version=self._version_shown(),
            wording=self.wording,
            evidence=self._evidence_file(),
            occurred_at=self.occurred_at,
        )
        return {"type": "ir.actions.act_window_close"}

    def _evidence_file(self):
        """The uploaded form as (file name, bytes)."""
        if not self.evidence:
            return None
        content = base64.b64decode(self.with_context(bin_size=False).evidence)
        return self.evidence_name or self.env._("signed form"), content

    def _version_shown(self):
        """The notice on the screen, unless the contacts read different languages."""
        if self.event == "grant" and len(set(self.partner_ids.mapped("lang"))) == 1:
            return self.notice_version_id
        return None
