import collections

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import format_date

from .crm_stage import FORECAST_CATEGORIES

# values that can change the stage or the won/lost status of a lead, also by recompute
STAGE_LOG_FIELDS = {
    "stage_id",
    "active",
    "probability",
    "team_id",
    "type",
    "user_id",  # a new owner may bring another team, and that another stage
}
# in the context, this object makes writes leave the log to their caller; an object,
# because a value in the context of an RPC call can never be it
LOG_LATER = object()


class CrmLead(models.Model):
    """Leads log their stages, carry a forecast category and explain their forecast."""

    _inherit = "crm.lead"

    forecast_category = fields.Selection(
        FORECAST_CATEGORIES,
        compute="_compute_forecast_category",
        store=True,
        readonly=False,
        help="How sure the salesperson is. It follows the stage and may be changed. "
        "Omitted ones are in no forecast.",
    )
    stage_log_ids = fields.One2many(
        "crm.stage.log", "lead_id", "Stage History", readonly=True
    )
    forecast_snapshot_ids = fields.One2many(
        "crm.forecast.snapshot", "lead_id", "Snapshots", readonly=True
    )
    forecast_period_id = fields.Many2one(
        "crm.forecast.period", compute="_compute_forecast", compute_sudo=True
    )
    forecast_currency_id = fields.Many2one(
        "res.currency", compute="_compute_forecast", compute_sudo=True
    )
    forecast_amount = fields.Monetary(
        "Forecast",
        compute="_compute_forecast",
        compute_sudo=True,
        currency_field="forecast_currency_id",
        help="What this opportunity adds to the forecast of its period.",
    )
    forecast_explanation = fields.Char(
        "Why", compute="_compute_forecast", compute_sudo=True
    )

    @api.depends("stage_id")
    def _compute_forecast_category(self):
        for lead in self:
            lead.forecast_category = lead.stage_id.forecast_category or "pipeline"

    @api.depends(
        "expected_revenue",
        "probability",
        "date_deadline",
        "date_closed",
        "won_status",
        "active",
        "type",
        "forecast_company_id",
        "forecast_category",
    )
    @api.depends_context("lang")
    def _compute_forecast(self):
        """The lead's row in the live forecast, or the reason why it has none."""
        report = self.env["crm.forecast.report"]
        report.invalidate_model()  # its rows change with the leads, unnoticed
        ids = self._origin.ids
        lines = report.with_context(forecast_lead_ids=ids).search(
            [("lead_id", "in", ids)]
        )
        by_lead = {
            line.lead_id.id: line
            for line in lines
            if line.period_kind == line.company_id.forecast_period_kind
        }
        for lead in self:
            line = by_lead.get(lead._origin.id, lines.browse())
            lead.forecast_period_id = line.period_id
            lead.forecast_currency_id = line.currency_id or lead.company_currency
            lead.forecast_amount = line.amount_total
            lead.forecast_explanation = (
                line.explanation or lead._forecast_absence_reason()
            )

    def _forecast_absence_reason(self):
        """Why the lead is in no period's forecast, and what to do about it."""
        self.ensure_one()
        if self.type == "lead":
            return self.env._(
                "Not counted: a lead counts once it is converted to an opportunity."
            )
        if self.won_status == "lost":
            return self.env._("Not counted: the opportunity is lost.")
        if self.won_status != "won" and not self.active:
            return self.env._("Not counted: the opportunity is archived.")
        if self.won_status != "won" and self.forecast_category == "omitted":
            return self.env._(
                "Not counted: its “Forecast Category” is “Omitted”. Choose another one "
                "to have it in the forecast."
            )
        if self.won_status != "won" and not self.date_deadline:
            return self.env._(
                "Not counted: set “Expected Closing” so that it falls in a period."
            )
        return self.env._(
            "Not counted: no forecast period contains %(date)s. Periods are created "
            "under Forecast > Basis > Periods.",
            date=format_date(self.env, self._forecast_day()),
        )

    def _forecast_day(self):
        """The day whose period the lead counts in; see `due_sql` of the engine."""
        self.ensure_one()
        if self.won_status == "won":
            return self.date_closed
        return max(self.date_deadline, self.forecast_company_id._forecast_today())

    def _check_forecast_category(self, vals_list):
        """Closed is what winning makes of it: refused with words, not a traceback."""
        if any(vals.get("forecast_category") == "closed" for vals in vals_list):
            raise ValidationError(
                self.env._(
                    "“Forecast Category” cannot be set to “Closed”: an opportunity "
                    "counts as closed once it is won. Choose another category, or mark "
                    "the opportunity as won."
                )
            )

    # -- stage log ---------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        self._check_forecast_category(vals_list)
        leads = super().create(vals_list)
        leads._log_stages()
        return leads

    def write(self, vals):
        self._check_forecast_category([vals])
        logged = not STAGE_LOG_FIELDS.isdisjoint(vals)
        closed = self._closing_dates_to_keep(vals)
        result = super().write(vals)
        for date_closed, ids in closed.items():
            leads = self.browse(ids).filtered(
                lambda lead, date_closed=date_closed: (
                    lead.won_status == "won" and lead.date_closed != date_closed
                )
            )
            if leads:
                super(CrmLead, leads).write({"date_closed": date_closed})
        if logged:
            self._log_stages()
        return result

    def _closing_dates_to_keep(self, vals):
        """{closing date: ids} of won leads that are about to be archived.

        Odoo closes whatever is archived today, and would move a win of last year into
        the present period. A won lead that is marked as lost is closed today indeed.
        """
        closed = collections.defaultdict(list)
        if not vals.get("active", True) and not self._is_logged_later():
            for lead in self:
                if lead.won_status == "won" and lead.date_closed:
                    closed[lead.date_closed].append(lead.id)
        return closed

    def unlink(self):
        self.env["crm.stage.log"].sudo()._end(self)
        return super().unlink()

    def action_set_lost(self, **additional_values):
        """Archiving and losing are one step of the log, not two."""
        later = self.with_context(crm_forecast_log=LOG_LATER)
        result = super(CrmLead, later).action_set_lost(**additional_values)
        self._log_stages()
        return result

    def action_set_won(self):
        """Restoring and winning are one step of the log, not two."""
        later = self.with_context(crm_forecast_log=LOG_LATER)
        result = super(CrmLead, later).action_set_won()
        self._log_stages()
        return result

    def _is_logged_later(self):
        """Whether this is one of the writes of `action_set_lost`, `action_set_won`."""
        return self.env.context.get("crm_forecast_log") is LOG_LATER

    def _log_stages(self):
        if self and not self._is_logged_later():
            self.env["crm.stage.log"].sudo()._sync(self)

    def action_view_forecast(self):
        """The rows of this opportunity in the live forecast."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_forecast.crm_forecast_report_action"
        )
        return {
            **action,
            "views": [(False, "list"), (False, "pivot")],
            "domain": [("lead_id", "=", self.id)],
            "context": {"forecast_lead_ids": self.ids},
        }
