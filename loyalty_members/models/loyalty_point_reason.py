from odoo import api, fields, models
from odoo.exceptions import ValidationError


class LoyaltyPointReason(models.Model):
    """Why points are adjusted: chosen from a list, so that it can be counted."""

    _name = "loyalty.point.reason"
    _description = "Adjustment Reason"
    _order = "sequence, id"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, help="Short name for imports and exports.")
    name = fields.Char(required=True, translate=True)
    sign = fields.Selection(
        [
            ("both", "Adds or Takes Points"),
            ("credit", "Adds Points"),
            ("debit", "Takes Points"),
        ],
        string="Direction",
        required=True,
        default="both",
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "This reason code exists already."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for reason in self:
            reason.display_name = f"[{reason.code}] {reason.name or ''}"

    def _check_sign(self, points):
        """Refuse a reason that is not meant for this direction."""
        for reason in self:
            wrong = "debit" if points > 0 else "credit"
            if reason.sign == wrong:
                raise ValidationError(
                    self.env._(
                        "The reason “%(reason)s” does not fit %(points)s points: "
                        "choose another one.",
                        reason=reason.name,
                        points=f"{points:+d}",
                    )
                )
