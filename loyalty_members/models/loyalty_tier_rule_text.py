from odoo import api, fields, models

from .loyalty_tier_rule import RULE_FIELDS


class LoyaltyTierRule(models.AbstractModel):
    """The rules of a tier in words."""

    _name = "loyalty.tier.rule"
    _inherit = ["loyalty.tier.rule", "loyalty.tier.text"]

    rule_text = fields.Text(string="In Words", compute="_compute_rule_text")

    @api.depends("currency_id", *RULE_FIELDS)
    @api.depends_context("lang")
    def _compute_rule_text(self):
        for rule in self:
            lines = [rule._reach_text()]
            if rule.validity != "none":
                lines += [rule._keep_text(), rule._validity_text()]
            else:
                lines.append(self.env._("Valid: for ever."))
            rule.rule_text = "\n".join(lines)

    def _reach_text(self):
        if self.invite_only:
            return self.env._("Reach: by invitation only.")
        needs = self._conditions()
        if not needs:
            return self.env._("Reach: everybody who joins.")
        return self.env._(
            "Reach: %(conditions)s %(window)s.",
            conditions=self._conditions_text(needs, self.up_match),
            window=self._window_text(self.window_kind, self.window_months),
        )

    def _keep_text(self):
        if self.keep_rule == "never":
            return self.env._("Keep: not possible, the tier must be reached again.")
        needs = self._conditions(2)
        if not needs:
            return self.env._("Keep: without conditions.")
        own = self.keep_rule == "own"
        return self.env._(
            "Keep: %(conditions)s %(window)s.",
            conditions=self._conditions_text(
                needs, self.keep_match if own else self.up_match
            ),
            window=self._window_text(
                self.keep_window_kind if own else self.window_kind,
                self.keep_window_months if own else self.window_months,
            ),
        )

    def _conditions_text(self, needs, match):
        return self._join_conditions(
            [
                self._needed_text(name, value, self.currency_id)
                for name, value in needs.items()
            ],
            match == "all",
        )

    def _window_text(self, kind, months):
        if kind == "rolling":
            return self.env._("within %(months)s months", months=months)
        if kind == "calendar":
            return self.env._("within a calendar year")
        return self.env._("since the last move or renewal")

    def _validity_text(self):
        ends = {
            "months": self.env._("%(months)s months", months=self.validity_months),
            "year": self.env._("to the end of the year"),
            "next_year": self.env._("to the end of the next year"),
        }[self.validity]
        after = dict(self._fields["downgrade"]._description_selection(self.env))
        if self.grace_days:
            return self.env._(
                "Valid: %(period)s and %(days)s days of grace. "
                "If not kept: %(policy)s.",
                period=ends,
                days=self.grace_days,
                policy=after[self.downgrade],
            )
        return self.env._(
            "Valid: %(period)s. If not kept: %(policy)s.",
            period=ends,
            policy=after[self.downgrade],
        )
