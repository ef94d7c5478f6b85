from babel.dates import format_skeleton

from odoo import models
from odoo.tools.misc import babel_locale_parse, get_lang

from ..tools import barcode

LAST_ENTRIES = 5


class LoyaltyMember(models.Model):
    _inherit = "loyalty.member"  # pylint: disable=R8180

    def _card_values(self):
        """What a member card shows; extended by other modules and channels.

        :return: dict with number, name, company, state, tier, tier_color, points,
            debt, debt_text, point_name, joined_on, barcode_svg, qr_svg (inline SVG
            of the number), progress (next_tier, spent, missing, percent, text; empty
            in the highest tier), keep (percent, text of what keeps the tier; ``None``
            when nothing is asked), expiring (month, points; the first month first),
            waiting (pending entries, the first to come first) and entries (the last
            ones, records)
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
            "keep": member._keep_progress(),
            "expiring": member._points_by_month(),
            "waiting": member._waiting_entries(),
            "entries": member._card_entries(),
        }

    def _card_entries(self):
        return self.env["loyalty.point.entry"].search(
            self._shown_entries_domain(), limit=LAST_ENTRIES
        )

    def _shown_entries_domain(self):
        """Entries that changed the member's points, as the member may see them."""
        return [
            ("member_id", "=", self.id),
            ("points", "!=", 0),
            ("state", "=", "posted"),
        ]

    def _waiting_entries(self):
        return self.env["loyalty.point.entry"].search(
            [
                ("member_id", "=", self.id),
                ("points", ">", 0),
                ("state", "=", "pending"),
            ],
            order="available_on, id",
        )

    def _points_by_month(self):
        """Points that expire, by the month of their last day, the next one first."""
        groups = self.env["loyalty.point.lot"]._read_group(
            [
                ("member_id", "=", self.id),
                ("remaining", ">", 0),
                ("expire_on", "!=", False),
            ],
            ["expire_on:month"],
            ["remaining:sum", "expire_on:min"],
            order="expire_on:month",
        )
        locale = babel_locale_parse(get_lang(self.env).code)
        return [
            {
                "month": format_skeleton("yMMMM", month, locale=locale),
                "points": points,
                "first_day": first_day,
            }
            for month, points, first_day in groups
        ]

    def _keep_progress(self):
        """How far the member is on the way to keeping the tier; override point.

        :return: dict with percent and text; ``None`` when nothing is asked for it
        """
        if not self.keep_text:
            return None
        return {"percent": self.keep_percent, "text": self.keep_text}

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
