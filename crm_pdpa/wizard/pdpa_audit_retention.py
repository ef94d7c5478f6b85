from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..models import pdpa_audit_engine


class PdpaAuditRetention(models.TransientModel):
    """Months of the audit trail that are old enough to be dropped, never by itself."""

    _name = "pdpa.audit.retention"
    _description = "Audit Retention"

    years = fields.Integer(string="Kept for (Years)", readonly=True)
    line_ids = fields.One2many(
        "pdpa.audit.retention.line", "retention_id", string="Months"
    )

    def _compute_display_name(self):
        self.display_name = self.env._("Retention of the Audit Trail")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        years = self.env["pdpa.audit"]._retention_years()
        commands = [(0, 0, line) for line in self._lines(years)]
        return {**values, "years": years, "line_ids": commands}

    @api.model
    def _lines(self, years):
        limit = fields.Date.subtract(fields.Date.context_today(self), years=years)
        for month, rows, sealed in self.env.execute_query(pdpa_audit_engine.months()):
            if fields.Date.add(month, months=1) <= limit:
                yield {"month": month, "rows": rows, "is_sealed": rows == sealed}

    def action_drop(self):
        """Drop the chosen months, after the database has checked age and seals.

        :raise AccessError: the user is not the personal data officer
        :raise UserError: nothing chosen, or a chosen month is not fully sealed
        """
        self.ensure_one()
        if not self.env.user.has_group("crm_pdpa.group_pdpa_officer"):
            raise AccessError(
                self.env._("Only the personal data officer may drop audit months.")
            )
        chosen = self.line_ids.filtered("is_chosen")
        if not chosen:
            raise UserError(self.env._("Choose at least one month to drop."))
        for line in chosen:
            line._drop(self.env["pdpa.audit"]._retention_years())
        return {"type": "ir.actions.act_window_close"}


class PdpaAuditRetentionLine(models.TransientModel):
    """One month that may be dropped."""

    _name = "pdpa.audit.retention.line"
    _description = "Audit Retention Month"

    retention_id = fields.Many2one(
        "pdpa.audit.retention", required=True, ondelete="cascade"
    )
    month = fields.Date(readonly=True)
    rows = fields.Integer(readonly=True)
    is_sealed = fields.Boolean(string="Fully Sealed", readonly=True)
    is_chosen = fields.Boolean(string="Drop")

    def _drop(self, years):
        if not self.is_sealed:
            raise UserError(
                self.env._(
                    "%(month)s is not fully sealed: rows are missing or were changed. "
                    "Run the verification first and keep the month as evidence.",
                    month=self.month.strftime("%Y-%m"),
                )
            )
        month = self.month.replace(day=1)
        dropped = self.env.execute_query(
            SQL("SELECT pdpa_audit_drop(%s, %s, %s)", month, years, self.env.uid)
        )[0][0]
        self.env["pdpa.audit"]._log(
            "retention",
            "pdpa.audit",
            (),
            (),
            count=dropped,
            note=month.strftime("%Y-%m"),
        )
