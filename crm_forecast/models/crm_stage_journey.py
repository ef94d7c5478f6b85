from odoo import api, fields, models

JOURNEY_PHASES = [
    ("aware", "Aware"),
    ("search", "Search"),
    ("buy", "Buy"),
    ("use", "Use"),
]


class CrmStage(models.Model):
    """Stages say where the customer is in his own journey."""

    _inherit = "crm.stage"  # pylint: disable=consider-merging-classes-inherited

    journey_phase = fields.Selection(
        JOURNEY_PHASES,
        "Customer Journey",
        help="Where the customer is in this stage: has heard of you, looks for a "
        "solution, is about to buy, or uses what was bought.",
    )

    @api.model
    def _set_journey_phases(self):
        """Give stages without a phase the one that their position suggests.

        Won stages are "use"; the others are divided in three, in their order.
        """
        stages = self.search([("is_won", "=", False)])
        for position, stage in enumerate(stages):
            if not stage.journey_phase:
                third = position * 3 // len(stages)
                stage.journey_phase = ("aware", "search", "buy")[third]
        self.search(
            [("is_won", "=", True), ("journey_phase", "=", False)]
        ).journey_phase = "use"
