from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.mail import html2plaintext
from odoo.tools.misc import format_date


class CrmImprovementNote(models.Model):
    """Following up: the figure is measured again, and the note says what came of it."""

    _inherit = "crm.improvement.note"  # pylint: disable=consider-merging-classes-inherited

    def action_measure(self):
        """Button: measure the figure again, now."""
        self.check_access("write")
        for note in self:
            note._measure_again()

    def _measure_again(self):
        """The scope was checked when the note was recorded and cannot change."""
        self.ensure_one()
        registry = self.env["crm.forecast.metric"]
        metric = registry._metric(self.metric)
        # the nightly job may come late: the period is still that of the follow-up date
        today = self.company_id.sudo()._forecast_today()
        scope = self._scope(day=min(self.date_follow_up, today))
        value, compared = registry._measure_both(self.metric, scope)
        if not metric.cumulative:
            compared = None
        self._keep(
            {
                "value_after": value,
                "is_after_known": value is not None,
                "value_compared": compared,
                "is_compared_known": compared is not None,
                "date_after": scope.today,
                "period_after_id": scope.period_id,
                "state": "measured",
            }
        )
        self.message_post(body=self._measured_text(metric, scope))

    def _measured_text(self, metric, scope):
        unknown = self.env._("not known")
        results = dict(self._fields["result"]._description_selection(self.env))
        values = {
            "metric": metric.name,
            "date": format_date(self.env, scope.today),
            "after": self.after_shown or unknown,
            "before": self.before_shown or unknown,
            "compared": self.compared_shown,
            "result": results.get(self.result, ""),
        }
        if metric.cumulative:
            return self.env._(
                "%(metric)s on %(date)s: %(after)s; when the note was recorded: "
                "%(before)s. %(compared)s %(result)s",
                **values,
            )
        return self.env._(
            "%(metric)s on %(date)s: %(after)s; when the note was recorded: "
            "%(before)s. %(result)s",
            **values,
        )

    def _measure_or_say_why(self):
        """Measure again; a note that cannot be measured says so once and stays open."""
        try:
            with self.env.cr.savepoint():
                self._measure_again()
        except UserError as error:
            text = self.env._("Not measured: %(reason)s", reason=error)
            said = (html2plaintext(message.body) for message in self.message_ids)
            if text not in said:
                self.message_post(body=text)

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
                note.with_context(lang=note.responsible_id.lang)._measure_or_say_why()
