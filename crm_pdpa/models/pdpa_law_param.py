from collections import namedtuple

from odoo import api, fields, models

Key = namedtuple("Key", "unit strict")

# strict: which of several values binds a company, the smallest or the largest one.
KEYS = {
    "access_days": Key("days", "min"),
    "access_extension_days": Key("days", "min"),
    "change_days": Key("days", "min"),
    "change_extension_days": Key("days", "min"),
    "breach_report_hours": Key("hours", "min"),
    "breach_notify_hours": Key("hours", "min"),
    "breach_report_people": Key("people", "min"),
    "breach_report_records": Key("records", "min"),
    "breach_log_years": Key("years", "max"),
    "log_years": Key("years", "max"),
    "closing_log_years": Key("years", "max"),
    "review_months": Key("months", "min"),
    "plan_months": Key("months", "min"),
    "capital_threshold": Key("NT$", "min"),
    "records_threshold": Key("records", "min"),
    "first_marketing_refusal": Key("yes/no", "max"),
    "marketing_company_name": Key("yes/no", "max"),
    "marketing_data_source": Key("yes/no", "max"),
    "masked_display": Key("yes/no", "max"),
    "separate_auditor": Key("yes/no", "max"),
    "claim_known_years": Key("years", "max"),
    "claim_years": Key("years", "max"),
}


class PdpaLawParam(models.Model):
    """One number of a law profile, with the article that it comes from."""

    _name = "pdpa.law.param"
    _description = "Law Parameter"
    _order = "profile_id, key"
    _rec_name = "key"

    profile_id = fields.Many2one(
        "pdpa.law.profile", required=True, index=True, ondelete="cascade"
    )
    key = fields.Selection(
        [
            ("access_days", "Answer to inquiry, view or copy"),
            ("access_extension_days", "Extension: inquiry, view or copy"),
            ("change_days", "Decision on correct, stop or erase"),
            ("change_extension_days", "Extension: correct, stop or erase"),
            ("breach_report_hours", "Report of an incident"),
            ("breach_notify_hours", "Notice of an incident to each person"),
            ("breach_report_people", "Report from this many people"),
            ("breach_report_records", "Report from this many records in the system"),
            ("breach_log_years", "Records of an incident"),
            ("log_years", "Usage records, trails and evidence"),
            ("closing_log_years", "Records after the end of business"),
            ("review_months", "Review of the security plan"),
            ("plan_months", "Security plan ready within"),
            ("capital_threshold", "Applies from this capital"),
            ("records_threshold", "Applies from this many records"),
            ("first_marketing_refusal", "First marketing message: free refusal"),
            ("marketing_company_name", "Marketing states the company's name"),
            ("marketing_data_source", "Marketing states the source of the data"),
            ("masked_display", "Masked display of personal data"),
            ("separate_auditor", "Officer and auditor are two people"),
            ("claim_known_years", "Claim lapses after it is known"),
            ("claim_years", "Claim lapses after the damage"),
        ],
        string="Parameter",
        required=True,
    )
    value = fields.Integer(required=True)
    unit = fields.Selection(
        [
            ("days", "days"),
            ("hours", "hours"),
            ("months", "months"),
            ("years", "years"),
            ("people", "people"),
            ("records", "records"),
            ("NT$", "NT$"),
            ("yes/no", "1 = yes"),
        ],
        compute="_compute_unit",
    )
    statute = fields.Char(help="Article of the act or rule, such as art. 13(1).")
    confidence = fields.Selection(
        [("verified", "Verified"), ("counsel", "To be confirmed by counsel")],
        required=True,
        default="counsel",
        help="Verified: the number was read in the text of the law. Otherwise have "
        "counsel confirm it before you rely on it.",
    )

    _key_uniq = models.Constraint(
        "UNIQUE(profile_id, key)", "This law profile sets this parameter already."
    )
    _value_positive = models.Constraint(
        "CHECK(value >= 0)", "The value of a law parameter is zero or more."
    )

    @api.depends("key")
    def _compute_unit(self):
        for param in self:
            param.unit = KEYS[param.key].unit if param.key else False
