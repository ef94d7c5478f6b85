import dataclasses
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, models
from odoo.exceptions import AccessError, UserError

EVERYBODY = "crm_forecast.group_manager,sales_team.group_sale_salesman_all_leads"


@dataclasses.dataclass(frozen=True)
class DashboardScope:
    """Whose figures, of which period. Ids; ``None`` means all.

    `cut` is the last day that counts in the period (today, or its end), `before_cut`
    the same day of the period before; both periods may be missing, then the days are
    those of the calendar.
    """

    company_id: int
    decimals: int
    tz: str
    kind: str
    today: date
    period_id: int | None
    date_from: date
    date_to: date
    before_id: int | None
    before_from: date
    before_to: date
    next_id: int | None = None
    user_id: int | None = None
    team_id: int | None = None
    stage_id: int | None = None

    @property
    def cut(self):
        return max(min(self.today, self.date_to), self.date_from)

    @property
    def before_cut(self):
        """The same day of the period before; its end when this period is over."""
        if self.today >= self.date_to:
            return self.before_to
        return min(self.before_from + (self.cut - self.date_from), self.before_to)

    @property
    def since(self):
        """First day that any figure looks at."""
        return min(self.before_from, self.date_from)

    @property
    def moments(self):
        """Begin and end (excluded) of the days that count, naive UTC."""
        return tuple(
            datetime.combine(day, time(), ZoneInfo(self.tz))
            .astimezone(UTC)
            .replace(tzinfo=None)
            for day in (self.date_from, self.cut + timedelta(days=1))
        )

    def local_date(self, moment):
        """The company's day of a naive UTC moment."""
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(self.tz)).date()

    def without_stage(self):
        return dataclasses.replace(self, stage_id=None)

    def narrowed(self, **ids):
        return dataclasses.replace(self, **ids)


class CrmForecastScope(models.AbstractModel):
    """Who may see whose figures, and which period is meant."""

    _name = "crm.forecast.scope"
    _description = "Scope of the Forecast Dashboards"

    @api.model
    def _sees_everybody(self):
        return any(self.env.user.has_group(group) for group in EVERYBODY.split(","))

    @api.model
    def _check(self, scope):
        """A salesperson sees own figures only."""
        if not self.env.user.has_group("crm_forecast.group_user"):
            raise AccessError(self.env._("The forecast needs the Sales role."))
        if scope.company_id not in self.env.companies.ids:
            raise AccessError(
                self.env._("Select a company that you are currently working in.")
            )
        if scope.user_id != self.env.uid and not self._sees_everybody():
            raise AccessError(
                self.env._(
                    "You may see your own figures only. Those of others are for “User: "
                    "All Documents” and forecast managers."
                )
            )

    @api.model
    def _make(self, options, user_id=None):
        """The scope of a page, checked.

        :param dict options: from the screen: company_id, kind, period_id, team_id and
            user_id, all of them optional
        :param user_id: whose figures when the options name nobody
        """
        values = {
            name: self._number(name, options.get(name))
            for name in ("company_id", "period_id", "team_id", "user_id")
        }
        company = self.env.company
        if values["company_id"]:
            company = self.env["res.company"].browse(values["company_id"])
        scope = self._at(
            company,
            options.get("kind"),
            values["period_id"],
            user_id=values["user_id"] or user_id,
            team_id=values["team_id"],
        )
        self._check(scope)
        return scope

    @api.model
    def _number(self, name, value):
        if value and not (isinstance(value, int) and value > 0):
            raise UserError(
                self.env._("“%(name)s” must be the number of a record.", name=name)
            )
        return value or None

    @api.model
    def _at(self, company, kind=None, period_id=None, day=None, **ids):
        """The scope of the period that is named, else of the one that contains `day`.

        :param day: default: the company's today
        """
        company = company.sudo()
        today = company._forecast_today()
        day = day or today
        period, before, following = self._periods(company, kind, period_id, day)
        date_from = period.date_from or day.replace(day=1)
        date_to = period.date_to or day
        before_from = before.date_from or date_from
        return DashboardScope(
            company_id=company.id,
            # known to the registry, without a query
            decimals=self.env["res.currency"].get_all_currencies()[
                company.currency_id.id
            ]["digits"][1],
            tz=company._forecast_timezone(),
            kind=period.kind or kind or company.forecast_period_kind,
            today=today,
            period_id=period.id or None,
            date_from=date_from,
            date_to=date_to,
            before_id=before.id or None,
            before_from=before_from,
            before_to=before.date_to or before_from,
            next_id=following.id or None,
            **ids,
        )

    @api.model
    def _periods(self, company, kind, period_id, day):
        """:return: (period, the one before, the one after); empty where none"""
        Period = self.env["crm.forecast.period"].sudo()
        kinds = dict(Period._fields["kind"].selection)
        if kind and kind not in kinds:
            raise UserError(self.env._("There is no such kind of period."))
        # a few for each year, read at once
        known = Period.search_fetch(
            [("company_id", "=", company.id)],
            ["name", "kind", "date_from", "date_to"],
            order="date_from",
        )
        if period_id:
            period = known.filtered(lambda period: period.id == period_id)
            if not period:
                raise UserError(
                    self.env._(
                        "This forecast period does not exist any more, or belongs to "
                        "another company. Open the page again."
                    )
                )
            kind, day = period.kind, period.date_from
        kind = kind or company.forecast_period_kind
        same = known.filtered(lambda period: period.kind == kind)
        begun = same.filtered(lambda period: period.date_from <= day)
        period = begun[-1:].filtered(lambda period: period.date_to >= day)
        return period, (begun - period)[-1:], (same - begun)[:1]
