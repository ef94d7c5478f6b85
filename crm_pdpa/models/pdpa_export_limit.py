from odoo import api, fields, models
from odoo.fields import Domain

DEFAULT_KEY = "crm_pdpa.export_limit"
DEFAULT_ROWS = 1000


class PdpaExportLimit(models.Model):
    """How many records with personal data a group may export at once."""

    _name = "pdpa.export.limit"
    _description = "Export Limit"
    _inherit = ["pdpa.audited.mixin"]
    _order = "max_rows, id"
    _rec_name = "group_id"
    _allow_sudo_commands = False

    group_id = fields.Many2one(
        "res.groups", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: applies in all companies."
    )
    max_rows = fields.Integer(
        string="Rows at Once",
        required=True,
        help="0: may not export. A user in several groups gets the highest limit; a "
        "user in none of them gets the one of the settings.",
    )

    _max_rows_positive = models.Constraint(
        "CHECK(max_rows >= 0)", "“Rows at Once” cannot be negative. Use 0 to forbid."
    )
    _group_uniq = models.UniqueIndex(
        "(group_id, COALESCE(company_id, 0))",
        "This group has a limit already. Change that one.",
    )

    @api.model
    def _of_user(self):
        """The number of records that the current user may export at once."""
        limits = self.sudo().search_fetch(
            Domain("group_id", "in", self.env.user.all_group_ids.ids)
            & Domain("company_id", "in", [False, self.env.company.id]),
            ["max_rows"],
        )
        if limits:
            return max(limits.mapped("max_rows"))
        return self.env["pdpa.audit"]._int_param(DEFAULT_KEY, DEFAULT_ROWS)
