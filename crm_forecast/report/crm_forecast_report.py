from odoo import api, fields, models
from odoo.tools import SQL

from ..models.crm_forecast_engine import (
    LINE_COLUMNS,
    calendar_sql,
    columns_sql,
    line_sql,
    live_state_sql,
)


class CrmForecastReport(models.Model):
    """The forecast as of now: one row per lead and period, read from the leads.

    Same arithmetic as the saved runs, without saving anything. The context key
    `forecast_lead_ids` narrows it to these leads, which a domain would do only after
    all leads were worked out.
    """

    _name = "crm.forecast.report"
    _inherit = ["crm.forecast.line.mixin"]
    _description = "Forecast"
    _auto = False
    _order = "date_from, amount_total DESC, id"
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
        "res.company": ["currency_id", "partner_id"],
        "res.currency": ["decimal_places"],
        "res.partner": ["tz"],
    }

    period_kind = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter")], readonly=True
    )
    date_from = fields.Date("Period From", readonly=True)

    @property
    def _table_query(self):
        calendar = SQL("SELECT * FROM calendar")
        lead_ids = self.env.context.get("forecast_lead_ids")
        if lead_ids is not None:
            lead_ids = [int(lead_id) for lead_id in lead_ids]
        # a lead is in at most one period of each kind, so this id is unique and stable
        return SQL(
            """
            WITH calendar AS MATERIALIZED (%(calendar)s)
            SELECT line.lead_key * 2
                   + CASE line.period_kind WHEN 'quarter' THEN 1 ELSE 0 END AS id,
                   line.period_kind, line.date_from, %(columns)s
              FROM (%(lines)s) line""",
            calendar=calendar_sql(self.env.cr.now()),
            columns=columns_sql(LINE_COLUMNS, "line"),
            lines=line_sql(live_state_sql(calendar, lead_ids), calendar),
        )

    @api.model
    def action_open(self):
        """Open the forecast on the company's usual kind of period."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_forecast.crm_forecast_report_action"
        )
        kind = self.env.company.forecast_period_kind
        action["context"] = {
            f"search_default_{kind}": 1,
            "search_default_open_periods": 1,
        }
        return action
