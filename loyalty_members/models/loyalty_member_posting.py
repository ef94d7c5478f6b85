from psycopg2.extras import Json

from odoo import api, models
from odoo.exceptions import ValidationError

from . import loyalty_ledger_engine as engine
from .loyalty_point_entry import DEBT_KINDS

ENTRY_COLUMNS = (
    "program_id",
    "company_id",
    "member_id",
    "kind",
    "points",
    "qualifying_amount",
    "earn_amount",
    "event_date",
    "key",
    "source_model",
    "source_id",
    "explanation",
    "details",
    "reason_id",
    "user_id",
    "state",
    "available_on",
    "posted_at",
    "origin",
    "expire_on",
    "idle_expiry",
)
PAGE_SIZE = 1000


class LoyaltyMember(models.Model):
    """How prepared entries become rows, lots, allocations and balances."""

    _inherit = "loyalty.member"  # pylint: disable=R8180

    @api.model
    def _write_ledger(self, entries, facts):
        """Insert entries with lots and allocations and move the balances.

        A key that another transaction committed meanwhile makes PostgreSQL raise a
        serialization failure, which Odoo retries.

        :return: ids by (program id, key)
        """
        if any(e["kind"] == "reinstate" or self._must_be_covered(e) for e in entries):
            # a refusal leaves nothing behind, even when the caller catches it
            with self.env.cr.savepoint():
                ids = self._insert_and_settle(entries, facts)
        else:
            ids = self._insert_and_settle(entries, facts)
        self._forget_cached({entry["member_id"] for entry in entries})
        return ids

    @api.model
    def _insert_and_settle(self, entries, facts):
        rows = self.env.cr.execute_values(
            engine.INSERT_ENTRIES,
            [self._entry_row(entry) for entry in entries],
            page_size=PAGE_SIZE,
            fetch=True,
        )
        ids = {(program_id, key): entry_id for entry_id, program_id, key in rows}
        moving = {ids[self._name_of(e)]: e for e in entries if e["points"]}
        posted = {i: e for i, e in moving.items() if e["state"] == "posted"}
        if any(entry["origin"] for entry in posted.values()):
            self.env.execute_query(engine.insert_lots(list(posted)))
        if posted:
            self._settle(posted, facts)
        if moving:
            self.env.execute_query(engine.move_balances(list(moving)))
        return ids

    @api.model
    def _entry_row(self, entry):
        details = entry["details"]
        adapted = entry | {"details": None if details is None else Json(details)}
        return tuple(adapted[name] for name in ENTRY_COLUMNS)

    @api.model
    def _must_be_covered(self, entry):
        return entry["points"] < 0 and entry["kind"] not in DEBT_KINDS

    @api.model
    def _settle(self, entries, facts):
        """Match lots and debits: what comes back first, then what must be covered,
        then claw-backs, from the lots of their own source before any other. What is
        left open is debt."""
        query = self.env.execute_query
        returns = [i for i, e in entries.items() if e["kind"] == "reinstate"]
        covered = [i for i, e in entries.items() if self._must_be_covered(e)]
        reversals = [i for i, e in entries.items() if e["points"] < 0]
        reversals = sorted(set(reversals) - set(covered))
        debtors = {e["member_id"] for e in entries.values()}
        today = {
            facts[member_id]["program_id"]: facts[member_id]["today"]
            for member_id in debtors
        }
        debtors = [member_id for member_id in debtors if facts[member_id]["debt"]]
        if returns:
            self._refuse_short(query(engine.return_to_lots(returns)), entries, facts)
        if covered:
            short = query(engine.pay_debits(covered, debtors, today=today))
            short = [row for row in short if row[0] in entries]
            self._refuse_short(short, entries, facts)
        if any(entries[i]["source_id"] for i in reversals):
            query(engine.pay_debits(reversals, [], same_source=True))
        if reversals or debtors:
            query(engine.pay_debits(reversals, debtors))

    @api.model
    def _refuse_short(self, short, entries, facts):
        if not short:
            return
        entry = entries[short[0][0]]
        member = facts[entry["member_id"]]["member"]
        if entry["kind"] == "reinstate":
            raise ValidationError(
                self.env._(
                    "%(points)s points cannot be returned to %(member)s: the document "
                    "has redeemed fewer.",
                    points=entry["points"],
                    member=member.display_name,
                )
            )
        raise ValidationError(
            self.env._(
                "%(member)s has %(balance)s points; %(points)s are needed.",
                member=member.display_name,
                balance=member.balance,
                points=-entry["points"],
            )
        )

    @api.model
    def _forget_cached(self, member_ids):
        """Drop from the cache what the SQL has changed."""
        members = self.sudo().browse(member_ids)
        cards = members.card_id
        members.invalidate_recordset(
            [
                "balance",
                "debt",
                "pending",
                "last_activity",
                "entry_ids",
                "lot_ids",
                "entry_count",
                "open_lot_count",
            ]
        )
        members.modified(["balance", "debt", "pending"])
        cards.invalidate_recordset(["points"])
        cards.modified(["points"])
