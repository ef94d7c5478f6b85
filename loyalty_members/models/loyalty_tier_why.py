from odoo import api, fields, models
from odoo.tools.misc import format_date


class LoyaltyTierMove(models.Model):
    """The log in words: one sentence answers "why did I drop?"."""

    _name = "loyalty.tier.move"
    _inherit = ["loyalty.tier.move", "loyalty.tier.text"]

    why = fields.Char(compute="_compute_why")

    @api.depends("reason", "from_tier_id", "to_tier_id", "details", "note")
    @api.depends_context("lang")
    def _compute_why(self):
        for move in self:
            sentence = move._what_text()
            if measured := move._details_text(move.details, move.currency_id):
                sentence = self.env._(
                    "%(what)s. Counted from %(start)s to %(end)s: %(measured)s.",
                    what=sentence,
                    start=format_date(self.env, move.window_start),
                    end=format_date(self.env, move.window_end),
                    measured=measured,
                )
            elif move.note:
                sentence = self.env._(
                    "%(what)s: %(note)s", what=sentence, note=move.note
                )
            move.why = sentence

    def _what_text(self):
        values = {
            "tier": self.to_tier_id.name,
            "former": self.from_tier_id.name or "",
            "day": format_date(self.env, self.moved_on),
            "until": format_date(self.env, self.valid_until),
        }
        if self.reason == "enrol":
            return self.env._("Joined in %(tier)s on %(day)s", **values)
        if self.reason == "renew":
            return self.env._(
                "Kept %(tier)s on %(day)s, valid until %(until)s", **values
            )
        if self.reason == "protect":
            return self.env._(
                "A refund took away what %(tier)s rests on; it is protected until "
                "%(until)s",
                **values,
            )
        if self.reason == "downgrade":
            return self.env._(
                "Moved down from %(former)s to %(tier)s on %(day)s", **values
            )
        if self.reason == "rules":
            return self.env._(
                "Moved from %(former)s to %(tier)s on %(day)s because the rules "
                "changed",
                **values,
            )
        if self.reason in ("manual", "invite"):
            return self.env._(
                "Moved by hand from %(former)s to %(tier)s on %(day)s", **values
            )
        return self.env._("Moved up from %(former)s to %(tier)s on %(day)s", **values)


class LoyaltyMember(models.Model):
    _inherit = "loyalty.member"

    tier_why = fields.Char(string="Why This Tier", compute="_compute_tier_why")

    @api.depends("move_ids")
    @api.depends_context("lang")
    def _compute_tier_why(self):
        last = dict(
            self.env["loyalty.tier.move"]._read_group(
                [("member_id", "in", self._origin.ids)], ["member_id"], ["id:max"]
            )
        )
        moves = self.env["loyalty.tier.move"]
        for member in self:
            member.tier_why = moves.browse(last.get(member._origin)).why
