from odoo import api, models
from odoo.tools.misc import format_date

from ..tools.metric import UP

LIST = [[False, "list"], [False, "form"]]


class CrmForecastDashboard(models.AbstractModel):
    """The frame of the dashboards: My Day and Team Overview.

    A page is one answer: tiles, a chart and tables. A tile and a column of a table take
    name, definition and unit from `crm.forecast.metric`. A cell is ``{"value", "open",
    "tone", "note", "phone"}``, where ``open`` is the action of the records behind it.
    The page and its workbook show the same answer.
    """

    _name = "crm.forecast.dashboard"
    _description = "Forecast Dashboards"

    @api.model
    def _frame(self, scope, title):
        """What every page says about itself, and what can be chosen on it."""
        company = self.env["res.company"].sudo().browse(scope.company_id)
        period = self.env["crm.forecast.period"].sudo().browse(scope.period_id)
        everybody = self.env["crm.forecast.scope"]._sees_everybody()
        return {
            "title": title,
            "company_id": company.id,
            "companies": [
                {"id": choice.id, "name": choice.name}
                for choice in self.env.companies.sudo()
            ],
            "currency_id": company.currency_id.id,
            "kind": scope.kind,
            "kinds": self.env["crm.forecast.period"]
            ._fields["kind"]
            ._description_selection(self.env),
            "period": self._period(scope, period),
            "today": str(scope.today),
            "user_id": scope.user_id or False,
            "team_id": scope.team_id or False,
            "teams": self._teams(company) if everybody else [],
            "may_note": self._may_note(),
            "messages": [] if period else [self._no_period()],
        }

    @api.model
    def _period(self, scope, period):
        """The period with its neighbours of the same kind."""
        if not period:
            return {"name": format_date(self.env, scope.today), "days_left": 0}
        return {
            "id": period.id,
            "name": period.name,
            "date_from": str(scope.date_from),
            "date_to": str(scope.date_to),
            "previous_id": scope.before_id or False,
            "next_id": scope.next_id or False,
            "days_left": max((scope.date_to - scope.today).days, 0),
        }

    @api.model
    def _no_period(self):
        return self.env._(
            "No forecast period contains today. A manager creates the periods of the "
            "year under Forecast > Periods."
        )

    @api.model
    def _teams(self, company):
        teams = self.env["crm.team"].sudo()
        found = teams.search_fetch(
            [("company_id", "in", (company.id, False))], ["name"], order="sequence, id"
        )
        return [{"id": team.id, "name": team.name} for team in found]

    @api.model
    def _may_note(self):
        return self.env["crm.improvement.note"].has_access("create")

    # -- figures ------------------------------------------------------------------
    @api.model
    def _tile(self, metric, facts, **more):
        """A figure with the same of the period before.

        :param facts: (now, before)
        """
        value, before = (metric.value(part) for part in facts)
        return {
            **self._column(metric),
            "value": value,
            "before": before,
            "tone": self._tone(metric, value, before),
            **more,
        }

    @api.model
    def _tone(self, metric, value, before):
        if not metric.better or value is None or before is None or value == before:
            return ""
        rose = value > before
        return "success" if rose == (metric.better == UP) else "danger"

    @api.model
    def _column(self, metric, **more):
        return {
            "code": metric.code,
            "label": metric.name,
            "help": metric.definition,
            "unit": metric.unit,
            "better": metric.better,
            **more,
        }

    @api.model
    def _plain(self, label, unit="text", definition=""):
        """A column that is no metric."""
        return {"code": "", "label": label, "help": definition, "unit": unit}

    # -- what a figure opens --------------------------------------------------------
    @api.model
    def _open(self, name, model, domain, **more):
        """A list of records, as an action."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": LIST,
            "domain": domain,
            **more,
        }

    @api.model
    def _open_record(self, model, record_id):
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": record_id,
            "views": [[False, "form"]],
        }

    @api.model
    def _whose(self, scope):
        """Domain of the rows of the salesperson and team of the scope."""
        domain = [["company_id", "=", scope.company_id]]
        if scope.user_id:
            domain.append(["user_id", "=", scope.user_id])
        if scope.team_id:
            domain.append(["team_id", "=", scope.team_id])
        return domain

    @api.model
    def _open_lines(self, name, scope, **values):
        """The rows of the live forecast that a figure of the period sums up."""
        values = {"period_id": scope.period_id or 0, **values}
        domain = [[field, "=", value] for field, value in values.items()]
        return self._open(
            name, "crm.forecast.report", [*self._whose(scope), *domain], views=LIST[:1]
        )

    @api.model
    def _open_leads(self, name, scope, *conditions):
        """The open opportunities of the scope."""
        domain = [
            *self._whose_leads(scope),
            ["type", "=", "opportunity"],
            ["won_status", "=", "pending"],
            *conditions,
        ]
        return self._open(name, "crm.lead", domain)

    @api.model
    def _whose_leads(self, scope):
        """As `lead_company_sql`: a lead of no company is in that of its team, else of
        its salesperson."""
        company = scope.company_id
        alone = [
            "&",
            ["team_id.company_id", "=", False],
            ["user_id.company_id", "=", company],
        ]
        domain = [
            "|",
            ["company_id", "=", company],
            "&",
            ["company_id", "=", False],
            "|",
            ["team_id.company_id", "=", company],
            *alone,
        ]
        return domain + self._whose(scope)[1:]

    # -- names ------------------------------------------------------------------------
    @api.model
    def _names(self, model, ids):
        """{id: name} of the records that the user may read.

        Read as on any other screen, so that masks hold; for a workbook by Odoo's own
        export, with its limit and audit trail.
        """
        records = self._readable(model, ids)
        if self.env.context.get("crm_dashboard_export"):
            rows = records.export_data([".id", "display_name"])["datas"]
            return {int(record_id): name for record_id, name in rows}
        return {
            row["id"]: row["display_name"] for row in records.read(["display_name"])
        }

    @api.model
    def _readable(self, model, ids, names=("display_name",)):
        records = self.env[model].with_context(active_test=False)
        if not ids:
            return records
        return records.search_fetch([("id", "in", list(ids))], list(names))

    @api.model
    def _titles(self, model, ids):
        """{id: name} of records that everybody may read."""
        records = self.env[model].sudo().browse(ids - {None, False})
        return {row["id"]: row["name"] for row in records.read(["name"])}
