import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, Query
from odoo.tools.misc import format_date

from .crm_forecast_change_engine import Side, insert_sql, totals_sql
from .crm_stage import FORECAST_CATEGORIES

PARTS = (
    "new",
    "reopened",
    "slipped_in",
    "grown",
    "shrunk",
    "more_likely",
    "less_likely",
    "slipped_out",
    "lost",
    "archived",
    "won",
    "category",
    "reassigned",
    "company",
)
STATUSES = [
    ("open", "Open"),
    ("won", "Won"),
    ("lost", "Lost"),
    ("archived", "Archived"),
]
# also the one that a stage cannot give
CATEGORIES = list({**dict(FORECAST_CATEGORIES), "omitted": "Omitted"}.items())
MEASURES = ("amount_total", "amount_open")
# what a filter may name: a lead that leaves it has been reassigned or recategorised
FILTER_FIELDS = {"user_id", "team_id", "category"}


class CrmForecastChange(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """One lead of one part of a waterfall: what it was and is, between two days.

    The rows of a part are written when the user opens it, for that user alone. A side
    that the user may not see is empty: whoever handed a lead over sees what it was.
    """

    _name = "crm.forecast.change"
    _description = "Change of the Forecast"
    _order = "effect, id"
    _rec_name = "lead_id"

    lookup = fields.Char(
        index=True, readonly=True, help="The same for all rows written at once."
    )
    period_id = fields.Many2one("crm.forecast.period", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date("From", readonly=True)
    date_to = fields.Date("To", readonly=True)
    part = fields.Selection("_selection_part", readonly=True)
    lead_key = fields.Integer("Lead ID", readonly=True, aggregator=None)
    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    value_before = fields.Monetary("Counted Before", readonly=True)
    value_after = fields.Monetary("Counted After", readonly=True)
    effect = fields.Monetary("Change", readonly=True)
    status_before = fields.Selection(STATUSES, readonly=True)
    status_after = fields.Selection(STATUSES, readonly=True)
    category_before = fields.Selection(CATEGORIES, readonly=True)
    category_after = fields.Selection(CATEGORIES, readonly=True)
    expected_revenue_before = fields.Monetary("Amount Before", readonly=True)
    expected_revenue_after = fields.Monetary("Amount After", readonly=True)
    probability_before = fields.Float(
        "Probability Before (%)", readonly=True, aggregator="avg"
    )
    probability_after = fields.Float(
        "Probability After (%)", readonly=True, aggregator="avg"
    )
    date_before = fields.Date(readonly=True, help="Expected closing, or closing date.")
    date_after = fields.Date(readonly=True, help="Expected closing, or closing date.")
    user_id_before = fields.Many2one("res.users", "Salesperson Before", readonly=True)
    user_id_after = fields.Many2one("res.users", "Salesperson After", readonly=True)
    team_id_before = fields.Many2one("crm.team", "Sales Team Before", readonly=True)
    team_id_after = fields.Many2one("crm.team", "Sales Team After", readonly=True)
    stage_id_before = fields.Many2one("crm.stage", "Stage Before", readonly=True)
    stage_id_after = fields.Many2one("crm.stage", "Stage After", readonly=True)

    @api.model
    def _selection_part(self):
        return list(self._part_labels().items())

    @api.model
    def _part_labels(self):
        return {
            "start": self.env._("First Day"),
            "new": self.env._("New"),
            "reopened": self.env._("Reopened"),
            "slipped_in": self.env._("Slipped In"),
            "grown": self.env._("Grown"),
            "shrunk": self.env._("Shrunk"),
            "more_likely": self.env._("More Likely"),
            "less_likely": self.env._("Less Likely"),
            "slipped_out": self.env._("Slipped Out"),
            "lost": self.env._("Lost"),
            "archived": self.env._("Archived or Deleted"),
            "won": self.env._("Won"),
            "category": self.env._("Category Changed"),
            "reassigned": self.env._("Reassigned"),
            "company": self.env._("Company Changed"),
            "end": self.env._("Last Day"),
        }

    # -- what changed ------------------------------------------------------------
    @api.model
    def _changes(self, period, date_from, date_to, domain=None, measure="amount_total"):
        """How the forecast of a period moved between two days, by parts.

        Each day is what was known at its end; the company's today is the leads as they
        are now. Only what the user may see counts.

        :param domain: a filter on user_id, team_id and category of
            crm.forecast.report; leads that leave or enter it are parts of their own
        :param measure: `amount_total` (won + probability x amount) or `amount_open`
        :return: {part: {"amount": company currency, "count": leads}} from `start` over
            the PARTS to `end`; the amounts of the parts sum exactly to end - start
        """
        sides, options = self._prepare(period, date_from, date_to, domain, measure)
        found = {
            part: {"amount": amount, "count": count}
            for part, amount, count in self._run(totals_sql(sides, options))
        }
        return {
            part: found.get(part, {"amount": 0.0, "count": 0})
            for part in ("start", *PARTS, "end")
        }

    @api.model
    def _run(self, query):
        """The rows of a statement; compiling it would take longer than running it."""
        return self.env.execute_query(SQL("SET LOCAL jit = off; %s", query))

    @api.model
    def _fill(self, part, *arguments, **more):
        """The leads of one part of `_changes`, as rows of this model.

        :param part: one of the PARTS, or `start` or `end`; then those of `_changes`
        """
        return self._look_up(part, *arguments, **more)[1]

    @api.model
    def _look_up(
        self, part, period, date_from, date_to, domain=None, measure="amount_total"
    ):
        """:return: the `lookup` that the rows of a part have in common, and the rows"""
        if part not in ("start", *PARTS, "end"):
            raise UserError(self.env._("There is no such part of the waterfall."))
        sides, options = self._prepare(period, date_from, date_to, domain, measure)
        stamp = {
            "lookup": uuid.uuid4().hex,
            "create_uid": self.env.uid,
            "create_date": self.env.cr.now(),
            "write_uid": self.env.uid,
            "write_date": self.env.cr.now(),
            "period_id": period.id,
            "company_id": period.company_id.id,
            "date_from": date_from,
            "date_to": date_to,
        }
        rows = self._run(insert_sql(sides, options, part, stamp))
        return stamp["lookup"], self.browse([row_id for (row_id,) in rows])

    def _prepare(self, period, date_from, date_to, domain, measure):
        """The two sides and the options of the engine, with every argument checked."""
        period = period.with_env(self.env)
        period.ensure_one()
        period.check_access("read")
        date_from = fields.Date.to_date(date_from)
        date_to = fields.Date.to_date(date_to)
        if measure not in MEASURES:
            raise UserError(self.env._("There is no such measure."))
        company = period.company_id
        problem = self._days_problem(
            company, date_from, date_to, self._first_day(company)
        )
        if problem:
            raise UserError(problem)
        scope = self._scope_domain(domain)
        visible = self._visible_domain()
        today = company._forecast_today()
        self.env.flush_all()
        sides = [
            Side(
                period.id,
                day,
                day == today,
                self.env.cr.now(),
                self._condition(scope & visible),
                self._condition(visible),
            )
            for day in (date_from, date_to)
        ]
        return sides, {
            "measure": measure,
            "period_id": period.id,
            "company_id": company.id,
            "date_from": period.date_from,
            "date_to": period.date_to,
            "decimals": period.currency_id.decimal_places,
        }

    def _days_problem(self, company, date_from, date_to, first):
        """Why these two days cannot be compared, and what to choose; or False.

        :param first: day on which the company's memory begins, or None
        """
        if not date_from or not date_to:
            return self.env._("Choose both days, “From” and “To”.")
        if date_from > date_to:
            return self.env._("“From” is later than “To”: choose an earlier first day.")
        today = company._forecast_today()
        if date_to > today:
            return self.env._(
                "%(date)s is still to come: choose today or an earlier day.",
                date=format_date(self.env, date_to),
            )
        if date_from < today and (not first or date_from < first):
            return self._no_memory_text(company, first)
        return False

    @api.model
    def _first_day(self, company):
        """Day on which the company's memory begins, or None."""
        return self.env["crm.forecast.learning"]._first_day(company)

    def _no_memory_text(self, company, first):
        if not first:
            return self.env._(
                "%(company)s has no snapshot yet. The first one is taken tonight; from "
                "tomorrow on there is something to compare with.",
                company=company.name,
            )
        return self.env._(
            "The memory of %(company)s begins on %(date)s. Choose that day or a later "
            "one.",
            company=company.name,
            date=format_date(self.env, first),
        )

    # -- whose leads -------------------------------------------------------------
    def _visible_domain(self):
        """What the user may see of the forecast: the rules of the live report."""
        if self.env.su:
            return Domain.TRUE
        return Domain(
            self.env["ir.rule"]._compute_domain("crm.forecast.report", "read")
        )

    def _scope_domain(self, domain):
        scope = Domain(domain) if domain else Domain.TRUE
        for condition in scope.iter_conditions():
            if condition.field_expr not in FILTER_FIELDS:
                raise ValueError(f"no filter on {condition.field_expr}")
        return scope

    def _condition(self, domain):
        """Function from an alias with the columns of a state to the SQL of `domain`."""
        report = self.env["crm.forecast.report"].sudo()
        domain = domain.optimize_full(report)

        def condition(alias):
            row = SQL("(SELECT %s.*)", SQL.identifier(alias))
            query = Query(self.env, alias, row)
            alone = query.from_clause
            found = domain._to_sql(report, alias, query)
            # what is joined to the row (its team) needs a FROM of its own
            return found if query.from_clause == alone else query.subselect(found)

        return condition

    def action_open_lead(self):
        """Open the opportunity behind the row."""
        self.ensure_one()
        if not self.lead_id:
            raise UserError(self.env._("The opportunity has been deleted."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "views": [(False, "form")],
        }
