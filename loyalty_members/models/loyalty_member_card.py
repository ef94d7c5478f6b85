from odoo import models

from ..tools import barcode

LAST_ENTRIES = 10


class LoyaltyMember(models.Model):
    _inherit = "loyalty.member"  # pylint: disable=R8180

    def _card_values(self):
        """What a member card shows; extended by other modules and channels.

        :return: dict with number, name, company, state, tier, tier_color, points,
            debt, debt_text, point_name, joined_on, barcode_svg, qr_svg (inline SVG
            of the number), progress (next_tier, spent, missing, percent, text; empty
            in the highest tier) and entries (the last ones, records)
        """
        self.ensure_one()
        member = self.sudo()
        return {
            "member": member,
            "number": member.number,
            "name": member.partner_id.name,
            "company": member.company_id,
            "currency": member.currency_id,
            "state": member.state,
            "tier": member.tier_id.name,
            "tier_color": member.tier_id.color,
            "points": member.balance,
            "debt": member.debt,
            "debt_text": member._card_debt_text(),
            "point_name": member.program_id.portal_point_name,
            "joined_on": member.joined_on,
            "barcode_svg": barcode.code128_svg(member.number),
            "qr_svg": barcode.qr_svg(member.number),
            "progress": member._card_progress(),
            "entries": member._card_entries(),
        }

    def _card_entries(self):
        return self.env["loyalty.point.entry"].search(
            [
                ("member_id", "=", self.id),
                ("points", "!=", 0),
                ("state", "=", "posted"),
            ],
            limit=LAST_ENTRIES,
        )

    def _card_debt_text(self):
        if not self.debt:
            return ""
        return self.env._(
            "%(points)s points were used before their order was changed. The next "
            "points you earn make up for them.",
            points=f"{self.debt:,}",
        )

    def _card_progress(self):
        if not self.next_tier_id:
            return {}
        return {
            "next_tier": self.next_tier_id.name,
            "spent": self.next_tier_spent,
            "missing": self.next_tier_missing,
            "percent": self.next_tier_percent,
            "text": self.next_tier_text,
        }
