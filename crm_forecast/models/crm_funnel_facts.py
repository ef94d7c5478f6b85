from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Domain

# what is summed up of the entries of a period, and what is worked out of their stays
COUNTS = (
    *("entries", "ended", "advanced", "leaked", "returned", "still", "unknown"),
    *("reentry", "won", "closed"),
)
DAYS = ("dwell_median", "dwell_p90")


class CrmForecastFacts(models.AbstractModel):
    """The entries into the stages as a source of facts."""

    _inherit = "crm.forecast.facts"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _sources(self):
        names = {f"funnel_{name}" for name in (*COUNTS, *DAYS)}
        return {**super()._sources(), "funnel": names}

    @api.model
    def _source_funnel(self, scope):
        now = self._funnel_facts(scope, scope.date_from, scope.cut)
        if not scope.before_id:
            return now, {}
        return now, self._funnel_facts(scope, scope.before_from, scope.before_cut)

    @api.model
    def _funnel_facts(self, scope, first, last):
        """Facts of the entries from `first` to `last`, days of the company."""
        since, until = (
            fields.Datetime.to_string(
                datetime.combine(day, time(), ZoneInfo(scope.tz)).astimezone(UTC)
            )
            for day in (first, last + timedelta(days=1))
        )
        domain = Domain("company_id", "=", scope.company_id)
        domain &= Domain("enter", ">=", since) & Domain("enter", "<", until)
        for name in ("user_id", "team_id", "stage_id"):
            if value := getattr(scope, name):
                domain &= Domain(name, "=", value)
        report = self.env["crm.funnel.report"].with_context(
            funnel_from=since, funnel_to=until
        )
        names = (*COUNTS, *DAYS)
        [values] = report._read_group(
            domain, [], [f"{name}:{report._fields[name].aggregator}" for name in names]
        )
        facts = {}
        for name, value in zip(names, values, strict=True):
            # no entries are none; how long they stayed is not known
            if value is None or value is False:
                value = 0 if name in COUNTS else None
            facts[f"funnel_{name}"] = value
        return facts
