from odoo import api, models
from odoo.tools.misc import format_date

from ..tools.metric import UP
from .crm_dashboard_engine import titles_sql


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
            "can_export": self.env["crm.forecast.workbook"]._can_export(),
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
            "year under Forecast > Basis > Periods."
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

    @api.model
    def _tiles(self, scope, facts, codes):
        """Tiles of metrics, each with what it opens.

        :param facts: (now, before)
        """
        metrics = self.env["crm.forecast.metric"]._by_code()
        return [
            self._tile(
                metrics[code],
                facts,
                open=self._open_metric(metrics[code], scope, facts[0]),
                **self._caption(code, facts[0]),
            )
            for code in codes
        ]

    @api.model
    def _caption(self, code, now):
        """What stands below the value: bounds of the forecast, late activities."""
        if code == "learned" and now.get("learned_low") is not None:
            return {"low": now["learned_low"], "high": now["learned_high"]}
        if code == "activities" and now.get("activities_late"):
            return {
                "caption": self.env._("%s overdue", now["activities_late"]),
                "tone": "danger",
            }
        return {}

    @api.model
    def _cells(self, scope, facts, codes, name, *conditions):
        """Cells of a row of a table: metrics with what they open.

        :param conditions: domain terms of the opportunities that the row is about
        """
        metrics = self.env["crm.forecast.metric"]._by_code()
        cells = []
        for code in codes:
            value = metrics[code].value(facts)
            action = value and self._open_metric(
                metrics[code], scope, facts, *conditions, name=name
            )
            cells.append({"value": value, "open": action or False})
        return cells

    @api.model
    def _block(self, name, title, columns, rows, empty, **more):
        """A table; `more`: help, open, and total where not all rows are shown."""
        return {
            "name": name,
            "title": title,
            "help": "",
            "columns": columns,
            "rows": rows,
            "total": len(rows),
            "empty": empty,
            **more,
        }

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
        # a forecast manager need not be a salesperson
        if not ids or not records.has_access("read"):
            return records
        return records.search_fetch([("id", "in", list(ids))], list(names))

    @api.model
    def _titles(self, **ids):
        """{table: {id: name}} of records whose names everybody may know, in one query.

        :param ids: the ids wanted of res_users, res_country and res_country_state
        """
        rows = self.env.execute_query(titles_sql(self.env.lang or "en_US", **ids))
        titles = {table: {} for table in ids}
        for table, record_id, name in rows:
            titles[table][record_id] = name
        return titles
