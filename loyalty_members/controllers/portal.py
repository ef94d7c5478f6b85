from odoo import http
from odoo.http import request

from odoo.addons.loyalty.controllers.portal import CustomerPortalLoyalty


class MembershipPortal(CustomerPortalLoyalty):
    """The member's own card on the portal.

    Inherits the native loyalty controller, so that its home values come first.
    """

    def _own_member(self):
        """The signed-in person's membership (sudo), empty when they have none."""
        return (
            request.env["loyalty.member"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", request.env.user.partner_id.id),
                    ("company_id", "=", request.env.company.id),
                    ("program_id.active", "=", True),
                ],
                limit=1,
            )
        )

    def _prepare_home_portal_values(self, counters):
        """Member cards have a page of their own, not the native card dialog."""
        values = super()._prepare_home_portal_values(counters)
        cards = values.get("cards_per_programs")
        if cards:
            values["cards_per_programs"] = {
                program: found
                for program, found in cards.items()
                if not program.is_membership
            }
        return values

    @http.route("/my/membership", type="http", auth="user", website=True, readonly=True)
    def my_membership(self, **_kwargs):
        """Show the card, or explain how to become a member."""
        member = self._own_member()
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="membership",
            card=member._card_values() if member else None,
            program=request.env["loyalty.program"]._membership(),
        )
        return request.render("loyalty_members.portal_my_membership", values)
