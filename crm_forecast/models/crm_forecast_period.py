from datetime import date as calendar_date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

MONTHS_BY_KIND = {"month": 1, "quarter": 3}
# saved forecasts hold figures of the whole company
RUN_GROUPS = "crm_forecast.group_manager,sales_team.group_sale_salesman_all_leads"


class CrmForecastPeriod(models.Model):
    """A month or quarter that sales are forecast for.

    Periods of one company and kind never overlap (checked by the database); their dates
    are calendar dates in the company's time zone, both ends included. They need not be
    calendar months: a company that closes its books on the 25th enters its own.
    """

    _name = "crm.forecast.period"
    _description = "Forecast Period"
    _order = "date_from, kind, company_id, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    kind = fields.Selection(
        selection=[("month", "Month"), ("quarter", "Quarter")],
        default="month",
        required=True,
    )
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    run_ids = fields.One2many(
        "crm.forecast.run",
        "period_id",
        "Saved Forecasts",
        readonly=True,
        groups=RUN_GROUPS,
    )
    run_count = fields.Integer(compute="_compute_run_count", groups=RUN_GROUPS)
    amount_won = fields.Monetary("Won So Far", compute="_compute_amounts")
    amount_open = fields.Monetary("Open Amount", compute="_compute_amounts")
    amount_weighted = fields.Monetary("Weighted Open", compute="_compute_amounts")
    amount_total = fields.Monetary("Forecast", compute="_compute_amounts")

    _dates_in_order = models.Constraint(
        "CHECK (date_from <= date_to)", "A period cannot end before it begins."
    )
    # A range of one number line per company and kind: core GiST can exclude overlaps of
    # ranges, while a separate "company =" would need the btree_gist extension.
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int8range("
        "(company_id * 2 + CASE WHEN kind = 'quarter' THEN 1 ELSE 0 END)::bigint"
        " * 10000000 + (date_from - '0001-01-01'::date), "
        "(company_id * 2 + CASE WHEN kind = 'quarter' THEN 1 ELSE 0 END)::bigint"
        " * 10000000 + (date_to - '0001-01-01'::date), '[]') WITH &&)",
        "The dates overlap another forecast period of the same kind and company. "
        "Change “From” and “To” so that periods follow each other.",
    )

    @api.depends("run_ids")
    def _compute_run_count(self):
        counts = dict(
            self.env["crm.forecast.run"]._read_group(
                [("period_id", "in", self.ids)], ["period_id"], ["__count"]
            )
        )
        for period in self:
            period.run_count = counts.get(period, 0)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_amounts(self):
        """The forecast as of now, of the opportunities that the user may see."""
        names = ("amount_won", "amount_open", "amount_weighted", "amount_total")
        rows = self.env["crm.forecast.report"]._read_group(
            [("period_id", "in", self.ids)],
            ["period_id"],
            [f"{name}:sum" for name in names],
        )
        amounts = {period: sums for period, *sums in rows}
        for period in self:
            period.update(
                dict(zip(names, amounts.get(period, (0.0,) * 4), strict=True))
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_runs(self):
        for period in self:
            if period.run_ids:
                raise UserError(
                    self.env._(
                        "“%(name)s” has saved forecasts and cannot be deleted.",
                        name=period.name,
                    )
                )

    # -- generator ---------------------------------------------------------------
    @api.model
    def _ensure(self, date=None, companies=None):
        """Create the missing months and quarters of the calendar year of `date`.

        A calendar period that overlaps one the company entered itself is left out.

        :param date: any day of the year; default: each company's today
        :param companies: default: the companies switched on
        :return: the periods of these companies that contain `date`
        """
        companies = companies or self.env.companies
        found = self.browse()
        for company in companies:
            day = fields.Date.to_date(date) or company._forecast_today()
            year = Domain("company_id", "=", company.id) & (
                Domain("date_from", "<=", day.replace(month=12, day=31))
                & Domain("date_to", ">=", day.replace(month=1, day=1))
            )
            existing = self.search(year)
            missing = [
                values
                for values in self._prepare_year_vals(company, day.year)
                if not any(
                    period.kind == values["kind"]
                    and period.date_from <= values["date_to"]
                    and period.date_to >= values["date_from"]
                    for period in existing
                )
            ]
            periods = existing + self.create(missing)
            found += periods.filtered(
                lambda period, day=day: period.date_from <= day <= period.date_to
            )
        return found

    @api.model
    def _prepare_year_vals(self, company, year):
        """Values of the calendar months and quarters of `year`."""
        vals_list = []
        for kind, months in MONTHS_BY_KIND.items():
            for number, month in enumerate(range(1, 13, months), start=1):
                begin = calendar_date(year, month, 1)
                vals_list.append(
                    {
                        "name": f"{year}/{month:02}"
                        if kind == "month"
                        else f"{year} Q{number}",
                        "kind": kind,
                        "company_id": company.id,
                        "date_from": begin,
                        "date_to": begin + relativedelta(months=months, days=-1),
                    }
                )
        return vals_list

    @api.model
    def action_ensure_year(self):
        """Button: the months and quarters of this and the next year."""
        self.check_access("create")
        for company in self.env.companies:
            today = company._forecast_today()
            self._ensure(today, company)
            self._ensure(today + relativedelta(years=1), company)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # -- forecasts ---------------------------------------------------------------
    def action_compute(self):
        """Save the forecast of these periods as it stands now, and show it."""
        self.check_access("write")
        Run = self.env["crm.forecast.run"]
        runs = Run._compute(self) + Run._compute_learned(self)
        return (runs.filtered("is_recommended") or runs)._action_open()

    def action_view_runs(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_forecast.crm_forecast_run_action"
        )
        return {**action, "domain": [("period_id", "=", self.id)]}

    def action_view_report(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_forecast.crm_forecast_report_action"
        )
        return {**action, "domain": [("period_id", "=", self.id)], "context": {}}
