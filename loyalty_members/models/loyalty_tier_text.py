from odoo import models

from ..tools import tiers
from ..tools.explanation import money


class LoyaltyTierText(models.AbstractModel):
    """Sentences about tiers, in the language of the reader."""

    _name = "loyalty.tier.text"
    _description = "Sentences About Tiers"

    def _money_text(self, amount, currency):
        return money(amount, currency.symbol, currency.position == "before")

    def _join_conditions(self, texts, needs_all):
        """``texts`` as alternatives or as a sum."""
        separator = self.env._(" and ") if needs_all else self.env._(" or ")
        return separator.join(texts)

    def _needed_text(self, name, value, currency):
        """One condition: what must be done."""
        if name == "spend":
            amount = self._money_text(value, currency)
            return self.env._("spend %(amount)s", amount=amount)
        if name == "orders":
            return self.env._("place %(count)s orders", count=f"{value:,}")
        if name == "points":
            return self.env._("earn %(count)s points", count=f"{value:,}")
        return self.env._(
            "place one order of %(amount)s", amount=self._money_text(value, currency)
        )

    def _missing_text(self, name, value, currency):
        """One condition: what is left to do."""
        if name == "spend":
            amount = self._money_text(value, currency)
            return self.env._("spend %(amount)s more", amount=amount)
        if name == "orders":
            if value == 1:
                return self.env._("place one more order")
            return self.env._("place %(count)s more orders", count=f"{int(value):,}")
        if name == "points":
            return self.env._("earn %(count)s more points", count=f"{int(value):,}")
        return self._needed_text(name, value, currency)

    def _measured_text(self, name, measured, needed, currency):
        """One condition: what was done of what was needed."""
        if name in ("spend", "single"):
            done, needs = (self._money_text(v, currency) for v in (measured, needed))
        else:
            done, needs = f"{int(measured):,}", f"{int(needed):,}"
        if name == "spend":
            return self.env._("spend %(done)s of %(needed)s", done=done, needed=needs)
        if name == "orders":
            return self.env._("%(done)s of %(needed)s orders", done=done, needed=needs)
        if name == "points":
            return self.env._(
                "%(done)s of %(needed)s points earned", done=done, needed=needs
            )
        return self.env._(
            "largest order %(done)s of %(needed)s", done=done, needed=needs
        )

    def _details_text(self, details, currency):
        """What was measured against what, for the log."""
        return ", ".join(
            self._measured_text(name, measured, needed, currency)
            for name, (measured, needed) in tiers.conditions(details).items()
        )

    def _to_do_text(self, details, currency):
        """What is left to do, empty when nothing is."""
        return self._join_conditions(
            [
                self._missing_text(name, value, currency)
                for name, value in tiers.missing(details).items()
            ],
            tiers.needs_all(details),
        )
