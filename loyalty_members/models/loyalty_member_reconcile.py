import math
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import split_every

from ..tools import explanation, recognition
from ..tools.pending import take_back
from .loyalty_earning_run import EarningRun, capped_points

# orders per statement: bounds memory, not the number of statements of a usual call
CHUNK = 10000

# None: all there is to write. What is left of a row would be written by a second
# statement at the end, and PostgreSQL checks all references of a row that its own
# transaction has changed already: that costs more than the statement itself.
FLUSHED = {
    "sale.order.line": None,
    "sale.order": None,
    "account.move": [
        "state",
        "move_type",
        "payment_state",
        "reversed_entry_id",
        "currency_id",
        "invoice_currency_rate",
    ],
    "account.move.line": ["move_id", "display_type", "price_total", "sale_line_ids"],
    "product.product": ["product_tmpl_id"],
    "product.template": ["categ_id"],
    "product.category": ["parent_path"],
    "res.partner": ["commercial_partner_id", "tz"],
    "loyalty.program": [
        "is_membership",
        "active",
        "company_id",
        "earn_amount",
        "earn_event",
        "earn_stack",
        "pending_days",
    ],
    "loyalty.member": ["state", "tier_id"],
}


class LoyaltyMember(models.Model):
    _inherit = "loyalty.member"  # pylint: disable=R8180

    def _birthday(self):
        """The member's date of birth, ``None`` when it is not known."""
        return None

    @api.model
    def _reconcile(self, sources):
        """Bring the entries of orders to their target; calling it again does nothing.

        An order of a member earns what it has come to by the program's event
        (confirmed, delivered, invoiced or paid), less credit notes: in company
        currency, tax included, after discounts, without what was paid with points or
        stored value. ``tools/earning.py`` says how many points that is. It redeems the
        points of its reward lines, less the share for which credit notes were made. Any
        other order has the target zero.

        The difference to what the order has posted is posted: earn or reverse, burn or
        reinstate. When points fall, those that are not usable yet are voided first.
        Event and rates stay those of the order's first earning. Members who reach a
        threshold are moved up.

        :param sources: ``sale.order`` records, any number, of any companies
        :return: the entries posted
        :raise ValidationError: an order redeems more points than its member has
        """
        posted = self.env["loyalty.point.entry"]
        for model, names in FLUSHED.items():
            self.env[model].flush_model(names)
        # none may be left for the savepoint in which points are posted
        sources |= sources._take_waiting()
        for ids in split_every(CHUNK, sources.ids):
            facts = self._order_facts(list(ids))
            void_ids, rows = self._missing_entries(facts)
            members = {row["member"].id for row in rows}
            if void_ids:
                void = posted.sudo().browse(void_ids)
                members.update(void.member_id.ids)
                self._void_pending(void)
            if rows:
                posted += self._post_points_batch(rows)
            if members:
                self.browse(members)._upgrade_tiers()
        return posted

    @api.model
    def _missing_entries(self, facts):
        """What brings orders to their target: (ids of pending entries to void, rows for
        ``_post_points_batch``)."""
        run = EarningRun(self.env, facts)
        void_ids, rows = [], []
        for fact in facts:
            common = {
                "member": self.browse(fact["member_id"]),
                "source": self.env["sale.order"].browse(fact["order_id"]),
                "event_date": fact["event_date"],
            }
            name = f"sale.order:{fact['order_id']}:{fact['member_id']}"
            if burn := self._redeeming_row(fact):
                key = f"{name}:burn:{fact['burn_count']}"
                rows.append({**common, **burn, "key": key})
            void, earn = self._earning_row(fact, run)
            void_ids += void
            if earn:
                key = f"{name}:earn:{fact['earn_count']}"
                rows.append({**common, **earn, "key": key})
        return void_ids, rows

    # -- redeeming ------------------------------------------------------------
    @api.model
    def _redeeming_row(self, fact):
        cost, burned = fact["cost"], int(fact["burned"])
        if cost and fact["lines"]:
            # rounded down as a whole: the rest comes back with the last credit note
            sold = [recognition.sold_line(row) for row in fact["lines"]]
            cost -= math.floor(cost * recognition.returned_share(sold))
        change = cost - burned
        if not change:
            return None
        return {
            "kind": "burn" if change > 0 else "reinstate",
            "points": abs(change),
            "explanation": explanation.redeeming(burned, cost, fact["rewards"] or ""),
        }

    # -- earning --------------------------------------------------------------
    @api.model
    def _earning_row(self, fact, run):
        """(ids of pending entries to void, row to post or ``None``) of one order."""
        if not (fact["is_customer"] or fact["earn_count"]):
            return [], None
        earned, total = run.earned(fact)
        before = int(fact["earned"])
        change = earned.points - before
        spend = round(total - fact["qualified"], 2)
        if fact["state"] == "closed" and (change > 0 or spend > 0):
            return [], None
        void, anew, day, left = take_back(fact["pending"] or [], max(-change, 0))
        if change < 0:
            change = anew or -left
        else:
            day = self._available_on(fact, run)
        spend = round(spend + sum(entry["qualifying"] for entry in void), 2)
        capped = self._capped_change(fact, earned, void)
        run.took(fact, earned)
        void_ids = [entry["id"] for entry in void]
        if not (change or spend) or (change > 0 and fact["state"] == "closed"):
            return void_ids, None
        tree = earned.to_json()
        return void_ids, {
            "kind": "earn" if (change, spend) > (0, 0) else "reverse",
            "points": change,
            "qualifying_amount": spend,
            "earn_amount": float(earned.per),
            "available_on": fields.Date.to_date(day) if change > 0 else None,
            "explanation": explanation.earning(
                before, tree, fact["symbol"], fact["symbol_before"]
            ),
            "details": {
                "before": before,
                "earned": tree,
                "capped": {str(rate): points for rate, points in capped.items()},
                **({} if fact["terms"] else {"terms": run.terms(fact).to_json()}),
            },
        }

    @api.model
    def _capped_change(self, fact, earned, void):
        """Points by rate to add to those of the entries that stay, without zeros."""
        stays = capped_points(fact)
        for rate_id, points in capped_points(
            {"capped": [entry["capped"] for entry in void if entry["capped"]]}
        ).items():
            stays[rate_id] = stays.get(rate_id, 0) - points
        target = earned.capped_points
        changes = {
            rate_id: target.get(rate_id, 0) - stays.get(rate_id, 0)
            for rate_id in {**target, **stays}
        }
        return {rate_id: points for rate_id, points in changes.items() if points}

    @api.model
    def _available_on(self, fact, run):
        """The day on which points become usable, ``None`` at once.

        The days count from the order when confirming it earns, else from today, on
        which it was delivered, invoiced or paid.
        """
        terms = run.terms(fact)
        if not terms.pending_days:
            return None
        program = self.env["loyalty.program"].sudo().browse(fact["program_id"])
        today = program._today()
        since = fact["event_date"] if terms.event == "confirmed" else today
        day = since + timedelta(days=terms.pending_days)
        return day if day > today else None
