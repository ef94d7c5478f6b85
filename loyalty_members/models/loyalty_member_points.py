from odoo import api, fields, models
from odoo.exceptions import ValidationError

from . import loyalty_ledger_engine as engine
from .loyalty_point_entry import CREDITS, DEBITS, DEBT_KINDS
from .loyalty_point_lot import ORIGINS

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
    "user_id",
    "posted_at",
)
OPTIONAL = {
    "qualifying_amount",
    "earn_amount",
    "event_date",
    "explanation",
    "origin",
    "expire_on",
}
PAGE_SIZE = 1000


class LoyaltyMember(models.Model):
    _inherit = "loyalty.member"  # pylint: disable=R8180

    def _post_points(self, kind, points, key, source=None, **values):
        """Post one change of points: the only door to the ledger, exactly once by key.

        Debits (burn, reverse) may be given as 30 or -30. An earning pays a debt first;
        a redemption takes the first expiring points and is refused when there are too
        few; only a claw-back (reverse) may leave a debt. A returned redemption
        (reinstate) goes back to the lots that its source had burned.

        :param str kind: earn, burn, adjust, reverse, reinstate or import
        :param int points: whole points; only an adjustment may have either sign
        :param str key: identifies the event within the program
        :param source: the document, any record; required for reinstate
        :param values: qualifying_amount (company currency), earn_amount, event_date
            (company's calendar date, default today), explanation, origin (earned,
            bonus, paid, refund) and expire_on of the granted points
        :return: the entry for ``key``
        :raise ValidationError: bad values, too few points, or a key that stands for
            a different change
        """
        self.ensure_one()
        row = {"member": self, "kind": kind, "points": points, "key": key, **values}
        return self._post_points_batch([{**row, "source": source}])

    @api.model
    def _post_points_batch(self, rows):
        """Post many changes in a fixed number of statements; see ``_post_points``.

        :param rows: dicts with member, kind, points, key, source and the optional
            values. Rows of one member take effect in the order given; a debit may use
            what the same batch grants.
        :return: the entries, in the order of ``rows``
        """
        facts = self._posting_facts([row["member"] for row in rows])
        prepared = [self._prepare_entry(row, facts[row["member"].id]) for row in rows]
        ids = self._known_entries(prepared)
        fresh = {}
        for entry in prepared:
            name = self._name_of(entry)
            if name not in ids:
                self._check_same_change(entry, fresh.setdefault(name, entry))
        if fresh:
            self._check_states(fresh.values(), facts)
            ids.update(self._write_ledger(list(fresh.values()), facts))
        return self.env["loyalty.point.entry"].browse(
            [ids[self._name_of(entry)] for entry in prepared]
        )

    # -- preparation ----------------------------------------------------------
    @api.model
    def _posting_facts(self, members):
        """Map member id to what posting needs to know, read afresh."""
        members = self.sudo().browse({member.id for member in members})
        members.invalidate_recordset(["balance", "debt", "state"])
        today = {program: program._today() for program in members.program_id}
        return {
            member.id: {
                "member": member,
                "program_id": member.program_id.id,
                "company_id": member.company_id.id,
                "state": member.state,
                "debt": member.debt,
                "today": today[member.program_id],
            }
            for member in members
        }

    @api.model
    def _prepare_entry(self, row, fact):
        unknown = row.keys() - OPTIONAL - {"member", "kind", "points", "key", "source"}
        if unknown:
            raise TypeError(f"Unknown values of a point entry: {sorted(unknown)}")
        kind, source = row["kind"], row.get("source")
        points = self._signed_points(kind, row["points"])
        self._check_values(row, points)
        return {
            "program_id": fact["program_id"],
            "company_id": fact["company_id"],
            "member_id": row["member"].id,
            "kind": kind,
            "points": points,
            "qualifying_amount": row.get("qualifying_amount") or 0,
            "earn_amount": row.get("earn_amount"),
            "event_date": row.get("event_date") or fact["today"],
            "key": row["key"],
            "source_model": source._name if source else None,
            "source_id": source.id if source else None,
            "explanation": row.get("explanation"),
            "user_id": self.env.uid,
            "posted_at": fields.Datetime.now(),
            "origin": row.get("origin") or ("bonus" if kind == "adjust" else "earned"),
            "expire_on": row.get("expire_on"),
        }

    @api.model
    def _signed_points(self, kind, points):
        kinds = dict(self.env["loyalty.point.entry"]._fields["kind"].selection)
        if kind not in kinds:
            raise ValidationError(
                self.env._("“%(kind)s” is no kind of point entry.", kind=kind)
            )
        if type(points) is not int:
            raise ValidationError(
                self.env._(
                    "Points are whole numbers: %(points)s is not.", points=points
                )
            )
        if kind in CREDITS and points < 0:
            raise ValidationError(
                self.env._(
                    "“%(kind)s” gives points and cannot be negative (%(points)s).",
                    kind=kind,
                    points=points,
                )
            )
        return -abs(points) if kind in DEBITS else points

    @api.model
    def _check_values(self, row, points):
        kind, key, origin = row["kind"], row["key"], row.get("origin")
        if not key or not isinstance(key, str):
            raise ValidationError(
                self.env._("A point entry needs a key that identifies its event.")
            )
        spend_only = kind in ("earn", "reverse") and row.get("qualifying_amount")
        if not points and not spend_only:
            raise ValidationError(
                self.env._("Zero points are nothing to post (%(key)s).", key=key)
            )
        if origin and origin not in dict(ORIGINS):
            raise ValidationError(
                self.env._("“%(origin)s” is no origin of points.", origin=origin)
            )
        if origin == "paid" and row.get("expire_on"):
            raise ValidationError(
                self.env._("Points that were paid for may not expire.")
            )
        if kind == "reinstate" and not row.get("source"):
            raise ValidationError(
                self.env._("Returned points need the document that redeemed them.")
            )

    @api.model
    def _check_states(self, entries, facts):
        for entry in entries:
            fact = facts[entry["member_id"]]
            if fact["state"] == "closed" and entry["points"] > 0:
                if entry["kind"] != "reinstate":
                    raise ValidationError(
                        self.env._(
                            "%(member)s cannot get points: the membership is closed.",
                            member=fact["member"].display_name,
                        )
                    )
            if fact["state"] != "active" and entry["kind"] == "burn":
                raise ValidationError(
                    self.env._(
                        "%(member)s cannot redeem points: the membership is not "
                        "active.",
                        member=fact["member"].display_name,
                    )
                )

    # -- exactly once ---------------------------------------------------------
    @api.model
    def _name_of(self, entry):
        return entry["program_id"], entry["key"]

    @api.model
    def _known_entries(self, prepared):
        """Ids of the entries whose key has been posted, by (program id, key)."""
        entries = (
            self.env["loyalty.point.entry"]
            .sudo()
            .search_fetch(
                [
                    (
                        "program_id",
                        "in",
                        list({entry["program_id"] for entry in prepared}),
                    ),
                    ("key", "in", [entry["key"] for entry in prepared]),
                ],
                ["program_id", "key", "member_id", "kind", "points"],
            )
        )
        known = {(entry.program_id.id, entry.key): entry for entry in entries}
        for entry in prepared:
            posted = known.get(self._name_of(entry))
            if posted:
                self._check_same_change(
                    entry,
                    {
                        "key": posted.key,
                        "member_id": posted.member_id.id,
                        "kind": posted.kind,
                        "points": posted.points,
                    },
                )
        return {name: entry.id for name, entry in known.items()}

    @api.model
    def _check_same_change(self, entry, other):
        if any(entry[name] != other[name] for name in ("member_id", "kind", "points")):
            raise ValidationError(
                self.env._(
                    "Key %(key)s stands for another change already.", key=entry["key"]
                )
            )

    # -- writing --------------------------------------------------------------
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
            [tuple(entry[name] for name in ENTRY_COLUMNS) for entry in entries],
            page_size=PAGE_SIZE,
            fetch=True,
        )
        ids = {(program_id, key): entry_id for entry_id, program_id, key in rows}
        moving = {ids[self._name_of(e)]: e for e in entries if e["points"]}
        if moving:
            self._insert_lots(moving)
            self._settle(moving, facts)
            self.env.execute_query(engine.move_balances(list(moving)))
        return ids

    @api.model
    def _insert_lots(self, entries):
        lots = [
            (
                entry_id,
                entry["program_id"],
                entry["company_id"],
                entry["member_id"],
                entry["origin"],
                entry["points"],
                entry["points"],
                entry["expire_on"],
            )
            for entry_id, entry in entries.items()
            if entry["points"] > 0 and entry["kind"] != "reinstate"
        ]
        if lots:
            self.env.cr.execute_values(engine.INSERT_LOTS, lots, page_size=PAGE_SIZE)

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
        debtors = [member_id for member_id in debtors if facts[member_id]["debt"]]
        if returns:
            self._refuse_short(query(engine.return_to_lots(returns)), entries, facts)
        if covered:
            short = query(engine.pay_debits(covered, debtors))
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
            ["balance", "debt", "entry_ids", "lot_ids", "entry_count", "open_lot_count"]
        )
        members.modified(["balance", "debt"])
        cards.invalidate_recordset(["points"])
        cards.modified(["points"])
