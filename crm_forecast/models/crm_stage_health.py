from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import formatLang

from ..tools.stage_health import (
    BAD_Z,
    MIN_ENDED,
    MIN_PERIODS,
    WARN_Z,
    Period,
    judge,
    worst,
)
from .crm_funnel_engine import health_sql

DAYS = 90
TRAILING_PERIODS = 4


class CrmStageHealth(models.AbstractModel):
    """Each stage against its own past: the last days against four spans before them.

    Judged are the stays that *ended* in a span, so that a recent span is not worse only
    because its opportunities are still open.
    """

    _name = "crm.stage.health"
    _description = "Stage Health"

    @api.model
    def _stage_domain(self, team=None):
        """The stages that are judged: open ones, of all teams or of this one."""
        domain = Domain("is_won", "=", False)
        if team:
            shared = Domain("team_ids", "=", False)
            domain &= shared | Domain("team_ids", "in", team.ids)
        return domain

    @api.model
    def _state_labels(self):
        """{state: what it is called}"""
        return {
            "good": self.env._("Not worse"),
            "warn": self.env._("Watch"),
            "bad": self.env._("Worse than usual"),
            "few": self.env._("Too few"),
        }

    @api.model
    def _definition(self, days=DAYS):
        """What the state of a stage means."""
        return self.env._(
            "The stays that ended in the last %(days)s days against the %(spans)s "
            "spans of the same length before, as distance in standard deviations (z): "
            "from %(warn)s to the worse on “watch”, from %(bad)s on “worse than "
            "usual”.",
            days=days,
            spans=TRAILING_PERIODS,
            warn=f"{WARN_Z:g}",
            bad=f"{BAD_Z:g}",
        )

    @api.model
    def _health(self, company, team=None, days=DAYS):
        """State of every open stage of a company or of one of its teams, as of now.

        Figures of all salespeople: the caller answers for who sees them.

        :return: see `_judge_stages`, in the order of the stages
        """
        self.env.flush_all()
        query = health_sql(
            company.id,
            team.id if team else None,
            self.env.cr.now(),
            days,
            TRAILING_PERIODS,
        )
        stages = self.env["crm.stage"].sudo().search(self._stage_domain(team))
        return self._judge_stages(stages, self.env.execute_query(query), days)

    @api.model
    def _judge_stages(self, stages, rows, days=DAYS):
        """What these figures say of each of these stages.

        :param rows: (stage id, age, ended, advanced, leaked, median days), see
            `health_sql`
        :return: list of dicts: ``stage`` (record), ``state`` (``good``, ``warn``,
            ``bad`` or ``few``), ``sentence``, ``ended`` and ``findings`` (see
            ``tools.stage_health.Finding``; empty with too few stays)
        """
        periods = {}
        for stage_id, age, *figures in rows:
            periods.setdefault(stage_id, {})[age] = Period(*figures)
        return [
            self._judge_stage(stage, periods.get(stage.id, {}), days)
            for stage in stages
        ]

    @api.model
    def _judge_stage(self, stage, periods, days):
        current = periods.get(0)
        past = [periods[age] for age in sorted(periods) if age]
        findings = judge(current, past)
        ended = current.ended if current else 0
        if findings is None:
            state, sentence = "few", self._few_sentence(ended, past, days)
        else:
            found = worst(findings)
            state, sentence = found.state, self._sentence(found, days)
        return {
            "stage": stage,
            "state": state,
            "sentence": sentence,
            "ended": ended,
            "findings": findings or [],
        }

    @api.model
    def _few_sentence(self, ended, past, days):
        if ended < MIN_ENDED:
            return self.env._(
                "Too few to judge: %(ended)s stays ended in the last %(days)s days; it "
                "takes %(minimum)s.",
                ended=ended,
                days=days,
                minimum=MIN_ENDED,
            )
        return self.env._(
            "Too little to compare with: of the %(spans)s spans of %(days)s days "
            "before, %(enough)s have %(minimum)s ended stays or more; it takes "
            "%(needed)s.",
            spans=TRAILING_PERIODS,
            days=days,
            enough=sum(period.ended >= MIN_ENDED for period in past),
            minimum=MIN_ENDED,
            needed=MIN_PERIODS,
        )

    @api.model
    def _sentence(self, found, days):
        if found.figure == "dwell":
            now, before = (
                formatLang(self.env, value, digits=1)
                for value in (found.now, found.before)
            )
        else:
            now, before = (
                self.env["crm.forecast.metric"]._text(value, "ratio", digits=0)
                for value in (found.now, found.before)
            )
        values = {
            "now": now,
            "before": before,
            "z": f"{found.z:+.1f}",
            "days": days,
        }
        if found.state == "good":
            return self.env._("Not worse than usual.")
        if found.figure == "conversion":
            return self.env._(
                "Fewer go on: %(now)s in the last %(days)s days, %(before)s before "
                "(z %(z)s).",
                **values,
            )
        if found.figure == "leakage":
            return self.env._(
                "More are lost here: %(now)s in the last %(days)s days, %(before)s "
                "before (z %(z)s).",
                **values,
            )
        return self.env._(
            "They stay longer: median %(now)s days, %(before)s before (z %(z)s).",
            **values,
        )
