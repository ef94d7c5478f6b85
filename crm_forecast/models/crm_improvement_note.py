from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.metric import verdict

FOLLOW_UP_DAYS = 14
# what a note is about, fixed when it is recorded; and what the system measures
SUBJECT = ("metric", "company_id", "team_id", "user_id", "stage_id", "period_id")
MEASURED = (
    "value_before",
    "value_after",
    "is_before_known",
    "is_after_known",
    "value_compared",
    "is_compared_known",
    "result",
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

    The result compares both values, but a figure that grows within a period is compared
    with what it was in the period before, up to the same day.
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
        string="Status",
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
    is_compared_known = fields.Boolean(readonly=True, copy=False)
    value_compared = fields.Float(
        "Period Before",
        readonly=True,
        copy=False,
        aggregator="avg",
        digits=(16, 4),
        help="Of a figure that grows within a period: what it was in the period before "
        "the one it was measured again in, up to the same day.",
    )
    before_shown = fields.Char("Figure Before", compute="_compute_shown")
    after_shown = fields.Char("Figure After", compute="_compute_shown")
    compared_shown = fields.Char("Compared With", compute="_compute_shown")
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

    @api.depends(
        *("metric", "is_before_known", "is_after_known", "is_compared_known"),
        *("value_before", "value_after", "value_compared", "date_after"),
    )
    @api.depends_context("lang")
    def _compute_shown(self):
        metrics = self.env["crm.forecast.metric"]._by_code()
        for note in self:
            note.before_shown = note._show(note.value_before, note.is_before_known)
            note.after_shown = note._show(note.value_after, note.is_after_known)
            metric = metrics.get(note.metric)
            note.compared_shown = note._show_compared(metric)

    def _show(self, value, known):
        """A value in its unit, as text."""
        self.ensure_one()
        if not known:
            return ""
        text = self.env["crm.forecast.metric"]._text
        return text(value, self.unit, self.currency_id)

    def _show_compared(self, metric):
        """What a figure that grows within a period was compared with, or why not."""
        if not metric or not metric.cumulative or not self.date_after:
            return ""
        if not self.is_compared_known:
            return self.env._(
                "No verdict: the figure grows within a period, and it is not known "
                "what it was in the period before up to the same day."
            )
        return self.env._(
            "%(value)s in the period before, up to the same day.",
            value=self._show(self.value_compared, known=True),
        )

    @api.depends(
        *("metric", "is_before_known", "is_after_known", "is_compared_known"),
        *("value_before", "value_after", "value_compared"),
    )
    def _compute_result(self):
        metrics = self.env["crm.forecast.metric"]._by_code()
        for note in self:
            metric = metrics.get(note.metric)
            if metric and metric.cumulative:
                other = note.value_compared if note.is_compared_known else None
            else:
                other = note.value_before if note.is_before_known else None
            note.result = metric and verdict(
                other, note.value_after if note.is_after_known else None, metric.better
            )

    # -- recording -------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        # said, not left out: what is missing would come from default_... in the context
        fresh = {**dict.fromkeys(MEASURED, False), "state": "open"}
        notes = super().create([{**vals, **fresh} for vals in vals_list])
        for note in notes:
            note._check_metric()
            scope = note._scope(period=note.period_id)
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
        if self.env.context.get("crm_improvement_measuring") is not MEASURING:
            self._check_written(vals)
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

    def _check_written(self, vals):
        """:raise UserError: what only the measuring may write"""
        if any(
            name in vals and self._differs(name, vals[name])
            for name in (*SUBJECT, *MEASURED)
        ):
            raise UserError(
                self.env._(
                    "What a note is about, and the figures, stay as they were when it "
                    "was recorded. Drop this note and record a new one."
                )
            )
        if vals.get("state") == "measured" and self._differs("state", "measured"):
            raise UserError(
                self.env._(
                    "A note is measured by the system. Open it and press “Measure Now”."
                )
            )

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
        """Only a figure of which it is known what is better can be followed up."""
        known = dict(self._selection_metric())
        if self.metric not in known:
            raise UserError(
                self.env._("There is no such figure: %(code)s.", code=self.metric)
            )

    def _scope(self, period=None, day=None):
        """The scope of the note in this period, else in the one that contains `day`."""
        self.ensure_one()
        company = self.company_id.sudo()
        kind = self.sudo().period_id.kind or company.forecast_period_kind
        return self.env["crm.forecast.scope"]._at(
            company,
            kind,
            period and period.id,
            day,
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

    # -- deciding ------------------------------------------------------------------
    def action_drop(self):
        self.write({"state": "dropped"})

    def action_reopen(self):
        self.write({"state": "open"})
