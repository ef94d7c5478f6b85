from datetime import UTC
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ..models.crm_forecast_change import CATEGORIES
from ..models.crm_forecast_engine import (
    LINE_COLUMNS,
    calendar_sql,
    columns_sql,
    line_sql,
    live_state_sql,
)
from ..models.crm_forecast_target import SEES_ALL

# share of the period's opportunities that are not among the big ones
BIG_RANK = 0.9


class CrmForecastFocus(models.Model):
    """Open opportunities that can still close in the current period, by their value.

    At stake = expected revenue x the share of its stage's opportunities that the latest
    learned forecast expects to be won within the period; where nothing is learned yet,
    x the probability. One row per opportunity and kind of period (month, quarter).
    """

    _name = "crm.forecast.focus"
    _description = "Opportunity to Close in the Period"
    _auto = False
    _order = "value_at_stake DESC, id"
    _rec_name = "lead_id"
    _depends = {
        "crm.forecast.period": ["company_id", "date_from", "date_to", "kind"],
        "crm.lead": [
            "active",
            "date_closed",
            "date_deadline",
            "expected_revenue",
            "forecast_category",
            "forecast_company_id",
            "probability",
            "stage_id",
            "team_id",
            "type",
            "user_id",
            "won_status",
        ],
        "mail.activity": ["active", "date_deadline", "res_id", "res_model"],
        "res.company": ["currency_id", "partner_id"],
        "res.currency": ["decimal_places"],
        "res.partner": ["tz"],
    }

    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    period_id = fields.Many2one("crm.forecast.period", readonly=True)
    period_kind = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter")], readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True)
    category = fields.Selection(CATEGORIES, "Forecast Category", readonly=True)
    expected_revenue = fields.Monetary(readonly=True)
    chance = fields.Float(
        "Chance (%)",
        readonly=True,
        aggregator="avg",
        help="Of the opportunities of this stage, the share won within the period, as "
        "the latest learned forecast has it; the probability where nothing is learned.",
    )
    is_learned = fields.Boolean(
        "Chance Learned",
        readonly=True,
        help="The chance comes from past periods; else it is the probability.",
    )
    value_at_stake = fields.Monetary(
        "At Stake", readonly=True, help="Expected revenue x chance."
    )
    date_deadline = fields.Date("Expected Closing", readonly=True)
    days_due = fields.Integer(
        "Due In (Days)",
        readonly=True,
        aggregator=None,
        help="Below zero: the expected closing has passed.",
    )
    days_left = fields.Integer("Days to the Period End", readonly=True, aggregator=None)
    is_overdue = fields.Boolean("Overdue", readonly=True)
    is_big = fields.Boolean(
        "Big",
        readonly=True,
        help="Among the tenth of the period's open opportunities with the largest "
        "amounts.",
    )
    next_activity_date = fields.Date("Next Activity", readonly=True)
    has_no_activity = fields.Boolean("No Next Activity", readonly=True)
    last_activity_date = fields.Date(
        "Last Activity On", compute="_compute_past", compute_sudo=True
    )
    days_in_stage = fields.Integer(compute="_compute_past", compute_sudo=True)
    reason = fields.Char(compute="_compute_reason")

    @property
    def _table_query(self):
        calendar = SQL("SELECT * FROM calendar")
        now = self.env.cr.now()
        return SQL(
            """
            WITH calendar AS MATERIALIZED (%(calendar)s),
            rate AS MATERIALIZED (%(rate)s)
            SELECT line.*, rate.rate IS NOT NULL AS is_learned,
                   COALESCE(100 * rate.rate, line.probability, 0) AS chance,
                   ROUND(line.amount_open
                         * COALESCE(rate.rate, line.probability / 100, 0)::numeric,
                         line.decimals) AS value_at_stake,
                   percent_rank() OVER (
                       PARTITION BY line.period_id ORDER BY line.amount_open
                   ) >= %(big)s AS is_big,
                   activity.date_deadline AS next_activity_date,
                   activity.date_deadline IS NULL AS has_no_activity
              FROM (SELECT line.lead_key * 2
                           + (line.period_kind = 'quarter')::int AS id,
                           line.period_kind, %(columns)s,
                           calendar.decimals,
                           line.date_deadline - calendar.today AS days_due,
                           period.date_to - calendar.today AS days_left
                      FROM (%(lines)s) line
                      JOIN calendar ON calendar.id = line.company_id
                      JOIN crm_forecast_period period ON period.id = line.period_id
                     WHERE line.status = 'open' AND line.category <> 'omitted'
                       AND calendar.today BETWEEN period.date_from AND period.date_to
                   ) line
              LEFT JOIN rate ON rate.period_id = line.period_id
                            AND rate.stage_id = line.stage_id
              LEFT JOIN (SELECT res_id, min(date_deadline) AS date_deadline
                           FROM mail_activity
                          WHERE res_model = 'crm.lead' AND active
                          GROUP BY res_id) activity
                     ON activity.res_id = line.lead_id""",
            calendar=calendar_sql(now),
            rate=_rate_sql(),
            columns=columns_sql(LINE_COLUMNS, "line"),
            lines=line_sql(live_state_sql(calendar), calendar),
            big=BIG_RANK,
        )

    @api.depends("lead_id")
    def _compute_past(self):
        """Last activity and length of the running stay, for the rows shown only."""
        leads = self.lead_id.ids
        done = dict(self.env.execute_query(_done_sql(leads)))
        entered = dict(self.env.execute_query(_entered_sql(leads)))
        now = self.env.cr.now()
        for row in self:
            zone = ZoneInfo(row.company_id._forecast_timezone())
            last = done.get(row.lead_id.id)
            enter = entered.get(row.lead_id.id)
            row.last_activity_date = last and (
                last.replace(tzinfo=UTC).astimezone(zone).date()
            )
            row.days_in_stage = max((now - enter).days, 0) if enter else 0

    @api.depends("days_due", "next_activity_date", "is_big")
    @api.depends_context("lang")
    def _compute_reason(self):
        for row in self:
            row.reason = " · ".join(row._reasons())

    def _reasons(self):
        """Why this opportunity, the most urgent reason first."""
        self.ensure_one()
        today = self.company_id._forecast_today()
        if self.days_due < 0:
            reasons = [
                self.env._(
                    "Expected closing of %(date)s has passed",
                    date=format_date(self.env, self.date_deadline),
                )
            ]
        elif self.days_due == 0:
            reasons = [self.env._("Due today")]
        else:
            reasons = [self.env._("Due in %(days)s days", days=self.days_due)]
        if not self.next_activity_date:
            reasons.append(self.env._("No next activity"))
        elif self.next_activity_date < today:
            reasons.append(
                self.env._(
                    "Activity of %(date)s is overdue",
                    date=format_date(self.env, self.next_activity_date),
                )
            )
        if self.is_big:
            reasons.append(self.env._("One of the largest"))
        return reasons

    # -- actions -----------------------------------------------------------------
    @api.model
    def action_open(self):
        """Open the list on the company's usual kind of period."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_forecast.crm_forecast_focus_action"
        )
        action["context"] = {
            f"search_default_{self.env.company.forecast_period_kind}": 1
        }
        if not self.env.user.has_groups(SEES_ALL):
            action["context"]["search_default_mine"] = 1
        return action

    def action_open_lead(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "views": [(False, "form")],
        }

    def action_schedule_activity(self):
        """The dialog of Odoo's own that schedules an activity on the opportunity."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Schedule Activity"),
            "res_model": "mail.activity.schedule",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "active_model": "crm.lead",
                "active_id": self.lead_id.id,
                "active_ids": self.lead_id.ids,
            },
        }

    def action_set_date(self):
        """A small dialog with the expected closing of the opportunity."""
        self.ensure_one()
        view = self.env.ref("crm_forecast.crm_lead_view_form_closing")
        return {
            "type": "ir.actions.act_window",
            "name": self.lead_id.display_name,
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "views": [(view.id, "form")],
            "target": "new",
        }


