from odoo import api, fields, models
from odoo.exceptions import UserError

from . import pdpa_reveal_engine

# Put into the context by the doors of this model alone (pdpa_reveal_door.py).
DOOR = object()
REASONS = [
    ("customer_request", "Customer Asked"),
    ("delivery", "Delivery or Visit"),
    ("follow_up", "Follow-Up Call"),
    ("complaint", "Complaint"),
    ("legal", "Legal Duty"),
    ("other", "Other"),
]
MAX_HOURS = 24
NOTE_LENGTH = 4  # characters; reasons in Chinese are short
RESULTS = [("justified", "Justified"), ("unjustified", "Not Justified")]


class PdpaReveal(models.Model):
    """A grant: one user sees personal data in clear for a short time, for a reason.

    A reveal opens fields of one record; a break-glass opens the records of a domain and
    is reviewed afterwards by somebody else. Grants are evidence: what was granted never
    changes, a grant can only be revoked and reviewed.
    """

    _name = "pdpa.reveal"
    _description = "Reveal of Personal Data"
    _order = "granted_at DESC, id DESC"
    _allow_sudo_commands = False

    kind = fields.Selection(
        [("reveal", "Reveal"), ("break_glass", "Break-Glass")],
        string="Way of Access",
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    model = fields.Char(string="Document Type", required=True, readonly=True)
    model_label = fields.Char(string="Document", compute="_compute_model_label")
    res_id = fields.Integer(string="Record ID", readonly=True)
    field_names = fields.Char(
        string="Fields", required=True, readonly=True, help="Technical names."
    )
    fields_label = fields.Char(string="Data", compute="_compute_fields_label")
    domain = fields.Char(string="Records", readonly=True)
    record_count = fields.Integer(string="Number of Records", readonly=True)
    reason = fields.Selection(REASONS, required=True, readonly=True)
    note = fields.Char(readonly=True)
    ticket = fields.Char(
        readonly=True, help="Number of the ticket or case that made it necessary."
    )
    granted_at = fields.Datetime(required=True, readonly=True)
    expires_at = fields.Datetime(required=True, readonly=True)
    revoked_at = fields.Datetime(string="Access Revoked At", readonly=True)
    state = fields.Selection(
        [
            ("active", "In Effect"),
            ("expired", "Expired"),
            ("revoked", "Revoked"),
            ("to_review", "To Review"),
            ("reviewed", "Reviewed"),
        ],
        compute="_compute_state",
        help="A break-glass that has ended waits for its review.",
    )
    reviewer_id = fields.Many2one(
        "res.users", string="Reviewed By", readonly=True, ondelete="restrict"
    )
    review_result = fields.Selection(RESULTS, string="Review", readonly=True)
    review_note = fields.Char(readonly=True)
    reviewed_at = fields.Datetime(string="Reviewed On", readonly=True)

    _period = models.Constraint(
        f"CHECK(expires_at > granted_at"
        f" AND expires_at <= granted_at + interval '{MAX_HOURS} hours')",
        "A grant ends within 24 hours.",
    )
    _has_reason = models.Constraint(
        "CHECK(btrim(reason) <> '')", "Say why the data are needed."
    )
    _other_needs_note = models.Constraint(
        f"CHECK(reason != 'other' OR char_length(btrim(note)) >= {NOTE_LENGTH}"
        f" AND note IS NOT NULL)",
        "Say in the note why the data are needed.",
    )
    _break_glass_complete = models.Constraint(
        "CHECK(kind != 'break_glass' OR (btrim(ticket) <> '' AND ticket IS NOT NULL"
        " AND domain IS NOT NULL))",
        "A break-glass names its ticket and its records.",
    )
    _reveal_of_record = models.Constraint(
        "CHECK(kind != 'reveal' OR res_id IS NOT NULL AND res_id > 0)",
        "A reveal is about one record.",
    )
    _reviewed_by_other = models.Constraint(
        "CHECK(reviewer_id IS NULL OR reviewer_id != user_id)",
        "Nobody reviews their own break-glass.",
    )
    _review_complete = models.Constraint(
        "CHECK((review_result IS NULL) = (reviewer_id IS NULL)"
        " AND (review_result IS NULL) = (reviewed_at IS NULL)"
        " AND (review_result IS NULL OR kind = 'break_glass'))",
        "A review has a reviewer and a time, and is about a break-glass.",
    )
    _active_idx = models.Index("(user_id, model, expires_at)")
    _hour_idx = models.Index("(user_id, granted_at) WHERE kind = 'reveal'")
    _review_idx = models.Index(
        "(granted_at) WHERE kind = 'break_glass' AND review_result IS NULL"
    )

    def init(self):
        pdpa_reveal_engine.install_guard(self.env)

    @api.depends("model")
    @api.depends_context("lang")
    def _compute_model_label(self):
        for grant in self:
            model = grant.model and self.env["ir.model"].sudo()._get(grant.model)
            grant.model_label = model.name if model else grant.model

    @api.depends("model", "field_names")
    @api.depends_context("lang")
    def _compute_fields_label(self):
        audit = self.env["pdpa.audit"]
        for grant in self:
            grant.fields_label = audit._fields_text(grant.model, grant.field_names)

    @api.depends("kind", "expires_at", "revoked_at", "review_result")
    def _compute_state(self):
        now = fields.Datetime.now()
        for grant in self:
            over = grant.revoked_at or grant.expires_at and grant.expires_at <= now
            if not over:
                grant.state = "active"
            elif grant.kind == "break_glass":
                grant.state = "reviewed" if grant.review_result else "to_review"
            else:
                grant.state = "revoked" if grant.revoked_at else "expired"

    @api.depends("kind", "model_label")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for grant in self:
            grant.display_name = (
                f"{labels.get(grant.kind)}: {grant.model_label or grant.model}"
            )

    # -- guards ---------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("pdpa_door") is not DOOR:
            raise UserError(
                self.env._("Press the eye beside a masked value to see it.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("pdpa_door") is not DOOR or not (
            set(vals) <= set(pdpa_reveal_engine.LATER)
        ):
            raise UserError(
                self.env._("A grant is evidence and cannot be changed, only revoked.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A grant is evidence and cannot be deleted."))

    # -- buttons --------------------------------------------------------------
    def action_revoke(self):
        """End grants at once: one's own, or as personal data officer anybody's."""
        officer = self.env.user.has_group("crm_pdpa.group_pdpa_officer")
        if not officer and any(grant.user_id != self.env.user for grant in self):
            raise UserError(
                self.env._("Only the personal data officer revokes another's grant.")
            )
        open_grants = self.filtered(lambda grant: grant.state == "active")
        open_grants.sudo().with_context(pdpa_door=DOOR).write(
            {"revoked_at": fields.Datetime.now()}
        )
