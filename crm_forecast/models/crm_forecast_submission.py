import math

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ..tools import calls
from .crm_forecast_submission_engine import (
    COLUMNS,
    insert_sql,
    known_on_sql,
    latest_ids_sql,
)


class CrmForecastSubmission(models.Model):
    """What a salesperson called, or a manager put in its place; never altered.

    - A new row does not replace the old one: the latest counts, the rest is history.
    - Each row keeps what the screen showed when it was made.
    - A call is about its author. An override is about a salesperson, or, without
      salesperson, about the whole team; it has a reason, and may be taken back.
    """

    _name = "crm.forecast.submission"
    _inherit = ["crm.forecast.memory"]
    _description = "Forecast Call"
    _order = "id DESC"
    _rec_name = "period_id"
    _log_access = False
    _memory_immutable = True

    period_id = fields.Many2one(
        "crm.forecast.period", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("call", "Call"), ("override", "Override")], required=True, readonly=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        readonly=True,
        ondelete="restrict",
        help="Whom the figure is about; empty for a whole team.",
    )
    team_id = fields.Many2one(
        "crm.team", "Sales Team", readonly=True, ondelete="restrict"
    )
    author_id = fields.Many2one(
        "res.users", "Submitted By", required=True, readonly=True, ondelete="restrict"
    )
    submitted_at = fields.Datetime("Submitted", required=True, readonly=True)
    # averaged, so that a chart of several calls in one month shows no sum of them
    amount = fields.Monetary(readonly=True, aggregator="avg")
    commit_amount = fields.Monetary("Commit", readonly=True, aggregator="avg")
    best_amount = fields.Monetary("Best Case", readonly=True, aggregator="avg")
    reason = fields.Char(readonly=True)
    is_withdrawn = fields.Boolean(
        "Taken Back",
        readonly=True,
        help="From here on the salesperson's own call counts again.",
    )
    won_amount = fields.Monetary(
        "Won Then", readonly=True, aggregator=None, help="Won so far, as shown then."
    )
    weighted_amount = fields.Monetary(
        "Won and Weighted Then", readonly=True, aggregator=None
    )
    model_amount = fields.Monetary(
        "Learned Forecast Then",
        readonly=True,
        aggregator=None,
        help="From the saved forecast that the screen showed; zero without one.",
    )
    is_latest = fields.Boolean(
        "Latest", compute="_compute_is_latest", search="_search_is_latest"
    )

    _period_idx = models.Index("(period_id, kind, user_id, team_id, id DESC)")
    _about_somebody = models.Constraint(
        "CHECK (user_id IS NOT NULL OR (kind = 'override' AND team_id IS NOT NULL))",
        "A call is about a salesperson, an override about a salesperson or a team.",
    )
    _override_reason = models.Constraint(
        "CHECK (kind = 'call' OR length(trim(reason)) > 0)",
        "An override needs a reason.",
    )
    _call_by_oneself = models.Constraint(
        "CHECK (kind = 'override' OR author_id = user_id)",
        "A call is made by the salesperson alone.",
    )
    _not_negative = models.Constraint(
        "CHECK (amount >= 0 AND commit_amount >= 0 AND best_amount >= 0)",
        "Amounts cannot be negative.",
    )

    @api.depends("period_id", "kind", "user_id", "team_id")
    def _compute_is_latest(self):
        latest = self.search([("id", "in", self.ids), ("is_latest", "=", True)])
        for row in self:
            row.is_latest = row in latest

    def _search_is_latest(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = Domain("id", "in", latest_ids_sql())
        return found if True in value else ~found

    @api.model
    def _latest(self, period):
        """What counts now, of the rows that the user may see.

        :return: {(user id, team id): {"call": row, "override": row}}; the user id is
            False for a whole team; a kind without row is missing; an override that
            was taken back is there, with ``is_withdrawn``
        """
        rows = self.search_fetch(
            [("period_id", "=", period.id), ("is_latest", "=", True)], COLUMNS
        )
        result, keys = {}, {}
        for row in rows:  # newest first: the team is that of the newest row
            about = row.user_id.id or (row.team_id.id, "team")
            key = keys.setdefault(about, (row.user_id.id, row.team_id.id))
            result.setdefault(key, {})[row.kind] = row
        return result

    @api.model
    def _known_on(self, period, date):
        """(kind, user id, team id, amount) of what counted at the end of ``date``."""
        return self.env.execute_query(known_on_sql(period.id, date))

    # -- submitting --------------------------------------------------------------
    @api.model
    def action_call(self, period_id, amount, commit_amount, best_amount):
        """Submit the user's own call of an open period.

        :return: id of the new row
        """
        self.check_access("read")
        period = self._open_period(period_id)
        user = self.env.user
        return self._submit(
            period,
            {
                "kind": "call",
                "user_id": user.id,
                "amount": self._amount(amount, self.env._("My Call")),
                "commit_amount": self._amount(commit_amount, self.env._("Commit")),
                "best_amount": self._amount(best_amount, self.env._("Best Case")),
            },
        )

    @api.model
    def action_override(
        self, period_id, amount, reason, user_id=False, team_id=False, withdraw=False
    ):
        """Put a figure in the place of a salesperson's call, or of a whole team's.

        :param user_id: the salesperson, or
        :param team_id: the team
        :param bool withdraw: take the override back instead; ``amount`` is ignored
        :return: id of the new row
        """
        self.check_access("read")
        period = self._open_period(period_id)
        if bool(user_id) == bool(team_id):
            raise UserError(
                self.env._("Choose a salesperson or a sales team to override.")
            )
        reason = reason.strip() if isinstance(reason, str) else ""
        if not reason:
            raise UserError(
                self.env._(
                    "“Reason” is empty: an override needs one, so that everybody can "
                    "see later why the figure was changed."
                )
            )
        return self._submit(
            period,
            {
                "kind": "override",
                "user_id": user_id or None,
                "team_id": team_id or None,
                "amount": 0.0
                if withdraw
                else self._amount(amount, self.env._("Override")),
                "reason": reason,
                "is_withdrawn": bool(withdraw),
            },
        )

    def _open_period(self, period_id):
        period = self.env["crm.forecast.period"].browse(int(period_id)).exists()
        if not period:
            raise UserError(self.env._("The period no longer exists. Reload the page."))
        period.check_access("read")
        company = period.company_id
        if company not in self.env.companies:
            raise AccessError(
                self.env._(
                    "“%(period)s” belongs to %(company)s, which is not among your "
                    "companies.",
                    period=period.name,
                    company=company.sudo().name,
                )
            )
        if period.date_to < company._forecast_today():
            raise UserError(
                self.env._(
                    "“%(period)s” ended on %(date)s: its forecast can no longer be "
                    "changed. Choose a period that is still open.",
                    period=period.name,
                    date=format_date(self.env, period.date_to),
                )
            )
        return period

    def _amount(self, value, label):
        """``value`` as a number that can be a forecast."""
        if (
            not isinstance(value, int | float)
            or isinstance(value, bool)
            or not math.isfinite(value)
        ):
            raise UserError(
                self.env._(
                    "“%(field)s” is not a number. Enter zero or more.", field=label
                )
            )
        if value < 0:
            raise UserError(
                self.env._("“%(field)s” is negative. Enter zero or more.", field=label)
            )
        return value

    def _submit(self, period, values):
        """Check who it is about, add what the screen shows, and keep the row."""
        grid = self.env["crm.forecast.calls"]._grid(period)
        row = self._row_about(grid, period, values)
        if values.get("is_withdrawn") and row.override is None:
            raise UserError(
                self.env._(
                    "There is no override to take back. Reload the page to see what "
                    "counts now."
                )
            )
        currency = period.company_id.currency_id
        for name in ("amount", "commit_amount", "best_amount"):
            if name in values:
                values[name] = currency.round(values[name])
        self.env.flush_all()
        ((row_id,),) = self.env.execute_query(
            insert_sql(
                {
                    **values,
                    "period_id": period.id,
                    "company_id": period.company_id.id,
                    "team_id": row.team or None,
                    "author_id": self.env.uid,
                    "submitted_at": self.env.cr.now(),
                    "won_amount": row.won,
                    "weighted_amount": row.weighted,
                    "model_amount": row.learned or 0.0,
                }
            )
        )
        self.invalidate_model()
        return row_id

    def _row_about(self, grid, period, values):
        """The row of the grid that a call or override is about, if the user may."""
        user, team = values.get("user_id"), values.get("team_id")
        row = grid.person(user) if user else grid.team(team)
        if row is None and values["kind"] == "call":
            return calls.Row(user=user)  # neither in a team nor with opportunities
        if row is None:
            raise UserError(
                self.env._(
                    "There is no such salesperson or sales team in the forecast of "
                    "%(company)s. Add the salesperson to one of its teams.",
                    company=period.company_id.name,
                )
            )
        if values["kind"] == "override" and not self._may_override(row.team):
            raise AccessError(
                self.env._(
                    "Only forecast managers and the leader of the sales team can "
                    "override a forecast."
                )
            )
        return row

    @api.model
    def _may_override(self, team_id):
        if self.env.user.has_group("crm_forecast.group_manager"):
            return True
        team = self.env["crm.team"].sudo().browse(team_id or ())
        return bool(team) and team.user_id == self.env.user
