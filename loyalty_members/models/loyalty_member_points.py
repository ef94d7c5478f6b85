from odoo import api, fields, models
from odoo.exceptions import ValidationError

from . import loyalty_ledger_engine as engine
from .loyalty_point_entry import CREDITS, DEBITS, SPENDING
from .loyalty_point_lot import ORIGINS

OPTIONAL = {
    "qualifying_amount",
    "earn_amount",
    "event_date",
    "explanation",
    "details",
    "reason_id",
    "available_on",
    "origin",
    "expire_on",
}
# kinds whose points are a present of the company unless the caller says otherwise
BONUS_KINDS = ("adjust", "gift")


class LoyaltyMember(models.Model):
    _inherit = "loyalty.member"  # pylint: disable=R8180

    def _post_points(self, kind, points, key, source=None, **values):
        """Post one change of points: the only door to the ledger, exactly once by key.

        Debits (burn, reverse, expire, transfer_out) may be given as 30 or -30. An
        earning pays a debt first; a redemption takes the first expiring points and is
        refused when there are too few; only a claw-back (reverse) may leave a debt. A
        returned redemption (reinstate) goes back to the lots that its source had
        burned.

        :param str kind: earn, burn, adjust, reverse, reinstate, import, gift, expire,
            transfer_in or transfer_out
        :param int points: whole points; only an adjustment may have either sign
        :param str key: identifies the event within the program
        :param source: the document, any record; required for reinstate
        :param values: qualifying_amount (company currency), earn_amount, event_date
            (company's calendar date, default today), explanation, details (the same
            as JSON), reason_id (id of a ``loyalty.point.reason``), origin of the
            granted points (earned, bonus, paid, refund), available_on (first day on
            which they count; later than today: the entry is pending until then) and
            expire_on (their last day; ``None``: they never expire; not given: the
            program decides)
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
        entry = {
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
            "details": row.get("details"),
            "reason_id": row.get("reason_id") or None,
            "user_id": self.env.uid,
            "available_on": row.get("available_on") or None,
        }
        return (
            entry | self._entry_state(entry, fact) | self._entry_lot(row, entry, fact)
        )

    @api.model
    def _entry_state(self, entry, fact):
        available_on = entry["available_on"]
        if available_on and available_on > fact["today"]:
            if entry["points"] < 0 or entry["kind"] == "reinstate":
                raise ValidationError(
                    self.env._(
                        "Only points that are granted can be pending (%(key)s).",
                        key=entry["key"],
                    )
                )
            return {"state": "pending", "posted_at": None}
        return {"state": "posted", "posted_at": fields.Datetime.now()}

    @api.model
    def _entry_lot(self, row, entry, fact):
        """Origin and expiry of the points that an entry grants."""
        if entry["points"] <= 0 or entry["kind"] == "reinstate":
            return {"origin": None, "expire_on": None, "idle_expiry": False}
        program, today = fact["member"].program_id, fact["today"]
        bonus = entry["kind"] in BONUS_KINDS
        origin = row.get("origin") or ("bonus" if bonus else "earned")
        if "expire_on" in row:
            expire_on, idle = row["expire_on"] or None, False
        else:
            first = entry["available_on"] or entry["event_date"]
            expire_on = program._expire_on(entry["kind"], origin, first)
            if expire_on and expire_on < today:
                # late points of an old document are never lost on arrival
                expire_on = program._expire_on(entry["kind"], origin, today)
            idle = not expire_on and program._expires_with_inactivity(origin)
        return {"origin": origin, "expire_on": expire_on, "idle_expiry": idle}

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
        if row.get("reason_id"):
            reason = self.env["loyalty.point.reason"].sudo().browse(row["reason_id"])
            reason._check_sign(points)
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
            if fact["state"] != "active" and entry["kind"] in SPENDING:
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
        rows = self.env.execute_query_dict(
            engine.entries_of_keys(
                {entry["program_id"] for entry in prepared},
                {entry["key"] for entry in prepared},
            )
        )
        known = {self._name_of(row): row for row in rows}
        for entry in prepared:
            if posted := known.get(self._name_of(entry)):
                self._check_same_change(entry, posted)
        return {name: row["id"] for name, row in known.items()}

    @api.model
    def _check_same_change(self, entry, other):
        if any(entry[name] != other[name] for name in ("member_id", "kind", "points")):
            raise ValidationError(
                self.env._(
                    "Key %(key)s stands for another change already.", key=entry["key"]
                )
            )
