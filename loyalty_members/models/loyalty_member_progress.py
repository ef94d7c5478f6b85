from odoo import api, fields, models
from odoo.tools.misc import format_date

from ..tools import tiers
from . import loyalty_tier_engine as engine


class LoyaltyMember(models.Model):
    """How far members are on the way up, and on the way to keep their tier."""

    _name = "loyalty.member"
    _inherit = ["loyalty.member", "loyalty.tier.text"]

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
    next_tier_text = fields.Char(compute="_compute_progress")
    keep_missing = fields.Monetary(
        string="Spend to Keep the Tier", compute="_compute_progress"
    )
    keep_percent = fields.Integer(
        string="Progress to Keep the Tier (%)", compute="_compute_progress"
    )
    keep_until = fields.Date(
        string="To Keep It By",
        compute="_compute_progress",
        help="Last day on which the tier can be kept, with the days of grace.",
    )
    keep_text = fields.Char(compute="_compute_progress")

    @api.depends("tier_id", "tier_until", "balance")
    @api.depends_context("lang")
    def _compute_progress(self):
        facts = self._origin._tier_progress()
        for member in self:
            fact = facts.get(member._origin.id, {})
            member._set_next_tier(fact)
            member._set_keep(fact)

    def _tier_progress(self, today=None):
        """Progress of many members in one statement per program.

        :return: ``{member id: row of loyalty_tier_engine.progress}``
        """
        facts = {}
        self._flush_tiers()
        for program, members in self.sudo().grouped("program_id").items():
            context = self._tier_context(program, today)
            rows = self.env.execute_query_dict(engine.progress(context, members.ids))
            facts.update({row["member_id"]: row for row in rows})
        return facts

    def _set_next_tier(self, fact):
        details = fact.get("next")
        spent, needed = tiers.conditions(details).get("spend", (0, 0))
        self.next_tier_id = fact.get("next_tier_id")
        self.next_tier_spent = spent
        self.next_tier_missing = max(needed - spent, 0)
        self.next_tier_percent = tiers.percent(details) if details else 0
        self.next_tier_text = self._next_tier_sentence(details)

    def _next_tier_sentence(self, details):
        if not self.next_tier_id:
            return self.env._("The highest tier has been reached.")
        return self._sentence(
            self.env._(
                "%(conditions)s to reach %(tier)s",
                conditions=self._to_do_text(details, self.currency_id),
                tier=self.next_tier_id.name,
            )
        )

    def _set_keep(self, fact):
        details = fact.get("keep")
        spent, needed = tiers.conditions(details).get("spend", (0, 0))
        self.keep_until = fact.get("keep_until")
        self.keep_missing = max(needed - spent, 0)
        self.keep_percent = tiers.percent(details) if fact.get("can_keep") else 0
        self.keep_text = self._keep_sentence(fact)

    def _keep_sentence(self, fact):
        if not fact.get("keep_until"):
            return False
        values = {
            "tier": self.tier_id.name,
            "date": format_date(self.env, fact["keep_until"]),
        }
        if not fact["can_keep"]:
            return self.env._(
                "%(tier)s ends on %(date)s and must be reached again.", **values
            )
        to_do = self._to_do_text(fact["keep"], self.currency_id)
        if not to_do:
            return self.env._(
                "%(tier)s will be kept: renewed after %(date)s.", **values
            )
        return self._sentence(
            self.env._(
                "%(conditions)s by %(date)s to keep %(tier)s",
                conditions=to_do,
                **values,
            )
        )

    @api.model
    def _sentence(self, text):
        """``text`` with a capital first letter."""
        return text[:1].upper() + text[1:]
