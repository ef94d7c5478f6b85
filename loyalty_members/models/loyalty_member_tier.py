from odoo import api, fields, models

from ..tools.explanation import money
from . import loyalty_tier_engine as engine


class LoyaltyMember(models.Model):
    _inherit = "loyalty.member"  # pylint: disable=R8180

    next_tier_id = fields.Many2one("loyalty.tier", compute="_compute_progress")
    next_tier_spent = fields.Monetary(
        string="Spend in the Window",
        compute="_compute_progress",
        help="Spend that counts for the next tier today.",
    )
    next_tier_missing = fields.Monetary(
        string="Spend to Next Tier", compute="_compute_progress"
    )
    next_tier_percent = fields.Integer(
        string="Progress to Next Tier (%)", compute="_compute_progress"
    )
    next_tier_text = fields.Char(compute="_compute_next_tier_text")

    @api.depends("tier_id", "balance")
    def _compute_progress(self):
        facts = {}
        for program, members in self._origin.grouped("program_id").items():
            today = program.sudo()._today()
            rows = self.env.execute_query_dict(engine.progress(members.ids, today))
            facts.update({row["member_id"]: row for row in rows})
        for member in self:
            fact = facts.get(member._origin.id, {})
            spent, threshold = fact.get("spent") or 0, fact.get("threshold") or 0
            member.next_tier_id = fact.get("tier_id")
            member.next_tier_spent = spent
            member.next_tier_missing = max(threshold - spent, 0)
            share = 100 * max(spent, 0) // threshold if threshold else 0
            member.next_tier_percent = min(100, int(share))

    @api.depends("next_tier_id", "next_tier_missing")
    @api.depends_context("lang")
    def _compute_next_tier_text(self):
        for member in self:
            if not member.next_tier_id:
                member.next_tier_text = self.env._("The highest tier has been reached.")
                continue
            currency = member.currency_id
            member.next_tier_text = self.env._(
                "Spend %(amount)s more to reach %(tier)s",
                amount=money(
                    member.next_tier_missing,
                    currency.symbol,
                    currency.position == "before",
                ),
                tier=member.next_tier_id.name,
            )

    def _upgrade_tiers(self, today=None):
        """Move members up to the highest tier whose threshold their spend reaches.

        Every move is logged in ``loyalty.tier.move`` with amount and window. Never
        moves down.

        :param date today: last day of the window; default today in the time zone of
            the company
        :return: the members that moved
        """
        self.env["loyalty.member"].flush_model(["tier_id", "state"])
        self.env["loyalty.tier"].flush_model(
            ["sequence", "threshold", "window_months", "active", "program_id"]
        )
        moved = self.browse()
        for program, members in self.sudo().grouped("program_id").items():
            rows = self.env.execute_query(
                engine.upgrade(members.ids, self.env.uid, today or program._today())
            )
            moved |= self.browse([member_id for (member_id,) in rows])
        moved.invalidate_recordset(["tier_id", "tier_since", "move_ids"])
        moved.modified(["tier_id", "tier_since"])
        if moved:
            latest = self.env["loyalty.tier.move"]._read_group(
                [("member_id", "in", moved.ids)], ["member_id"], ["id:max"]
            )
            moves = self.env["loyalty.tier.move"].browse([row[1] for row in latest])
            moved.sudo()._on_tier_moves(moves)
        return moved

    def _on_tier_moves(self, moves):
        """Called (sudo) with the tier moves of these members; for extensions."""
