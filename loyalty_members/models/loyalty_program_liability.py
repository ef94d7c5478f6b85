from odoo import api, fields, models

from . import loyalty_report_engine as engine


class LoyaltyProgram(models.Model):
    """What a point is worth, and which share of the points will never be used.

    IFRS 15: granted points are a promise to the customer, so their value is deferred
    until they are used or expire; the share that is expected never to be used
    (breakage) is no part of the liability.
    """

    _inherit = "loyalty.program"  # pylint: disable=R8180

    point_value = fields.Float(
        string="Value of a Point",
        digits=(16, 4),
        default=1,
        help="What one point is worth when it is redeemed, in the currency of the "
        "company.",
    )
    breakage_method = fields.Selection(
        [("fixed", "The Share Set Here"), ("history", "Measured from Past Points")],
        string="Expected Breakage",
        required=True,
        default="fixed",
        help="Share of the points that will never be used. Points that were paid for "
        "are always counted in full.",
    )
    breakage_ratio = fields.Float(
        string="Breakage Share (0 to 1)",
        digits=(5, 4),
        default=0,
        help="0.2: one point of five will expire unused.",
    )
    breakage_measured_ratio = fields.Float(
        string="Measured Share",
        digits=(5, 4),
        compute="_compute_breakage",
        help="Unused points of all lots whose last day has passed, divided by their "
        "used and unused points.",
    )
    breakage_text = fields.Char(string="In Use Now", compute="_compute_breakage")

    _point_value_positive = models.Constraint(
        "CHECK(point_value >= 0)", "“Value of a Point” cannot be negative."
    )
    _breakage_ratio_range = models.Constraint(
        "CHECK(breakage_ratio BETWEEN 0 AND 1)",
        "“Breakage Share” must be between 0 and 1.",
    )

    @api.depends("breakage_method", "breakage_ratio")
    @api.depends_context("lang")
    def _compute_breakage(self):
        programs = self._origin.filtered("is_membership")
        facts = {}
        if programs:
            rows = self.env.execute_query(engine.matured(programs._todays()))
            facts = {program_id: fact for program_id, *fact in rows}
        for program in self:
            lots, unused, used = facts.get(program._origin.id, (0, 0, 0))
            program.breakage_measured_ratio = unused / (unused + used or 1)
            program.breakage_text = program._breakage_text(lots, unused + used)

    def _breakage_text(self, lots, points):
        """Which share is in force, and why."""
        needed = engine.MATURED_LOTS
        if self.breakage_method != "history":
            return self.env._(
                "%(share)s %%, as set here", share=f"{100 * self.breakage_ratio:.1f}"
            )
        if lots < needed or not points:
            return self.env._(
                "%(share)s %%, as set here: only %(lots)s of the %(needed)s lots that "
                "a measurement needs have passed their last day",
                share=f"{100 * self.breakage_ratio:.1f}",
                lots=lots,
                needed=needed,
            )
        return self.env._(
            "%(share)s %%, measured from %(lots)s lots",
            share=f"{100 * self.breakage_measured_ratio:.1f}",
            lots=f"{lots:,}",
        )
