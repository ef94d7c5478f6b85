from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

SPANS = (30, 90, 180, 365)
GROUPS = (
    "team_id",
    "user_id",
    "state_id",
    "country_id",
    "category_id",
    "source_id",
    "journey_phase",
)
# figures of the table in their order, and whether they are leads to drill to; what they
# are called and mean is in the metric registry
FIGURES = {
    "entries": True,
    "advanced": True,
    "conversion": False,
    "leaked": True,
    "leakage": False,
    "returned": True,
    "reentry": True,
    "won": True,
    "win_rate": False,
    "dwell_median": False,
    "dwell_p90": False,
    "still": True,
    "unknown": False,
}
LARGEST_ID = 2**31 - 1
SEES_ALL = ("crm_forecast.group_manager", "sales_team.group_sale_salesman_all_leads")


class CrmFunnelPage(models.AbstractModel):
    """What the page Funnel Diagnosis shows, and the leads behind each of its figures.

    Everything is read through `crm.funnel.report`, whose rules decide who sees what.
    `options`: `company_id`, `team_id` (empty: all), `days` (one of SPANS) and `group`
    (one of GROUPS or empty).
    """

    _name = "crm.funnel.page"
    _description = "Funnel Diagnosis"

    # -- options -----------------------------------------------------------------
    @api.model
    def _scope(self, options):
        """The options, checked, with the moments of the span and of the one before."""
        try:
            options = dict(options or {})
            company_id = int(options.get("company_id") or self.env.company.id)
            team_id = int(options.get("team_id") or 0)
            days = int(options.get("days") or SPANS[1])
        except (OverflowError, TypeError, ValueError) as error:
            raise UserError(
                self.env._("The company or the period is not valid.")
            ) from error
        company = self.env["res.company"].browse(company_id)
        group = options.get("group") or ""
        if company not in self.env.companies:
            raise UserError(
                self.env._("Switch the company on in the menu to see its funnel.")
            )
        teams = self._teams(company)
        team = teams.filtered(lambda team: team.id == team_id)
        if (
            days not in SPANS
            or group not in ("", *GROUPS)
            or team.id != (team_id or False)
        ):
            raise UserError(
                self.env._(
                    "The team, the period or the grouping is not one of those "
                    "that can be chosen."
                )
            )
        zone = ZoneInfo(company._forecast_timezone())
        tomorrow = datetime.combine(
            company._forecast_today() + timedelta(days=1), time(), zone
        )
        until, since, before = (
            (tomorrow - timedelta(days=days * number))
            .astimezone(UTC)
            .replace(tzinfo=None)
            for number in (0, 1, 2)
        )
        return {
            "company": company,
            "teams": teams,
            "team": team,
            "days": days,
            "group": group,
            "now": (since, until),
            "before": (before, since),
            "dates": [
                fields.Date.to_string((tomorrow - timedelta(days=number)).date())
                for number in (days, 1)
            ],
        }

    @api.model
    def _teams(self, company):
        """Teams that the page can be narrowed to; who sees what of them, rules say."""
        return (
            self.env["crm.team"]
            .sudo()
            .search([("company_id", "in", (False, company.id))])
        )

    @api.model
    def _scope_domain(self, scope):
        """Rows of the company and team: those of the stay, or with `funnel_running`
        those that the opportunity has now."""
        domain = Domain("company_id", "=", scope["company"].id)
        if scope["team"]:
            domain &= Domain("team_id", "=", scope["team"].id)
        return domain

    @api.model
    def _stays(self, scope, span):
        """The report and the domain of the entries of a span."""
        since, until = (fields.Datetime.to_string(moment) for moment in span)
        report = self.env["crm.funnel.report"].with_context(
            funnel_from=since, funnel_to=until
        )
        domain = self._scope_domain(scope)
        return report, domain & Domain("enter", ">=", since) & Domain(
            "enter", "<", until
        )

    @api.model
    def _stuck(self, scope):
        """The report and the domain of stays that are too long now, whenever begun."""
        report = self.env["crm.funnel.report"].with_context(funnel_running=True)
        domain = self._scope_domain(scope) & Domain("still", "=", 1)
        return report, domain & Domain("lead_id.is_stuck", "=", True)

    # -- page --------------------------------------------------------------------
    @api.model
    def funnel_page(self, options):
        """Everything that the page shows, for the options (see the class)."""
        scope = self._scope(options)
        company = scope["company"]
        rows = self._rows(scope)
        return {
            "company_id": company.id,
            "companies": [
                {"id": each.id, "name": each.name} for each in self.env.companies
            ],
            "team_id": scope["team"].id,
            "teams": [{"id": team.id, "name": team.name} for team in scope["teams"]],
            "days": scope["days"],
            "spans": SPANS,
            "dates": scope["dates"],
            "group": scope["group"],
            "groups": self._group_labels(),
            "columns": self._columns(),
            "rows": rows,
            "bars": self._bars(rows),
            "health": self._health(scope),
            "health_help": self.env["crm.stage.health"]._definition(scope["days"]),
            "can_export": self.env.user.has_group("base.group_allow_export"),
        }

    @api.model
    def _group_labels(self):
        report = self.env["crm.funnel.report"]
        about = report.fields_get(GROUPS, ["string"])
        return [[name, about[name]["string"]] for name in GROUPS]

    @api.model
    def _columns(self):
        """Label, definition and unit of each figure, from the metric registry."""
        metrics = self.env["crm.forecast.metric"]._by_code()
        found = [
            (name, metrics[f"funnel_{name}"], drill) for name, drill in FIGURES.items()
        ]
        found.insert(-1, ("stuck", metrics["stuck_count"], True))
        return [
            {
                "name": name,
                "label": metric.name,
                "help": metric.definition,
                "unit": metric.unit,
                "drill": drill,
            }
            for name, metric, drill in found
        ]

    @api.model
    def _rows(self, scope):
        """A row per group and stage, stages in their order of today."""
        by = [scope["group"], "stage_id"] if scope["group"] else ["stage_id"]
        found = {}
        report, domain = self._stays(scope, scope["now"])
        sums = [f"{name}:{report._fields[name].aggregator}" for name in FIGURES]
        for *key, values in self._grouped(report, domain, by, sums):
            found[tuple(key)] = {
                "cells": dict(zip(FIGURES, values, strict=True)),
                "before": {},
            }
        report, domain = self._stays(scope, scope["before"])
        names = ("entries", "advanced", "leaked", "returned")
        for *key, values in self._grouped(
            report, domain, by, [f"{name}:sum" for name in names]
        ):
            row = found.setdefault(tuple(key), {"cells": {}, "before": {}})
            row["before"] = dict(zip(names, values, strict=True))
        report, domain = self._stuck(scope)
        for *key, (count,) in self._grouped(report, domain, by, ["__count"]):
            row = found.setdefault(tuple(key), {"cells": {}, "before": {}})
            row["cells"]["stuck"] = count
        rows = [
            {**self._keys(key, scope["group"]), **row} for key, row in found.items()
        ]
        weight = {}
        for row in rows:
            entries = row["cells"].get("entries") or 0
            weight[row["group_id"]] = weight.get(row["group_id"], 0) + entries
        rows.sort(
            key=lambda row: (
                -weight[row["group_id"]],
                row["group_label"],
                row["stage_order"],
            )
        )
        return rows

    @api.model
    def _grouped(self, report, domain, by, aggregates):
        for row in report._read_group(domain, by, aggregates):
            yield *row[: len(by)], row[len(by) :]

    @api.model
    def _keys(self, key, group):
        """What identifies a row on the screen and when it is drilled into."""
        stage = key[-1].sudo()
        phases = dict(
            self.env["crm.stage"]
            ._fields["journey_phase"]
            ._description_selection(self.env)
        )
        group_id, label = False, ""
        if group:
            value = key[0]
            if group == "journey_phase":
                group_id, label = value or False, phases.get(value)
            else:
                group_id, label = value.id, value.sudo().display_name
            label = label or self.env._("None")
        return {
            "group_id": group_id,
            "group_label": label,
            "stage_id": stage.id,
            "stage_label": stage.name or self.env._("(deleted stage)"),
            "stage_order": [not stage, stage.sequence, stage.name or "", stage.id],
            "is_won": stage.is_won,
            "phase": phases.get(stage.journey_phase) or "",
        }

    @api.model
    def _bars(self, rows):
        """Entries of each stage, all groups together, and the share that went on."""
        bars = {}
        for row in rows:
            bar = bars.setdefault(
                row["stage_id"],
                {
                    "label": row["stage_label"],
                    "phase": row["phase"],
                    "order": row["stage_order"],
                    "stage_id": row["stage_id"],
                    "is_won": row["is_won"],
                    **{"entries": 0, "before": 0, "advanced": 0, "ended": 0},
                },
            )
            cells = row["cells"]
            bar["entries"] += cells.get("entries") or 0
            bar["before"] += row["before"].get("entries") or 0
            bar["advanced"] += cells.get("advanced") or 0
            bar["ended"] += sum(
                cells.get(name) or 0 for name in ("advanced", "leaked", "returned")
            )
        for bar in bars.values():
            bar["conversion"] = bar["ended"] and bar["advanced"] / bar["ended"]
        return sorted(bars.values(), key=lambda bar: bar["order"])

    @api.model
    def _health(self, scope):
        """Health by stage, for who may see the figures of all; else None."""
        if not any(self.env.user.has_group(group) for group in SEES_ALL):
            return None
        health = self.env["crm.stage.health"]
        labels = health._state_labels()
        return [
            {
                "stage_id": row["stage"].id,
                "stage_label": row["stage"].name,
                "state": row["state"],
                "label": labels[row["state"]],
                "sentence": row["sentence"],
            }
            for row in health._health(
                scope["company"], scope["team"] or None, scope["days"]
            )
        ]
