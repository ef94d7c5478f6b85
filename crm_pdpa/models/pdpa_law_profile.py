from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .pdpa_law_param import KEYS


class PdpaLawProfile(models.Model):
    """The numbers of one act or sector rule, with the dates between which they hold.

    Several profiles may apply to a company at once; ``_param`` gives the strictest
    value. A pending act has no first day and applies to nobody until it gets one.
    """

    _name = "pdpa.law.profile"
    _inherit = ["mail.thread"]
    _description = "Law Profile"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(required=True, help="Technical name, such as act.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    sector = fields.Char(
        translate=True, help="Who the rule applies to, such as retailers."
    )
    state = fields.Selection(
        [("draft", "Draft"), ("pending", "Pending"), ("in_force", "In Force")],
        required=True,
        default="draft",
        tracking=True,
        help="Pending: promulgated, but its first day is not fixed. Draft: announced "
        "for comment only.",
    )
    date_from = fields.Date(
        string="In Force From",
        tracking=True,
        help="First day, empty while the day is not fixed.",
    )
    date_to = fields.Date(string="In Force Until", tracking=True)
    clock_start = fields.Selection(
        [("discovered_at", "Discovery"), ("aware_at", "Awareness")],
        required=True,
        default="aware_at",
        tracking=True,
        help="When the hours after an incident start to run: when it is discovered, "
        "or when the company knows of it.",
    )
    source_title = fields.Char(tracking=True)
    source_url = fields.Char(string="Source Address", tracking=True)
    verified_on = fields.Date(
        tracking=True, help="When the text was last compared with its source."
    )
    note = fields.Text(translate=True)
    param_ids = fields.One2many("pdpa.law.param", "profile_id", string="Parameters")
    to_confirm_count = fields.Integer(
        string="To Be Confirmed", compute="_compute_to_confirm_count"
    )

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "A law profile with this code already exists."
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_to IS NULL OR date_from IS NULL OR date_from <= date_to)",
        "“In Force Until” lies before “In Force From”. Correct one of the dates.",
    )
    _in_force_has_day = models.Constraint(
        "CHECK(state <> 'in_force' OR date_from IS NOT NULL)",
        "A law in force needs “In Force From”.",
    )

    @api.depends("param_ids.confidence")
    def _compute_to_confirm_count(self):
        for profile in self:
            profile.to_confirm_count = len(
                profile.param_ids.filtered(lambda p: p.confidence == "counsel")
            )

    def _in_force_on(self, date):
        """The profiles of ``self`` that apply on a calendar date."""
        return self.filtered(
            lambda p: (
                p.state == "in_force"
                and p.date_from <= date
                and (not p.date_to or date <= p.date_to)
            )
        )

    @api.model
    def _applicable(self, date=None, company=None):
        """The profiles that bind a company on a date (sudo).

        A company that chose none is bound by the Act.
        """
        company = company or self.env.company
        date = date or fields.Date.context_today(self)
        chosen = company.sudo().pdpa_law_profile_ids
        if not chosen:
            chosen = self.sudo().search([("code", "=", "act")])
        return chosen._in_force_on(fields.Date.to_date(date))

    @api.model
    def _param(self, key, date=None, company=None):
        """The strictest value of a parameter that binds a company on a date.

        :param str key: a key of ``pdpa.law.param``, such as ``log_years``
        :param date: calendar date, today when empty
        :param company: ``res.company`` record, the current company when empty
        :return: int, or ``None`` when no profile sets the parameter
        :raise ValueError: unknown key; the message names it
        """
        param = self._strictest(key, date, company)
        return param.value if param else None

    @api.model
    def _strictest(self, key, date=None, company=None):
        """The parameter record behind ``_param``, which names the statute."""
        if key not in KEYS:
            raise ValueError(f"Unknown law parameter: {key!r}")
        found = self._applicable(date, company).param_ids.filtered(
            lambda param: param.key == key
        )
        longest = KEYS[key].strict == "max"
        return found.sorted("value", reverse=longest)[:1]

    @api.constrains("state", "date_from")
    def _check_pending(self):
        for profile in self:
            if profile.state == "pending" and profile.date_from:
                raise ValidationError(
                    self.env._(
                        "“%(law)s” is pending: leave “In Force From” empty, or set "
                        "its state to in force.",
                        law=profile.display_name,
                    )
                )
