from odoo import api, models
from odoo.tools import split_every

from ..tools import explanation
from ..tools.dates import DEFAULT_TZ
from . import loyalty_earning_engine as engine

# orders per statement: bounds memory, not the number of statements of a usual call
CHUNK = 10000

FLUSHED = {
    "sale.order": [
        "state",
        "partner_id",
        "company_id",
        "date_order",
        "currency_rate",
    ],
    "sale.order.line": [
        "order_id",
        "price_total",
        "display_type",
        "is_downpayment",
        "coupon_id",
        "reward_id",
        "points_cost",
        "name",
    ],
    "res.partner": ["commercial_partner_id", "tz"],
    "loyalty.program": ["is_membership", "active", "company_id", "earn_amount"],
    "loyalty.member": ["state"],
}


class LoyaltyMember(models.Model):
    _inherit = "loyalty.member"  # pylint: disable=R8180

    @api.model
    def _reconcile(self, sources):
        """Bring the entries of orders to their target; calling it again does nothing.

        A confirmed order of a member earns ``floor(eligible / amount per point)``
        points, where eligible is what the customer pays in company currency: tax
        included, after discounts and rewards, so that value paid with points does not
        earn. It redeems the points of its reward lines. Any other order has the target
        zero. The difference to what the order has posted is posted: earn or reverse,
        burn or reinstate. The rate stays that of the order's first earning. Members
        who reach a threshold are moved up.

        :param sources: ``sale.order`` records, any number, of any companies
        :return: the entries posted
        :raise ValidationError: an order redeems more points than its member has
        """
        posted = self.env["loyalty.point.entry"]
        for model, names in FLUSHED.items():
            self.env[model].flush_model(names)
        for ids in split_every(CHUNK, sources.ids):
            facts = self.env.execute_query_dict(
                engine.order_facts(list(ids), DEFAULT_TZ)
            )
            rows = [row for fact in facts for row in self._order_rows(fact)]
            if rows:
                posted += self._post_points_batch(rows)
                self.browse({row["member"].id for row in rows})._upgrade_tiers()
        return posted

    @api.model
    def _order_rows(self, fact):
        """Rows for ``_post_points_batch`` that are missing for one order and member.

        :param dict fact: a row of ``loyalty_earning_engine.order_facts``
        """
        common = {
            "member": self.browse(fact["member_id"]),
            "source": self.env["sale.order"].browse(fact["order_id"]),
            "event_date": fact["event_date"],
        }
        name = f"sale.order:{fact['order_id']}:{fact['member_id']}"
        rows = []
        if burn := self._redeeming_row(fact):
            rows.append({**common, **burn, "key": f"{name}:burn:{fact['burn_count']}"})
        if earn := self._earning_row(fact):
            rows.append({**common, **earn, "key": f"{name}:earn:{fact['earn_count']}"})
        return rows

    @api.model
    def _redeeming_row(self, fact):
        change = fact["cost"] - int(fact["burned"])
        if not change:
            return None
        return {
            "kind": "burn" if change > 0 else "reinstate",
            "points": abs(change),
            "explanation": explanation.redeeming(
                fact["burned"], fact["cost"], fact["rewards"] or ""
            ),
        }

    @api.model
    def _earning_row(self, fact):
        target = explanation.target_points(fact["eligible"], fact["earn_amount"])
        change = target - int(fact["earned"])
        spend = fact["eligible"] - fact["qualified"]
        closed = fact["state"] == "closed" and (change > 0 or spend > 0)
        if closed or not (change or spend):
            return None
        amount = explanation.money(
            fact["eligible"], fact["symbol"], fact["symbol_before"]
        )
        return {
            "kind": "earn" if (change, spend) > (0, 0) else "reverse",
            "points": change,
            "qualifying_amount": spend,
            "earn_amount": fact["earn_amount"],
            "explanation": explanation.earning(
                fact["earned"], target, amount, fact["earn_amount"]
            ),
        }
