from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import calls

KINDS = ("month", "quarter")
# what every row shows of a ``calls.Row``
SHOWN = (
    *calls.FIGURES,
    "learned",
    "new_business",
    "call",
    "override",
    "effective",
    "source",
)


class CrmForecastCalls(models.AbstractModel):
    """What the Forecast Calls screen and its workbook show."""

    _inherit = "crm.forecast.calls"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _columns(self):
        """Columns of the grid: name, label, help and unit; a figure that is a metric is
        called and defined as everywhere else."""
        metrics = self.env["crm.forecast.metric"]._by_code()

        def metric(name):
            known = metrics[name]
            return column(name, known.name, known.definition, known.unit)

        def column(name, label, definition, unit="amount"):
            return {"name": name, "label": label, "help": definition, "unit": unit}

        return [
            metric("won"),
            column(
                "commit",
                self.env._("Commit"),
                self.env._(
                    "Expected revenue of the open opportunities marked “Commit”."
                ),
            ),
            column(
                "best",
                self.env._("Best Case"),
                self.env._(
                    "Expected revenue of the open opportunities marked “Best Case”."
                ),
            ),
            column(
                "pipeline",
                self.env._("Pipeline"),
                self.env._(
                    "Expected revenue of the open opportunities marked “Pipeline”."
                ),
            ),
            metric("weighted"),
            metric("learned"),
            column(
                "call",
                self.env._("Call"),
                self.env._("What the salesperson expects to sell in the period."),
            ),
            column(
                "override",
                self.env._("Override"),
                self.env._("What the manager puts in its place, with a reason."),
            ),
            column(
                "effective",
                self.env._("Forecast"),
                self.env._(
                    "The override, else the call, else what is won by now and what the "
                    "recommended method expects on top. Of a team: its override, else "
                    "the sum of its rows."
                ),
            ),
            column(
                "error",
                self.env._("Error of Past Calls"),
                self.env._(
                    "How far the calls of up to three past periods, 7 days before "
                    "their end, were from what was sold, as a share of it."
                ),
                "ratio",
            ),
        ]

    @api.model
    @api.readonly
    def calls_page(self, company_id=False, kind=False, period_id=False):
        """Everything that the screen shows, in one call.

        :param company_id: default: the current company
        :param kind: ``month`` or ``quarter``; default: that of the company
        :param period_id: default: the period that contains today
        """
        self._check_user()
        company = self._company(company_id)
        kind = kind if kind in KINDS else company.forecast_period_kind
        period = self._period(company, kind, period_id)
        page = {
            "companies": [
                {"id": each.id, "name": each.name} for each in self.env.companies
            ],
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "kind": period.kind or kind,
            "columns": self._columns(),
            "can_export": self.env["crm.forecast.workbook"]._can_export(),
            "may_compute": self.env.user.has_group("crm_forecast.group_manager"),
            "sees_everything": self._sees_everything(),
            "user_id": self.env.uid,
            "period": False,
            "groups": [],
            "total": False,
        }
        if not period:
            return page
        before, after = self._neighbours(period)
        model = self._model(period)
        return {
            **page,
            "period": {
                "id": period.id,
                "name": period.name,
                "date_from": fields.Date.to_string(period.date_from),
                "date_to": fields.Date.to_string(period.date_to),
                "is_over": period.date_to < company._forecast_today(),
                "before_id": before.id,
                "after_id": after.id,
            },
            "model": self._model_values(model, page["sees_everything"]),
            **self._rows(period, model, page["sees_everything"]),
        }

    def _company(self, company_id):
        company = self.env["res.company"].browse(int(company_id or 0))
        company = company if company_id else self.env.company
        if company not in self.env.companies:
            raise AccessError(
                self.env._("This company is not among those that you switched on.")
            )
        return company

    def _model_values(self, model, everything):
        """What is said about the saved forecasts that count and stand beside; amounts
        of the company are not for everybody, nor is how wrong its methods were."""
        learned = model.runs.get("learned")
        counts = model.method != "weighted" and model.runs.get(model.method)
        latest = next(iter(model.runs.values()), None)
        labels = dict(
            self.env["crm.forecast.run"]
            ._fields["method"]
            ._description_selection(self.env)
        )
        result = {
            "has_run": bool(latest),
            "has_learned": bool(learned),
            "learned_date": fields.Date.to_string(learned.date) if learned else False,
            # probability × amount is that of now, not a saved one
            "method_date": fields.Date.to_string(counts.date) if counts else False,
            "method": model.method,
            "method_label": labels[model.method],
            "reason": model.reason if everything else "",
        }
        if everything and latest:
            result.update(
                undated_count=latest.undated_count,
                undated_amount=latest.undated_amount,
                omitted_count=latest.omitted_count,
                omitted_amount=latest.omitted_amount,
            )
        return result

    # -- rows -----------------------------------------------------------------
    def _rows(self, period, model, everything):
        """The teams with their rows and sum, and the total, that the user may see."""
        grid = self._grid(period, model)
        user = self.env.user
        teams = self.env["crm.team"].sudo().browse([t for t in grid.team_ids if t])
        led = set(teams.filtered(lambda team: team.user_id == user).ids)
        if not everything and not grid.person(user.id):
            grid.rows.append(calls.Row(user=user.id))
        visible = [
            row
            for row in grid.rows
            if everything or row.team in led or row.user == user.id
        ]
        ids = [row.user for row in visible if row.user]
        said = (*grid.said_by.values(), *grid.said_of_team.values())
        authors = {row.author_id.id for kinds in said for row in kinds.values()}
        # together, so that all names are read at once
        people = self.env["res.users"].sudo().browse(authors.union(ids))
        about = {
            "names": {each.id: each.name for each in people},
            "errors": self._errors(period, ids),
            "hints": self._hints(period.company_id, ids),
            "open": period.date_to >= period.company_id._forecast_today(),
        }
        manager = user.has_group("crm_forecast.group_manager")
        groups = []
        for team_id in grid.team_ids:
            rows = [row for row in visible if row.team == team_id]
            whole = everything or team_id in led
            if not rows:
                continue
            may_override = about["open"] and (manager or team_id in led)
            name = teams.browse(team_id).name if team_id else self.env._("Without Team")
            values = [self._row_values(grid, row, about, may_override) for row in rows]
            groups.append(
                {
                    "team_id": team_id,
                    "name": name,
                    "rows": sorted(
                        values, key=lambda row: (not row["user_id"], row["name"])
                    ),
                    "total": whole
                    and self._sum_values(
                        grid,
                        grid.team(team_id),
                        grid.of_team(team_id),
                        name,
                        may_override and bool(team_id),
                    ),
                }
            )
        total = everything and self._sum_values(
            grid, grid.all(), grid.rows, self.env._("Company"), False
        )
        learned = model.runs.get("learned")
        if total and learned:
            total.update(
                learned=learned.amount_total,
                low=learned.amount_low,
                high=learned.amount_high,
                new_business=learned.amount_new,
            )
        return {"groups": groups, "total": total}

    def _figures(self, row):
        return {name: getattr(row, name) for name in SHOWN}

    def _row_values(self, grid, row, about, may_override):
        said = grid.said_by.get(row.user, {})
        error, periods = about["errors"].get(row.user, (None, 0))
        return {
            **self._figures(row),
            "unsaid": row.unsaid,
            "user_id": row.user,
            "team_id": row.team,
            "name": about["names"].get(row.user, self.env._("Nobody")),
            "said": self._said_values(said),
            "has_history": bool(said),
            "error": error,
            "error_periods": periods,
            "hint": about["hints"].get(row.user, ""),
            "may_call": about["open"] and row.user == self.env.uid,
            "may_override": may_override and bool(row.user),
        }

    def _sum_values(self, grid, row, people, name, may_override):
        said = grid.said_of_team.get(row.team, {})
        people = [each for each in people if each.user]
        return {
            **self._figures(row),
            "user_id": False,
            "team_id": row.team,
            "name": name,
            "people": len(people),
            "callers": sum(each.call is not None for each in people),
            "said": self._said_values(said),
            "has_history": bool(said),
            "may_override": may_override,
        }

    def _said_values(self, said):
        """Who said it, when and why: {"call": {...}, "override": {...}}."""
        return {
            kind: {
                "author": row.author_id.name,
                "at": fields.Datetime.to_string(row.submitted_at),
                "reason": row.reason or "",
                "commit": row.commit_amount,
                "best": row.best_amount,
            }
            for kind, row in said.items()
            if not row.is_withdrawn
        }

    @api.model
    def _hints(self, company, user_ids):
        """{user id: sentence} of those whose statements are clearly off.

        Read with the user's own rights: it is for oneself and for who sees all.
        """
        rows = self.env["crm.forecast.optimism"].search_fetch(
            [
                ("company_id", "=", company.id),
                ("user_id", "in", user_ids),
                ("is_clear", "=", True),
            ],
            ["user_id", "stated", "won_share", "deals", "credibility", "is_clear"],
        )
        return {row.user_id.id: row.sentence for row in rows}

    # -- what a row opens -------------------------------------------------------
    @api.model
    def calls_open(self, period_id, user_id=False, team_id=False):
        """The opportunities of a row, each with the sentence that explains it.

        The lines of the last saved forecast that was learned, else of the recommended
        method; the live forecast where there is none, where probability × amount is
        recommended, which is that of now, and of a period that is over.
        """
        self._check_user()
        period = self.env["crm.forecast.period"].browse(int(period_id)).exists()
        if not period:
            raise UserError(self.env._("The period no longer exists. Reload the page."))
        period.check_access("read")
        model = self._model(period)
        methods = {method: run_id for run_id, method in self._saved_runs(model).items()}
        run_id = methods.get("learned") or methods.get(model.method)
        domain = [("user_id", "=", user_id or False)]
        if not user_id and team_id:
            domain.append(("team_id", "=", team_id))
        elif not user_id:
            # nobody's without a team: the row holds those of foreign teams as well
            teams = self._teams(period.company_id)
            domain.append(("team_id", "not in", teams.ids))
        lines = [("run_id", "=", run_id), *domain]
        Line = self.env["crm.forecast.line"]
        is_over = period.date_to < period.company_id._forecast_today()
        saved = run_id and not is_over and Line.search_count(lines, limit=1)
        view = (
            "crm_forecast_line_view_list" if saved else "crm_forecast_report_view_list"
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Opportunities of %(period)s", period=period.name),
            "res_model": Line._name if saved else "crm.forecast.report",
            "views": [(self.env.ref(f"crm_forecast.{view}").id, "list")],
            "domain": lines if saved else [("period_id", "=", period.id), *domain],
            "context": {},
        }
