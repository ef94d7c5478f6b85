from odoo import api, models

from ..tools import metric as maths
from ..tools.metric import DOWN, UP, Metric, identity
from .crm_funnel_facts import COUNTS, DAYS

# shares: what of what, and the direction of an improvement
RATIOS = {
    "conversion": (("advanced", "ended"), UP),
    "leakage": (("leaked", "ended"), DOWN),
    "win_rate": (("won", "closed"), UP),
}


class CrmForecastMetric(models.AbstractModel):
    """The figures of the funnel in the registry."""

    _inherit = "crm.forecast.metric"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _metrics(self):
        return [*super()._metrics(), *self._metrics_funnel()]

    @api.model
    def _metrics_funnel(self):
        """Of entries into a stage; name and definition are those of the report, whose
        pivot shows them, too."""
        about = self.env["crm.funnel.report"].fields_get(
            [*COUNTS, *RATIOS, *DAYS], ["string", "help"]
        )

        def metric(name, unit, facts, better="", compute=identity):
            return Metric(
                f"funnel_{name}",
                about[name]["string"],
                about[name]["help"],
                unit,
                facts=tuple(f"funnel_{fact}" for fact in facts),
                compute=compute,
                better=better,
            )

        return [
            *(metric(name, "count", [name]) for name in COUNTS),
            *(
                metric(name, "ratio", facts, better, maths.share)
                for name, (facts, better) in RATIOS.items()
            ),
            *(metric(name, "days", [name], DOWN) for name in DAYS),
        ]
