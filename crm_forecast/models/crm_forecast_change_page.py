from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from .crm_forecast_target import SEES_ALL

USUAL_DAYS = 7


class CrmForecastChange(models.TransientModel):
    """What the page "What Changed" asks for: choices, bars, and the leads of a bar.

    `options` come from the browser: period_id, date_from, date_to (YYYY-MM-DD),
    measure, team_id, user_id; what is missing takes its usual value.
    """

    # pylint: disable=consider-merging-classes-inherited,no-wizard-in-models
    _inherit = "crm.forecast.change"

    @api.model
    def change_page(self, options=None):
        """The page in one answer.

        :return: dict with the choices (`periods`, `teams`, `users`, `measures`), what
            is chosen (`period_id`, `date_from`, ...), and either `parts` (code, label,
            help, amount, count, in order) or the `message` that says why there are none
        """
        chosen = self._chosen(options or {})
        period = chosen["period"]
        page = {
            "periods": self._period_choices(period),
            "teams": self._team_choices(period),
            "users": self._user_choices(period),
            "measures": list(self._measure_labels().items()),
            "period_id": period.id,
            "date_from": fields.Date.to_string(chosen["date_from"]),
            "date_to": fields.Date.to_string(chosen["date_to"]),
            "measure": chosen["measure"],
            "team_id": chosen["team_id"],
            "user_id": chosen["user_id"],
            "currency_id": period.currency_id.id,
            "can_export": self.env["crm.forecast.workbook"]._can_export(),
            "message": self._no_changes_text(**chosen),
            "parts": [],
        }
        if not page["message"]:
            page["parts"] = self._bars(chosen)
        return page

    @api.model
    def open_part(self, part, options=None):
        """Action with the leads of one bar."""
        chosen = self._chosen(options or {})
        lookup, _rows = self._look_up(part, *self._arguments(chosen))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_forecast.crm_forecast_change_action"
        )
        name = self.env._(
            "%(part)s: %(period)s, %(start)s to %(end)s",
            part=self._part_labels()[part],
            period=chosen["period"].display_name,
            start=format_date(self.env, chosen["date_from"]),
            end=format_date(self.env, chosen["date_to"]),
        )
        return {
            **action,
            "name": name,
            "display_name": name,
            # a part may hold thousands of rows: they are named together
            "domain": [("lookup", "=", lookup)],
            "context": {},
        }

    # -- what is chosen ----------------------------------------------------------
    def _chosen(self, options):
        """The options of the browser, checked, with their usual values filled in."""
        Period = self.env["crm.forecast.period"]
        period = Period.browse(self._number(options.get("period_id"))).exists()
        period = period or self._usual_period()
        period.check_access("read")
        chosen = {
            "period": period,
            "measure": options.get("measure") or "amount_total",
            "team_id": self._number(options.get("team_id")),
            "user_id": self._number(options.get("user_id")),
        }
        first = chosen["first"] = self._first_day(period.company_id)
        usual_from, usual_to = self._usual_days(period, first)
        for name, usual in (("date_from", usual_from), ("date_to", usual_to)):
            chosen[name] = self._date(options.get(name)) or usual
        return chosen

    def _number(self, value):
        try:
            return int(value or 0)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("The options of the page are not valid.")
            ) from error

    def _date(self, value):
        try:
            return fields.Date.to_date(value or False)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("Enter the days as year-month-day, like 2026-03-31.")
            ) from error

    def _usual_period(self):
        """The current period of the company's usual kind, else the latest one."""
        company = self.env.company
        domain = [
            ("company_id", "=", company.id),
            ("kind", "=", company.forecast_period_kind),
        ]
        today = company._forecast_today()
        current = [("date_from", "<=", today), ("date_to", ">=", today)]
        Period = self.env["crm.forecast.period"]
        found = Period.search(domain + current, limit=1)
        found = found or Period.search(domain, order="date_from DESC", limit=1)
        if not found:
            raise UserError(
                self.env._(
                    "%(company)s has no forecast period yet. A manager creates them "
                    "under Forecast > Basis > Periods.",
                    company=company.name,
                )
            )
        return found

    def _usual_days(self, period, first):
        """A week ago, or where memory begins, and today."""
        today = period.company_id._forecast_today()
        usual = today - timedelta(days=USUAL_DAYS)
        return min(max(usual, first or today), today), today

    def _no_changes_text(self, period, date_from, date_to, first, **_chosen):
        """Why there is nothing to compare, or False."""
        if not first:
            return self._no_memory_text(period.company_id, None)
        return self._days_problem(period.company_id, date_from, date_to, first)

    def _arguments(self, chosen):
        """The arguments of `_changes`."""
        domain = [
            (name, "=", chosen[name]) for name in ("team_id", "user_id") if chosen[name]
        ]
        return (
            chosen["period"],
            chosen["date_from"],
            chosen["date_to"],
            domain,
            chosen["measure"],
        )

    # -- choices -----------------------------------------------------------------
    def _period_choices(self, period):
        periods = period.search_fetch(
            [("company_id", "in", self.env.companies.ids)],
            ["name", "kind", "date_from", "company_id"],
        )
        companies = len(periods.company_id) > 1
        usual = self.env.company.forecast_period_kind
        return [
            {
                "id": choice.id,
                "name": f"{choice.name} · {choice.company_id.name}"
                if companies
                else choice.name,
            }
            for choice in (periods | period).sorted(
                lambda p: (p.kind == usual, p.date_from), reverse=True
            )
        ]

    def _team_choices(self, period):
        if not self.env.user.has_groups(SEES_ALL):
            return []
        teams = self.env["crm.team"].search_fetch(
            [("company_id", "in", [False, period.company_id.id])], ["name"]
        )
        return [{"id": team.id, "name": team.name} for team in teams]

    def _user_choices(self, period):
        if not self.env.user.has_groups(SEES_ALL):
            return []
        users = self.env["res.users"].search(
            [
                ("share", "=", False),
                ("company_ids", "in", period.company_id.ids),
                (
                    "all_group_ids",
                    "in",
                    self.env.ref("sales_team.group_sale_salesman").ids,
                ),
            ]
        )
        return [{"id": user.id, "name": user.display_name} for user in users]

    def _measure_labels(self):
        return {
            "amount_total": self.env._("Forecast"),
            "amount_open": self.env._("Open Amount"),
        }

    # -- bars --------------------------------------------------------------------
    def _bars(self, chosen):
        labels, helps = self._part_labels(), self._part_helps()
        return [
            {"code": part, "label": labels[part], "help": helps[part], **figures}
            for part, figures in self._changes(*self._arguments(chosen)).items()
            if figures["count"] or part in ("start", "end")
        ]

    @api.model
    def _part_helps(self):
        """What each part means, for the tooltips."""
        return {
            "start": self.env._("What counted at the end of the first day."),
            "new": self.env._(
                "Not known, or not yet an opportunity, on the first day."
            ),
            "reopened": self.env._("Lost, archived or won on the first day, now open."),
            "slipped_in": self.env._("Was expected in another period, or had no date."),
            "grown": self.env._("The amount rose; counted at the former probability."),
            "shrunk": self.env._("The amount fell; counted at the former probability."),
            "more_likely": self.env._("The probability rose."),
            "less_likely": self.env._("The probability fell."),
            "slipped_out": self.env._(
                "Is now expected, or was won, in another period, or has no date."
            ),
            "lost": self.env._("Lost in between."),
            "archived": self.env._(
                "Archived, deleted, or merged into another opportunity."
            ),
            "won": self.env._(
                "Won in between: the won amount less what it was counted with before."
            ),
            "category": self.env._("Left out of the forecast, or taken back into it."),
            "reassigned": self.env._(
                "Went to, or came from, another salesperson or team."
            ),
            "company": self.env._("Went to, or came from, another company."),
            "end": self.env._(
                "What counts at the end of the last day; today: right now."
            ),
        }
