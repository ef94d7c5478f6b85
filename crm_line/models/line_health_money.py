from odoo import api, models
from odoo.tools import format_amount

QUOTA = (0.8, 1.0)  # of the limit, at the end of the month: yellow, red


class LineHealthMoney(models.AbstractModel):
    """Figures of the messages and what they cost."""

    _inherit = "line.health"  # pylint: disable=consider-merging-classes-inherited

    # -- money ----------------------------------------------------------------
    @api.model
    def _money(self, account, facts, now):
        return [
            self._quota_figure(facts["quota"], now),
            self._cost_figure(account, facts, now),
            self._saving_figure(account, facts["sent"]),
        ]

    @api.model
    def _quota_figure(self, quota, now):
        used, limit = quota["used"], quota["limit"]
        label = self.env._("Messages This Month")
        why = self.env._(
            "Used and limit as LINE reports them; replies are free and not counted. "
            "The forecast is the daily pace until the end of the month plus what is "
            "queued for marketing."
        )
        if used is None:
            return self._figure(
                "quota", label, self.env._("Not read yet"), "info", why, drill=False
            )
        expected = self.env["line.health.facts"]._forecast(quota, now)
        state = "ok"
        if limit:
            state = self._level(expected / limit, QUOTA)
        elif limit == 0:
            state = "bad"
        value = f"{used:,}" if limit is None else f"{used:,} / {limit:,}"
        detail = self.env._(
            "%(reserved)s reserved, %(expected)s expected by the end of the month",
            reserved=f"{quota['reserved']:,}",
            expected=f"{expected:,}",
        )
        return self._figure("quota", label, value, state, why, detail)

    @api.model
    def _cost_figure(self, account, facts, now):
        label = self.env._("Cost of the Month")
        plan = account.sudo()._plan()
        if not plan:
            return self._figure(
                "cost",
                label,
                self.env._("No plan"),
                "info",
                self.env._("Choose the price plan of the account or in the settings."),
            )
        used = facts["quota"]["used"]
        known = facts["sent"]["pushes"] if used is None else used
        quota = facts["quota"] | {"used": known}
        expected = self.env["line.health.facts"]._forecast(quota, now)
        prices = plan._prices()
        amount = format_amount(self.env, prices.cost(known), plan.currency_id)
        valid = plan._is_valid_on(now.date())
        detail = self.env._(
            "%(plan)s, %(expected)s expected",
            plan=plan.name,
            expected=format_amount(self.env, prices.cost(expected), plan.currency_id),
        )
        return self._figure(
            "cost",
            label,
            amount,
            "ok" if valid else "warn",
            self.env._(
                "From the price plan, without tax: fee, plus further messages where "
                "the plan sells them. Prices read on %(date)s; check them at LINE.",
                date=plan.checked_on,
            )
            if valid
            else self.env._("The price plan is no longer valid: choose another."),
            detail,
        )

    @api.model
    def _saving_figure(self, account, sent):
        answers = sent["replies"] + sent["answers"]
        plan = account.sudo()._plan()
        value = (
            f"{sent['replies'] / answers:.0%}" if answers else self.env._("No answers")
        )
        detail = self.env._("%(count)s free replies", count=f"{sent['replies']:,}")
        if plan:
            saved = sent["replies"] * plan._prices().price
            detail = self.env._(
                "%(count)s free replies, worth %(amount)s",
                count=f"{sent['replies']:,}",
                amount=format_amount(self.env, saved, plan.currency_id),
            )
        return self._figure(
            "saving",
            self.env._("Answers Sent Free"),
            value,
            "info",
            self.env._(
                "Share of the answers of this month that left with a reply token, "
                "within 50 seconds, instead of a paid push."
            ),
            detail,
        )
