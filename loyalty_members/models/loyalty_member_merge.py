from odoo import api, fields, models
from odoo.exceptions import UserError

from . import loyalty_door as door
from . import loyalty_merge_engine as engine

# set while the rest of a merged member is on its way, which is a posting itself
FORWARDING = object()


class LoyaltyMember(models.Model):
    """Two memberships of one person become one, with the whole ledger.

    The merged member stays, closed and empty, so that its number is found; what an old
    document still gives or takes there goes on to the remaining member at once.
    """

    _inherit = "loyalty.member"  # pylint: disable=R8180

    merged_into_id = fields.Many2one(
        "loyalty.member",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The remaining member of the same person.",
    )
    merged_ids = fields.One2many(
        "loyalty.member", "merged_into_id", string="Merged Members"
    )

    @api.model
    def _kept_fields(self):
        return super()._kept_fields() | {"merged_into_id", "merged_ids"}

    def _change_state(self, state):
        if state != "closed":
            self._check_not_merged()
        return super()._change_state(state)

    def _check_not_merged(self):
        merged = self.filtered("merged_into_id")
        if merged:
            raise UserError(
                self.env._(
                    "%(number)s was merged into %(other)s and stays closed.",
                    number=merged[:1].number,
                    other=merged[:1].merged_into_id.number,
                )
            )

    def _remaining(self):
        """The member that a number leads to: itself, or what it was merged into."""
        return self.merged_into_id or self

    # -- merging --------------------------------------------------------------
    @api.model
    def _pick_remaining(self, members, partner):
        """Who remains: an open membership, that of ``partner``, the older one."""
        return members.sorted(
            lambda m: (m.state == "closed", m.partner_id != partner, m.id)
        )[:1]

    def _merge_into(self, winner):
        """Merge these members (sudo) into ``winner`` of the same membership."""
        for loser in self:
            opened = door.opened(loser.with_context(tracking_disable=True), door.LEDGER)
            if loser.state == "frozen" and winner.state == "active":
                # a merge is no way around a frozen card
                winner._change_state("frozen")
            loser._merge_gifts(winner)
            if winner.state != "closed":  # else both are, and nothing moves
                # only an open member can give its points away
                opened.write({"state": "active"})
                loser._move_pending(winner)
                loser._move_ledger(winner)
                loser._merge_tier(winner)
            birthday = loser.loyalty_birthdate
            opened.merged_ids.merged_into_id = winner
            opened.write(
                {
                    "state": "closed",
                    "merged_into_id": winner.id,
                    "phone_sanitized": False,
                    "partner_id": loser._stand_in().id,
                }
            )
            loser.card_id.write({"partner_id": loser.partner_id.id, "active": False})
            if birthday and not winner.loyalty_birthdate:
                winner.loyalty_birthdate = birthday
            winner._take_over(loser)
            loser._note_merge(winner)
        winner._upgrade_tiers()

    def _stand_in(self):
        """An archived contact without personal data in place of the person, who has
        one membership only."""
        return (
            self.env["res.partner"]
            .with_context(tracking_disable=True)
            .create(
                {
                    "name": self.env._("Merged member %(number)s", number=self.number),
                    "company_id": self.company_id.id,
                    "active": False,
                }
            )
        )

    def _take_over(self, loser):
        """The earlier day of joining and the receipt, where this member has none."""
        values = {}
        if loser.joined_on and (not self.joined_on or loser.joined_on < self.joined_on):
            values["joined_on"] = loser.joined_on
        if loser.receipt_id and not self.receipt_id:
            values["receipt_id"] = loser.receipt_id.id
        if values:
            door.opened(self, door.LEDGER).write(values)

    def _note_merge(self, winner):
        self.message_post(
            body=self.env._("Merged into member %(number)s.", number=winner.number)
        )
        winner.message_post(
            body=self.env._(
                "Member %(number)s was merged into this one.", number=self.number
            )
        )

    def _merge_gifts(self, winner):
        """Gifts go along; of one that both have been given, what is left of the second
        is voided."""
        taken = {(i.benefit_id.id, i.period_key) for i in winner.benefit_issue_ids}
        double = self.benefit_issue_ids.filtered(
            lambda issue: (issue.benefit_id.id, issue.period_key) in taken
        )
        double._void_unspent(
            self.env._("Merged with member %(number)s", number=winner.number)
        )
        moving = (self.benefit_issue_ids - double).ids
        self.flush_model()
        self.env.execute_query(engine.move_issues(moving, winner.id))
        self.env["loyalty.benefit.issue"].browse(moving).invalidate_recordset()
        (self | winner).invalidate_recordset(["benefit_issue_ids"])
        moved = self.env["loyalty.benefit.issue"].browse(moving)
        moved.card_id.write({"partner_id": winner.partner_id.id})

    def _merge_tier(self, winner):
        """The higher tier of the two, with its validity; the log says why."""
        if self.tier_id.sequence <= winner.tier_id.sequence:
            return
        today = winner.program_id._today()
        values = {
            "tier_id": self.tier_id.id,
            "tier_since": today,
            "tier_until": self.tier_until,
            "review_on": self.review_on,
        }
        move = {
            "member_id": winner.id,
            "program_id": winner.program_id.id,
            "company_id": winner.company_id.id,
            "from_tier_id": winner.tier_id.id,
            "to_tier_id": self.tier_id.id,
            "reason": "manual",
            "moved_on": today,
            "valid_until": self.tier_until,
            "note": self.env._("Merged with member %(number)s", number=self.number),
            "user_id": self.env.uid,
            "posted_at": fields.Datetime.now(),
        }
        door.opened(winner, door.LEDGER).write(values)
        moves = self.env["loyalty.tier.move"]
        door.opened(moves, door.LEDGER).create([move])

    # -- ledger ---------------------------------------------------------------
    def _move_pending(self, winner):
        """Pending points wait on the remaining member, for the same document."""
        pending = self.entry_ids.filtered(lambda e: e.state == "pending").sorted("id")
        rows = [
            {
                "member": winner,
                "kind": entry.kind,
                "points": entry.points,
                "key": f"merge:{self.id}:pending:{entry.id}",
                "source": entry._source(),
                "qualifying_amount": entry.qualifying_amount,
                "earn_amount": entry.earn_amount or None,
                "event_date": entry.event_date,
                "available_on": entry.available_on,
                "origin": entry.origin,
                "explanation": entry.explanation,
                "details": entry.details,
                **entry._expiry_values(),
            }
            for entry in pending
        ]
        self._void_pending(pending)
        if rows:
            self.with_context(loyalty_forwarding=FORWARDING)._post_points_batch(rows)

    def _move_ledger(self, winner):
        """Move points lot by lot (expiry and origin stay), the debt, and the spend by
        date; the rows of the two members add up to nothing."""
        self.invalidate_recordset(["balance", "debt", "entry_ids", "lot_ids"])
        self.env["loyalty.point.lot"].invalidate_model(["remaining"])
        today = winner.program_id._today()
        name = f"merge:{self.id}:{len(self.entry_ids)}"
        rows = []
        lots = self.lot_ids.filtered(
            lambda lot: lot.remaining and not (lot.expire_on and lot.expire_on < today)
        ).sorted("id")
        if lots:
            rows.append(
                self._merge_row("transfer_out", sum(lots.mapped("remaining")), name)
                | self._explained(winner)
            )
        for lot in lots:
            rows.append(
                winner._merge_row("transfer_in", lot.remaining, f"{name}:{lot.id}")
                | winner._explained(self)
                | {"origin": lot.origin, "source": lot.entry_id._source()}
                | lot._expiry_values()
            )
        if self.debt:
            rows += [
                self._merge_row("transfer_in", self.debt, f"{name}:debt")
                | self._explained(winner),
                winner._merge_row("reverse", self.debt, f"{name}:debt:out")
                | winner._explained(self),
            ]
        for day, spend in self.env.execute_query(engine.spend_by_date(self.id)):
            for member, amount in ((self, -spend), (winner, spend)):
                kind = "earn" if amount > 0 else "reverse"
                key = f"{name}:spend:{day}:{member.id}"
                rows.append(
                    member._merge_row(kind, 0, key)
                    | member._explained(winner if member == self else self)
                    | {"qualifying_amount": float(amount), "event_date": day}
                )
        if rows:
            self.with_context(loyalty_forwarding=FORWARDING)._post_points_batch(rows)

    def _merge_row(self, kind, points, key):
        return {"member": self, "kind": kind, "points": points, "key": key}

    def _explained(self, other):
        return {
            "explanation": self.env._(
                "Merge with member %(number)s", number=other.number
            )
        }

    # -- what comes later -----------------------------------------------------
    @api.model
    def _post_points_batch(self, rows):
        """What is posted to a merged member goes on to the remaining one, before the
        latter is asked to pay for anything."""
        if self.env.context.get("loyalty_forwarding") is FORWARDING:
            return super()._post_points_batch(rows)
        members = self.sudo().browse({row["member"].id for row in rows})
        gone = members.filtered("merged_into_id")
        if not gone:
            return super()._post_points_batch(rows)
        merged = [row for row in rows if row["member"].id in gone.ids]
        entries = dict(
            zip(
                (id(row) for row in merged),
                super()._post_points_batch(merged),
                strict=True,
            )
        )
        for member in gone:
            member._forward()
        rest = [row for row in rows if id(row) not in entries]
        if rest:
            entries.update(
                zip(
                    (id(row) for row in rest),
                    super()._post_points_batch(rest),
                    strict=True,
                )
            )
        return self.env["loyalty.point.entry"].concat(
            *(entries[id(row)] for row in rows)
        )

    def _forward(self):
        """Send on what a merged member holds or owes."""
        if self.merged_into_id.state == "closed":
            return
        silent = door.opened(self.with_context(tracking_disable=True), door.LEDGER)
        silent.write({"state": "active"})
        self._move_ledger(self.merged_into_id)
        silent.write({"state": "closed"})
