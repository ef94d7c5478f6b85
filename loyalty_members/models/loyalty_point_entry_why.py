from fractions import Fraction

from odoo import api, fields, models

from ..tools import explanation
from ..tools.explanation import money, number


class LoyaltyPointEntry(models.Model):
    """Why an order earned what it earned, in the language of whoever reads it.

    ``explanation`` is the text as it was when the entry was posted; ``why`` says the
    same from ``details``, with the names of the rates translated.
    """

    _inherit = "loyalty.point.entry"

    why = fields.Char(compute="_compute_why")
    why_details = fields.Text(string="Step by Step", compute="_compute_why")

    @api.depends("details", "explanation")
    @api.depends_context("lang")
    def _compute_why(self):
        trees = [(entry.details or {}).get("earned") for entry in self]
        Rate = self.env["loyalty.earn.rate"]
        named = Rate._named([tree for tree in trees if tree])
        for entry, tree in zip(self, trees, strict=True):
            if not tree:
                entry.why, entry.why_details = entry.explanation, False
                continue
            tree, currency = named(tree), entry.currency_id
            entry.why = explanation.earning(
                entry.details["before"],
                tree,
                currency.symbol,
                currency.position == "before",
            )
            entry.why_details = "\n".join(Rate._steps(tree, currency))


class LoyaltyEarnRate(models.Model):
    _inherit = "loyalty.earn.rate"

    @api.model
    def _named(self, trees):
        """A function that puts today's names in the reader's language into a tree of
        ``earning.Earned.to_json``; rates that are gone keep their name of that day."""
        ids = {step["rate"] for tree in trees for step in tree["steps"]}
        rates = self.sudo().browse(ids).exists()
        names = {rate.id: rate.name for rate in rates}

        def named(tree):
            steps = [
                {**step, "name": names.get(step["rate"], step["name"])}
                for step in tree["steps"]
            ]
            return {**tree, "steps": steps}

        return named

    @api.model
    def _steps(self, tree, currency):
        """Lines of text that lead from the amount to the points."""
        amount, per = Fraction(tree["amount"]), Fraction(tree["per"])

        def show(value):
            return money(value, currency.symbol, currency.position == "before")

        base = amount / per
        lines = [
            self.env._(
                "%(amount)s at %(per)s per point: %(points)s",
                amount=show(amount),
                per=show(per),
                points=number(base),
            )
        ]
        if excluded := Fraction(tree["excluded"]):
            lines.append(self.env._("%(amount)s does not earn", amount=show(excluded)))
        reached = base
        for step in tree["steps"]:
            reached += Fraction(step["extra"])
            lines.append(self._step_text(step))
        if reached != int(tree["points"]):
            lines.append(
                self.env._(
                    "%(exact)s, rounded down: %(points)s",
                    exact=number(reached),
                    points=number(tree["points"]),
                )
            )
        return lines

    @api.model
    def _step_text(self, step):
        extra, cut = Fraction(step["extra"]), Fraction(step["cut"])
        sign = "-" if extra < 0 else "+"
        values = {"name": step["name"], "extra": f"{sign}{number(abs(extra))}"}
        if step["effect"] == "multiplier":
            values["on"] = number(Fraction(step["on"]))
            values["factor"] = number(Fraction(step["factor"]))
            text = self.env._("%(name)s, x %(factor)s on %(on)s: %(extra)s", **values)
        else:
            text = self.env._("%(name)s: %(extra)s", **values)
        if cut:
            return self.env._(
                "%(step)s (%(cut)s more are over the limit)", step=text, cut=number(cut)
            )
        return text
