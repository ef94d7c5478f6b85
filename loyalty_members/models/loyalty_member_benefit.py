from datetime import date

from odoo import api, fields, models

from . import loyalty_benefit_engine as engine

# members of an old system have had their welcome there
WITHOUT_WELCOME = {"import"}
LAST_GIFTS = 5  # on the card, beside those that can still be used


class LoyaltyMember(models.Model):
    """Gifts that follow from an event of the member."""

    _inherit = "loyalty.member"  # pylint: disable=R8180

    benefit_issue_ids = fields.One2many(
        "loyalty.benefit.issue", "member_id", string="Gifts"
    )
    benefit_issue_count = fields.Integer(
        string="Gift Count", compute="_compute_benefit_issue_count"
    )

    def _compute_benefit_issue_count(self):
        counts = dict(
            self.env["loyalty.benefit.issue"]._read_group(
                [("member_id", "in", self.ids)], ["member_id"], ["__count"]
            )
        )
        for member in self:
            member.benefit_issue_count = counts.get(member, 0)

    def action_open_benefit_issues(self):
        """Open the gifts of the member."""
        return self._open_of_member("loyalty_members.loyalty_benefit_issue_action")

    def _on_enrolled(self):
        result = super()._on_enrolled()
        welcomed = self.filtered(lambda m: m.channel not in WITHOUT_WELCOME)
        for benefit in welcomed._benefits("welcome"):
            due = engine.due_once(welcomed.ids)
            benefit._give(
                engine.still_due(benefit.id, due, benefit.tier_ids.ids), len(welcomed)
            )
        return result

    def _on_tier_moves(self, moves):
        result = super()._on_tier_moves(moves)
        for benefit in self._benefits("tier_up"):
            due = engine.due_for_moves(moves.ids)
            benefit._give(
                engine.still_due(benefit.id, due, benefit.tier_ids.ids, by_move=True),
                len(moves),
            )
        return result

    def _card_values(self):
        """Adds gifts: coupons that can be used first, then the last ones given; each
        a dict with issue (record), code and last_day of a coupon that can be used
        (else empty), and note."""
        values = super()._card_values()
        issues = self.sudo().benefit_issue_ids.filtered(lambda i: i.state == "given")
        gifts = [issue._card_gift() for issue in issues.sorted("id", reverse=True)]
        usable = [gift for gift in gifts if gift["code"]]
        usable.sort(key=lambda gift: gift["last_day"] or date.max)
        past = [gift for gift in gifts if not gift["code"]]
        return {**values, "gifts": usable + past[:LAST_GIFTS]}

    @api.model
    def _kept_fields(self):
        return super()._kept_fields() | {"benefit_issue_ids"}

    def _benefits(self, kind):
        """The gifts (sudo) of these members' memberships that follow from ``kind``."""
        return (
            self.env["loyalty.benefit"]
            .sudo()
            .search([("program_id", "in", self.program_id.ids), ("kind", "=", kind)])
        )

    def _birthday(self):
        """The member's date of birth, ``None`` when it is not known."""
        self.ensure_one()
        return self.sudo().loyalty_birthdate or None
