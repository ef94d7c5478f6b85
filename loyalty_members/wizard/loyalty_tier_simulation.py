from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models import loyalty_door as door
from ..models import loyalty_tier_engine as engine
from ..models import loyalty_tier_measure as measure
from ..models import loyalty_tier_sweep as sweep
from ..models.loyalty_tier_rule import RULE_FIELDS


class LoyaltyTierSimulation(models.TransientModel):
    """A draft of tier rules: what would they do, and then do it.

    The draft is a copy of the rules; the preview only reads.
    """

    _name = "loyalty.tier.simulation"
    _description = "Tier Simulator"
    _check_company_auto = True

    program_id = fields.Many2one(
        "loyalty.program",
        string="Membership",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="program_id.company_id")
    line_ids = fields.One2many(
        "loyalty.tier.simulation.line", "simulation_id", string="Draft Rules"
    )
    move_down = fields.Boolean(
        string="Members Move Down, Too",
        default=True,
        help="Members who would not be in their tier by the new rules move down at "
        "once. Otherwise they keep it until its next review.",
    )
    is_current = fields.Boolean(
        readonly=True, help="The preview belongs to the draft as it is."
    )
    member_count = fields.Integer(string="Members", readonly=True)
    up_count = fields.Integer(string="Up", readonly=True)
    down_count = fields.Integer(string="Down", readonly=True)
    result_text = fields.Char(compute="_compute_result_text")

    def _compute_display_name(self):
        for draft in self:
            draft.display_name = draft.program_id.display_name

    @api.depends("is_current", "member_count", "up_count", "down_count")
    @api.depends_context("lang")
    def _compute_result_text(self):
        for simulation in self:
            simulation.result_text = simulation.is_current and self.env._(
                "Of %(members)s members, %(up)s would move up and %(down)s down.",
                members=f"{simulation.member_count:,}",
                up=f"{simulation.up_count:,}",
                down=f"{simulation.down_count:,}",
            )

    @api.model
    def action_open(self):
        """Open a new draft of the rules of the current company's membership."""
        self.env["loyalty.member"]._check_may_manage()
        program = self.env["loyalty.program"]._membership()
        return self._draft(program).get_formview_action()

    @api.model
    def _draft(self, program):
        """A simulation (user's rights) that starts with the rules in force."""
        return self.create(
            {
                "program_id": program.id,
                "line_ids": [
                    Command.create({"tier_id": tier.id, **tier._rule_values()})
                    for tier in program.tier_ids.sorted("sequence")
                ],
            }
        )

    def write(self, vals):
        if "is_current" not in vals and vals.keys() & {"line_ids", "move_down"}:
            vals = {**vals, "is_current": False}
        return super().write(vals)

    def action_preview(self):
        """Count what the draft would do. Nothing is changed."""
        self.ensure_one()
        self._check_draft()
        self._set_result(self._measure())
        return True

    def action_apply(self):
        """Write the draft to the tiers and re-evaluate all members in the background.

        :return: the action that opens the job
        """
        self.ensure_one()
        self._check_draft()
        if not self.is_current:
            raise UserError(
                self.env._(
                    "The draft has changed since the last preview. Choose “Preview” "
                    "to see what it would do, then apply it."
                )
            )
        job = self.env["loyalty.tier.job"]
        job._check_none_open(self.program_id)
        for line in self.line_ids:
            values = line._rule_values()
            if values != line.tier_id._rule_values():
                door.opened(line.tier_id, door.RULES).write(values)
        self.program_id.tier_ids._check_levels_rise()
        job = job._start(self.program_id, self.move_down)
        return job.get_formview_action()

    def _check_draft(self):
        self.env["loyalty.member"]._check_may_manage()
        self.line_ids._check_levels_rise()

    def _measure(self):
        """Rows of ``loyalty_tier_sweep.preview`` for the draft."""
        Member = self.env["loyalty.member"].sudo()
        Member._flush_tiers()
        self.line_ids.flush_model()
        self.env.cr.execute(engine.NO_COMPILING)
        return self.env.execute_query_dict(
            sweep.preview(
                Member._tier_context(self.program_id.sudo()),
                measure.draft_rules(self.id),
                self.move_down,
                measure.asks_for_orders(self.line_ids),
            )
        )

    def _set_result(self, rows):
        level = {line.tier_id.id: line.sequence for line in self.line_ids}
        steps = [
            (level[row["from_tier_id"]], level[row["to_tier_id"]], row["members"])
            for row in rows
        ]
        self.write(
            {
                "is_current": True,
                "member_count": sum(members for _old, _new, members in steps),
                "up_count": sum(count for old, new, count in steps if old < new),
                "down_count": sum(count for old, new, count in steps if old > new),
            }
        )
        revenue = sum(row["revenue"] for row in rows)
        for line in self.line_ids:
            before = [row for row in rows if row["from_tier_id"] == line.tier_id.id]
            after = [row for row in rows if row["to_tier_id"] == line.tier_id.id]
            line.write(
                {
                    "members_before": sum(row["members"] for row in before),
                    "members_after": sum(row["members"] for row in after),
                    "share_before": line._share(before, revenue),
                    "share_after": line._share(after, revenue),
                }
            )


class LoyaltyTierSimulationLine(models.TransientModel):
    """The draft rules of one tier, and what the preview found."""

    _name = "loyalty.tier.simulation.line"
    _inherit = ["loyalty.tier.rule"]
    _description = "Draft of Tier Rules"
    _order = "sequence, id"

    simulation_id = fields.Many2one(
        "loyalty.tier.simulation", required=True, index=True, ondelete="cascade"
    )
    tier_id = fields.Many2one(
        "loyalty.tier", required=True, readonly=True, ondelete="cascade"
    )
    name = fields.Char(related="tier_id.name")
    color = fields.Char(related="tier_id.color")
    sequence = fields.Integer(related="tier_id.sequence", store=True)
    active = fields.Boolean(default=True)
    currency_id = fields.Many2one(related="tier_id.currency_id")
    members_before = fields.Integer(string="Members Now", readonly=True)
    members_after = fields.Integer(string="Members Then", readonly=True)
    share_before = fields.Float(
        string="Revenue Share Now",
        readonly=True,
        help="Share of the members' spend in the last 12 months.",
    )
    share_after = fields.Float(string="Revenue Share Then", readonly=True)

    @api.model
    def _share(self, rows, revenue):
        """Ratio (0-1) of the revenue of ``rows``."""
        return float(sum(row["revenue"] for row in rows) / revenue) if revenue else 0

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & set(RULE_FIELDS):
            self.simulation_id.is_current = False
        return result
