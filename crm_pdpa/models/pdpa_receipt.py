from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from . import pdpa_engine

# Put into the context by _record alone (pdpa_receipt_record.py): a client cannot send
# this object, so no receipt is made by RPC, import or another module's create().
DOOR = object()

EVENTS = [("grant", "Consent"), ("deny", "Refusal"), ("withdraw", "Withdrawal")]
KINDS = [("explicit", "Explicit"), ("presumed", "Presumed"), ("written", "Written")]
VIAS = [
    ("staff", "Staff"),
    ("portal", "Portal"),
    ("line", "LINE"),
    ("import", "Import"),
    ("pos", "Point of Sale"),
    ("paper", "Paper Form"),
    ("web", "Website"),
    ("link", "Preference Link"),
]


class PdpaReceipt(models.Model):
    """Proof of one answer of one person about one purpose (articles 7 and 20).

    Append-only: rows are made by ``_record`` alone and never change (PostgreSQL
    triggers), except that merging contacts moves them to the remaining contact.
    A grant refers to a notice version that has been published.
    """

    _name = "pdpa.receipt"
    _description = "Consent Receipt"
    _order = "occurred_at DESC, id DESC"
    _rec_names_search = ["uuid", "partner_id"]
    _log_access = False
    _allow_sudo_commands = False
    _check_company_auto = True

    uuid = fields.Char(string="Receipt No.", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    purpose_id = fields.Many2one(
        "pdpa.purpose",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    event = fields.Selection(EVENTS, required=True, readonly=True)
    kind = fields.Selection(
        KINDS,
        required=True,
        readonly=True,
        help="Presumed: the person was told everything, did not refuse and gave the "
        "data (article 7(3)). Written: on paper or as an electronic document.",
    )
    channels = fields.Char(
        string="Channel Codes",
        required=True,
        readonly=True,
        help="Codes in alphabetical order, separated by commas.",
    )
    channel_ids = fields.Many2many(
        "pdpa.channel", string="Channels", compute="_compute_channel_ids"
    )
    notice_version_id = fields.Many2one(
        "pdpa.notice.version",
        string="Notice",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="What the person had been told before they answered.",
    )
    via = fields.Selection(
        VIAS, string="Received Through", required=True, readonly=True
    )
    wording = fields.Text(readonly=True, help="The words that the person agreed to.")
    ip = fields.Char(string="IP Address", readonly=True)
    user_agent = fields.Char(
        readonly=True, help="Browser or program that the person answered with."
    )
    evidence_id = fields.Many2one(
        "ir.attachment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The signed form or another file that proves the answer. It cannot be "
        "replaced or deleted.",
    )
    evidence_sha256 = fields.Char(
        string="Evidence SHA-256",
        readonly=True,
        help="Digest of the file when the receipt was made.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Recorded By",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    occurred_at = fields.Datetime(
        string="Answered On", required=True, readonly=True, index=True
    )
    recorded_at = fields.Datetime(string="Recorded On", required=True, readonly=True)

    _uuid_uniq = models.Constraint("UNIQUE(uuid)", "This receipt exists already.")
    _grant_has_notice = models.Constraint(
        "CHECK(event != 'grant' OR notice_version_id IS NOT NULL)",
        "A consent refers to the notice that the person was given.",
    )
    _presumed_is_grant = models.Constraint(
        "CHECK(kind != 'presumed' OR event = 'grant')",
        "Only a consent can be presumed.",
    )
    _written_has_evidence = models.Constraint(
        "CHECK(kind != 'written' OR evidence_sha256 IS NOT NULL)",
        "A written answer keeps the signed document as evidence.",
    )
    _evidence_has_digest = models.Constraint(
        "CHECK((evidence_id IS NULL) = (evidence_sha256 IS NULL))",
        "Evidence is kept with its digest.",
    )
    _channels_format = models.Constraint(
        "CHECK(channels ~ '^[a-z][a-z0-9_]*(,[a-z][a-z0-9_]*)*$')",
        "A receipt names at least one channel.",
    )
    _not_in_future = models.Constraint(
        "CHECK(occurred_at <= recorded_at)", "An answer cannot lie in the future."
    )

    def init(self):
        pdpa_engine.install_receipt_triggers(self.env)
        pdpa_engine.install_evidence_trigger(self.env)

    @api.depends("channels")
    def _compute_channel_ids(self):
        codes = {receipt: (receipt.channels or "").split(",") for receipt in self}
        known = (
            self.env["pdpa.channel"]
            .with_context(active_test=False)
            .search([("code", "in", sorted(set().union(*codes.values())))])
        )
        for receipt in self:
            receipt.channel_ids = known.filtered(
                lambda channel, r=receipt: channel.code in codes[r]
            )

    @api.depends("purpose_id", "event", "occurred_at")
    def _compute_display_name(self):
        labels = dict(self._fields["event"]._description_selection(self.env))
        for receipt in self:
            receipt.display_name = self.env._(
                "%(purpose)s: %(event)s on %(date)s",
                purpose=receipt.purpose_id.display_name,
                event=labels.get(receipt.event),
                date=format_date(
                    self.env,
                    receipt.company_id._pdpa_local_date(receipt.occurred_at),
                ),
            )

    # -- guards ---------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("pdpa_door") is not DOOR:
            raise UserError(
                self.env._("Receipts are made by recording an answer, not by hand.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if self:
            raise UserError(
                self.env._(
                    "A receipt is evidence and cannot be changed. Record a new answer."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A receipt is evidence and cannot be deleted."))