def _rate_sql():
    """period_id, stage_id, rate (0-1), of each period's latest learned forecast."""
    return SQL(
        """
        SELECT run.period_id, line.stage_id, max(line.stage_rate) AS rate
          FROM (SELECT DISTINCT ON (period_id) id, period_id
                  FROM crm_forecast_run WHERE method = 'learned'
                 ORDER BY period_id, date DESC) run
          JOIN crm_forecast_period period ON period.id = run.period_id
          JOIN calendar ON calendar.id = period.company_id
          JOIN crm_forecast_line line ON line.run_id = run.id
         WHERE calendar.today BETWEEN period.date_from AND period.date_to
           AND line.status = 'open' AND line.stage_rate IS NOT NULL
         GROUP BY run.period_id, line.stage_id"""
    )


def _done_sql(lead_ids):
    """(lead, moment in UTC) of the last activity done."""
    return SQL(
        """
        SELECT res_id, max(date) FROM mail_message
         WHERE model = 'crm.lead' AND res_id = ANY(%s)
           AND mail_activity_type_id IS NOT NULL
         GROUP BY res_id""",
        lead_ids,
    )


def _entered_sql(lead_ids):
    """(lead, moment in UTC) in which the running stay in a stage began."""
    return SQL(
        """
        SELECT lead_key, enter FROM crm_stage_log
         WHERE lead_key = ANY(%s) AND leave IS NULL""",
        lead_ids,
    )
