from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models import pdpa_audit_engine

KINDS = [("row", "Changed Row"), ("content", "Sealed Rows"), ("seal", "Seal")]


class PdpaAuditVerification(models.TransientModel):
    """Result of proving the audit trail; recorded in the trail itself."""

    _name = "pdpa.audit.verification"
    _description = "Audit Verification"

    is_valid = fields.Boolean(string="Unchanged", readonly=True)
    row_count = fields.Integer(string="Rows Checked", readonly=True)
    open_count = fields.Integer(
        string="Not Sealed Yet",
        readonly=True,
        help="Rows of the last minutes. Their hashes are checked, but nothing proves "
        "yet that none of them was deleted.",
    )
    seal_count = fields.Integer(string="Seals Checked", readonly=True)
    last_seal = fields.Integer(readonly=True)
    last_root = fields.Char(readonly=True)
    line_ids = fields.One2many(
        "pdpa.audit.verification.line",
        "verification_id",
        string="Problems",
        readonly=True,
    )
    anchor_number = fields.Integer(string="Seal Number")
    anchor_root = fields.Char(
        string="Root", help="As it stands in the message or file that you kept."
    )
    anchor_state = fields.Selection(
        [("same", "Same"), ("different", "Different")],
        string="Comparison",
        readonly=True,
    )

    def _compute_display_name(self):
        self.display_name = self.env._("Verification of the Audit Trail")

    @api.model
    def _run(self):
        """Prove the trail and return the action that shows the result."""
        seals = self.env["pdpa.audit.seal"]
        seals.check_access("read")
        seals_sudo = seals.sudo()
        problems = seals_sudo._problems()
        rows, unsealed, count, last, root = self.env.execute_query(
            pdpa_audit_engine.trail_totals()
        )[0]
        result = self.create(
            {
                "is_valid": not problems,
                "row_count": rows,
                "open_count": unsealed,
                "seal_count": count,
                "last_seal": last or 0,
                "last_root": root,
                "line_ids": [fields.Command.create(vals) for vals in problems],
            }
        )
        self.env["pdpa.audit"]._log(
            "verify",
            "pdpa.audit",
            (),
            (),
            count=rows,
            digest=root,
            note=f"{len(problems)} problems, seal {last or 0}",
        )
        return result._open()

    def action_compare(self):
        """Compare a root that was kept elsewhere with the seal of that number."""
        self.ensure_one()
        if not self.anchor_number or not self.anchor_root:
            raise UserError(
                self.env._(
                    "Fill in “Seal Number” and “Root” from the message that you kept."
                )
            )
        seals_sudo = self.env["pdpa.audit.seal"].sudo()
        same = seals_sudo._check_anchor(self.anchor_number, self.anchor_root)
        self.anchor_state = "same" if same else "different"
        return self._open()

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Verification of the Audit Trail"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class PdpaAuditVerificationLine(models.TransientModel):
    """One thing that does not fit."""

    _name = "pdpa.audit.verification.line"
    _description = "Audit Verification Problem"

    verification_id = fields.Many2one(
        "pdpa.audit.verification", required=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, readonly=True)
    month = fields.Char(readonly=True)
    seal = fields.Integer(readonly=True)
    text = fields.Char(string="Finding", readonly=True)
