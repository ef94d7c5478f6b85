from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date, formatLang

from ..tools.metric import verdict

FOLLOW_UP_DAYS = 14
# what a note is about, fixed when it is recorded; and what the system measures
SUBJECT = ("metric", "company_id", "team_id", "user_id", "stage_id", "period_id")
MEASURED = (
    "value_before",
    "value_after",
    "is_before_known",
    "is_after_known",
    "date_before",
    "date_after",
    "period_after_id",
)
# in the context, this object lets the system write what it measured; an object, because
# a value in the context of an RPC call can never be it
MEASURING = object()


class CrmImprovementNote(models.Model):
    """What we do about a figure, and whether it helped.

    Recorded from a tile: the server measures the metric at that moment for the team,
    salesperson or stage; on the follow-up date it measures it again, in the period of
    the same kind that contains that day. Neither value can be entered by hand.
    """

    _name = "crm.improvement.note"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Improvement Note"
    _order = "date_follow_up, id"
    _check_company_auto = True

    name = fields.Char("What We Will Do", required=True, tracking=True)
    description = fields.Text("Details")
    metric = fields.Selection("_selection_metric", required=True)
    unit = fields.Char(compute="_compute_unit")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one("crm.team", "Sales Team", ondelete="set null")
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        ondelete="set null",
        help="Whose figure it is; empty: that of the team or company.",
    )
    stage_id = fields.Many2one("crm.stage", ondelete="set null")
    scope_name = fields.Char("Figure Of", compute="_compute_scope_name")
    period_id = fields.Many2one(
        "crm.forecast.period", check_company=True, ondelete="set null"
    )
    responsible_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    date_follow_up = fields.Date(
        "Follow-up Date",
        required=True,
        default=lambda self: (
            fields.Date.context_today(self) + timedelta(days=FOLLOW_UP_DAYS)
        ),
        tracking=True,
        help="The figure is measured again in the night of this day.",
    )
    state = fields.Selection(
        [("open", "In Progress"), ("measured", "Measured"), ("dropped", "Dropped")],
        default="open",
        required=True,
        tracking=True,
        group_expand=True,
        copy=False,
    )
    is_before_known = fields.Boolean(readonly=True, copy=False)
    is_after_known = fields.Boolean(readonly=True, copy=False)
    value_before = fields.Float(
        "Before", readonly=True, copy=False, aggregator="avg", digits=(16, 4)
    )
    value_after = fields.Float(
        "After", readonly=True, copy=False, aggregator="avg", digits=(16, 4)
    )
    before_shown = fields.Char("Figure Before", compute="_compute_shown")
    after_shown = fields.Char("Figure After", compute="_compute_shown")
    date_before = fields.Date("Recorded", readonly=True, copy=False)
    date_after = fields.Date("Measured Again", readonly=True, copy=False)
    period_after_id = fields.Many2one("crm.forecast.period", readonly=True, copy=False)
    result = fields.Selection(
        [("better", "Better"), ("same", "Same"), ("worse", "Worse")],
        compute="_compute_result",
        store=True,
    )

    @api.model
    def _selection_metric(self):
        """Metrics of which it is known which direction is better."""
        metrics = self.env["crm.forecast.metric"]._metrics()
        return [(metric.code, metric.name) for metric in metrics if metric.better]

    @api.depends("metric")
    def _compute_unit(self):
        metrics = self.env["crm.forecast.metric"]._by_code()
        for note in self:
            note.unit = metrics[note.metric].unit if note.metric in metrics else ""

    @api.depends("company_id", "team_id", "user_id", "stage_id")
    def _compute_scope_name(self):
        for note in self.sudo():
            parts = (note.user_id.name, note.team_id.name, note.stage_id.name)
            found = " · ".join(part for part in parts if part)
            note.scope_name = found or note.company_id.name

    @api.depends("is_before_known", "is_after_known", "value_before", "value_after")
    @api.depends("value_before", "metric")
    @api.depends_context("lang")
    def _compute_shown(self):
        for note in self:
            note.before_shown = note._show(note.value_before, note.is_before_known)
            note.after_shown = note._show(note.value_after, note.is_after_known)

    def _show(self, value, known):
        """A value in its unit, as text."""
        self.ensure_one()
        if not known:
            return ""
        if self.unit == "ratio":
            return f"{value:.1%}"
        if self.unit == "amount":
            return formatLang(self.env, value, currency_obj=self.currency_id)
        text = formatLang(self.env, value, digits=1 if self.unit == "days" else 0)
        return self.env._("%s days", text) if self.unit == "days" else text

    @api.depends("is_before_known", "is_after_known", "value_before", "value_after")
    @api.depends("metric", "value_before")
    def _compute_result(self):
        metrics = self.env["crm.forecast.metric"]._by_code()
        for note in self:
            metric = metrics.get(note.metric)
            note.result = metric and verdict(
                note.value_before if note.is_before_known else None,
                note.value_after if note.is_after_known else None,
                metric.better,
            )

    # -- recording -------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        own = self.env.context.get("crm_improvement_measuring") is MEASURING
        if not own:
            vals_list = [
                {name: value for name, value in vals.items() if name not in MEASURED}
                for vals in vals_list
            ]
        notes = super().create(vals_list)
        for note in notes:
            note._check_metric()
            scope = note._scope(note.period_id)
            self.env["crm.forecast.scope"]._check(scope)
            value = self.env["crm.forecast.metric"]._measure(note.metric, scope)
            note._keep(
                {
                    "value_before": value,
                    "is_before_known": value is not None,
                    "date_before": scope.today,
                    "period_id": scope.period_id,
                }
            )
            note._plan_follow_up()
        return notes

    def write(self, vals):
        if self.env.context.get("crm_improvement_measuring") is not MEASURING and any(
            name in vals and self._differs(name, vals[name])
            for name in (*SUBJECT, *MEASURED)
        ):
            raise UserError(
                self.env._(
                    "What a note is about, and the figures, stay as they were when it "
                    "was recorded. Drop this note and record a new one."
                )
            )
        result = super().write(vals)
        planned = {
            key: vals[name]
            for key, name in (
                ("date_deadline", "date_follow_up"),
                ("new_user_id", "responsible_id"),
            )
            if name in vals
        }
        if planned:
            self.activity_reschedule(["mail.mail_activity_data_todo"], **planned)
        return result

    def _differs(self, name, value):
        field = self._fields[name]
        return any(
            field.convert_to_write(note[name], note) != (value or False)
            if field.type == "many2one"
            else note[name] != field.convert_to_cache(value, note)
            for note in self
        )

    def _keep(self, values):
        self.with_context(crm_improvement_measuring=MEASURING).write(values)

    def _check_metric(self):
        """A figure that is not counted by stage cannot be followed by stage."""
        known = dict(self._selection_metric())
        if self.metric not in known:
            raise UserError(
                self.env._("There is no such figure: %(code)s.", code=self.metric)
            )

    def _scope(self, period=None):
        """The scope of the note: its period while that runs, else the present one."""
        self.ensure_one()
        company = self.company_id.sudo()
        kind = self.sudo().period_id.kind or company.forecast_period_kind
        return self.env["crm.forecast.scope"]._at(
            company,
            kind,
            period and period.id,
            user_id=self.user_id.id or None,
            team_id=self.team_id.id or None,
            stage_id=self.stage_id.id or None,
        )

    def _plan_follow_up(self):
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.date_follow_up,
            summary=self.env._("See whether it helped"),
            user_id=self.responsible_id.id,
        )

    # -- following up ----------------------------------------------------------
    def action_measure(self):
        """Button: measure the figure again, now."""
        self.check_access("write")
        for note in self:
            note._measure_again()

    def _measure_again(self):
        """The scope was checked when the note was recorded and cannot change."""
        self.ensure_one()
        scope = self._scope()
        value = self.env["crm.forecast.metric"]._measure(self.metric, scope)
        self._keep(
            {
                "value_after": value,
                "is_after_known": value is not None,
                "date_after": scope.today,
                "period_after_id": scope.period_id,
                "state": "measured",
            }
        )
        self.message_post(body=self._measured_text(scope))

    def _measured_text(self, scope):
        metric = self.env["crm.forecast.metric"]._by_code()[self.metric]
        unknown = self.env._("not known")
        results = dict(self._fields["result"]._description_selection(self.env))
        return self.env._(
            "%(metric)s on %(date)s: %(after)s; when the note was recorded: "
            "%(before)s. %(result)s",
            metric=metric.name,
            date=format_date(self.env, scope.today),
            after=self.after_shown or unknown,
            before=self.before_shown or unknown,
            result=results.get(self.result, ""),
        )

    def action_drop(self):
        self.write({"state": "dropped"})

    def action_reopen(self):
        self.write({"state": "open"})

    @api.model
    def _measure_due(self):
        """Nightly job: measure what is due, in the language of who is responsible."""
        for company in self.env["res.company"].search([("active", "=", True)]):
            due = self.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "open"),
                    ("date_follow_up", "<=", company._forecast_today()),
                ]
            )
            for note in due:
                note.with_context(lang=note.responsible_id.lang)._measure_again()
