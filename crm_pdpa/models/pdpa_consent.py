from odoo import api, fields, models
from odoo.exceptions import UserError

from . import pdpa_engine

STATES = [
    ("granted", "Consented"),
    ("denied", "Refused"),
    ("withdrawn", "Withdrawn"),
]


class PdpaConsent(models.Model):
    """The current answer of a person about one purpose over one channel.

    A projection of ``pdpa.receipt``, one row per contact, company, purpose and
    channel, written only by SQL in the transaction of the receipt; ``_rebuild``
    gives the same rows from the receipts alone. No row means: never asked.
    """

    _name = "pdpa.consent"
    _description = "Current Consent"
    _order = "partner_id, purpose_id, channel_id"
    _log_access = False
    _allow_sudo_commands = False

    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    purpose_id = fields.Many2one(
        "pdpa.purpose", required=True, readonly=True, ondelete="restrict"
    )
    channel_id = fields.Many2one(
        "pdpa.channel", required=True, readonly=True, ondelete="restrict"
    )
    state = fields.Selection(STATES, required=True, readonly=True)
    last_receipt_id = fields.Many2one(
        "pdpa.receipt",
        string="Receipt",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    since = fields.Datetime(required=True, readonly=True)

    _current_uniq = models.Constraint(
        "UNIQUE(partner_id, purpose_id, channel_id, company_id)",
        "One current answer per contact, purpose, channel and company.",
    )
    _gate_idx = models.Index("(purpose_id, channel_id, company_id, state, partner_id)")

    @api.depends("purpose_id", "channel_id", "state")
    def _compute_display_name(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for consent in self:
            consent.display_name = (
                f"{consent.purpose_id.display_name} / "
                f"{consent.channel_id.display_name}: {labels.get(consent.state)}"
            )

    # -- guards ---------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        if vals_list:
            self._refuse_change()
        return super().create(vals_list)

    def write(self, vals):
        if self:
            self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_change()

    def _refuse_change(self):
        raise UserError(
            self.env._(
                "Consents follow from receipts and cannot be edited. "
                "Record the person's answer instead."
            )
        )

    # -- upkeep ---------------------------------------------------------------
    @api.model
    def _apply(self, receipts):
        """Bring the current state up to date with new receipts, one per contact.

        Runs in the transaction of the receipts; override it to act on a withdrawal
        at once, such as cancelling what is queued.
        """
        self._run(receipts.partner_id, pdpa_engine.apply_receipts(receipts.ids))

    @api.model
    def _rebuild(self, partners):
        """Write the consents of these contacts anew from their receipts."""
        self._run(
            partners,
            pdpa_engine.delete_consents(partners.ids),
            pdpa_engine.rebuild_consents(partners.ids),
        )

    @api.model
    def _run(self, partners, *queries):
        self.env["pdpa.receipt"].flush_model()
        for query in queries:
            self.env.cr.execute(query)
        self.invalidate_model()
        changed = ["pdpa_consent_ids", "pdpa_receipt_ids"]
        partners = partners.sudo()
        partners.invalidate_recordset(changed)
        partners.modified(changed)
