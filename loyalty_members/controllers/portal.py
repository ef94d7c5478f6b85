from odoo import http
from odoo.fields import Domain
from odoo.http import content_disposition, request

from odoo.addons.loyalty.controllers.portal import CustomerPortalLoyalty
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.loyalty_member_qr import LIFE
from ..tools import barcode

REPORT = "loyalty_members.report_member_card"
ENTRIES_PER_PAGE = 20
# filter of the ledger: kinds of its entries
KINDS = {
    "earned": ("earn", "reverse", "gift", "import", "adjust", "transfer_in"),
    "redeemed": ("burn", "reinstate", "transfer_out"),
    "expired": ("expire",),
}


class MembershipPortal(CustomerPortalLoyalty):
    """The member's own card on the portal.

    No route takes the id of a member: each finds the signed-in person's own.
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
        """The tile shows tier and points; member cards have a page of their own, not
        the native card dialog."""
        values = super()._prepare_home_portal_values(counters)
        if counters:
            return values
        values["membership"] = self._own_member()
        values["cards_per_programs"] = {
            program: found
            for program, found in values.get("cards_per_programs", {}).items()
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
            code=self._code(member),
            order_names=self._own_orders(member._card_entries()) if member else {},
            program=request.env["loyalty.program"]._membership(),
        )
        return self._private(
            request.render("loyalty_members.portal_my_membership", values)
        )

    @http.route("/my/membership/qr", type="jsonrpc", auth="user", readonly=True)
    def my_membership_qr(self):
        """A fresh signed code of the own card.

        :return: dict with ``svg`` and ``seconds`` of its life; empty without a card
            that can pay
        """
        return self._code(self._own_member())

    def _code(self, member):
        if member.state != "active":
            return {}
        return {"svg": barcode.qr_svg(member._signed_qr()), "seconds": LIFE}

    @http.route(
        ["/my/membership/points", "/my/membership/points/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def my_membership_points(self, page=1, filterby="all", **_kwargs):
        """The ledger of the own card, filtered, page by page."""
        member = self._own_member()
        if not member:
            return request.redirect("/my/membership")
        filters = {
            "all": request.env._("All"),
            "earned": request.env._("Earned"),
            "redeemed": request.env._("Redeemed"),
            "expired": request.env._("Expired"),
        }
        if filterby not in filters:
            filterby = "all"
        domain = Domain(member._shown_entries_domain())
        if filterby in KINDS:
            domain &= Domain("kind", "in", KINDS[filterby])
        Entries = request.env["loyalty.point.entry"].sudo()
        pager = portal_pager(
            url="/my/membership/points",
            total=Entries.search_count(domain),
            page=page,
            step=ENTRIES_PER_PAGE,
            url_args={} if filterby == "all" else {"filterby": filterby},
        )
        entries = Entries.search(domain, limit=ENTRIES_PER_PAGE, offset=pager["offset"])
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="membership_points",
            member=member,
            entries=entries,
            order_names=self._own_orders(entries),
            filters=filters,
            filterby=filterby,
            pager=pager,
        )
        return self._private(request.render("loyalty_members.portal_my_points", values))

    def _own_orders(self, entries):
        """Name by id of those orders of the entries that the user may open: asked for
        with the user's own rights."""
        ids = entries.filtered(lambda e: e.source_model == "sale.order")
        Orders = request.env["sale.order"]
        if not ids or not Orders.has_access("read"):
            return {}
        orders = Orders.search([("id", "in", ids.mapped("source_id"))])
        return {order.id: order.name for order in orders}

    @http.route("/my/membership/card.pdf", type="http", auth="user", readonly=True)
    def my_membership_card(self):
        """The own card to print; a page instead of a PDF where Odoo has no renderer."""
        member = self._own_member()
        if not member or member.state == "closed":
            return request.redirect("/my/membership")
        report = request.env["ir.actions.report"].sudo()
        if report.get_wkhtmltopdf_state() in ("install", "broken"):
            html, _kind = report._render_qweb_html(REPORT, member.ids)
            return self._private(request.make_response(html))
        content, kind = report._render_qweb_pdf(REPORT, member.ids)
        name = request.env._("Member card %(number)s", number=member.number)
        headers = [("Content-Type", "application/pdf")]
        if kind == "pdf":
            headers.append(("Content-Disposition", content_disposition(f"{name}.pdf")))
        else:
            headers = [("Content-Type", "text/html; charset=utf-8")]
        return self._private(request.make_response(content, headers))

    def _private(self, response):
        """Neither a proxy nor the browser keeps a page with a code that pays."""
        response.headers["Cache-Control"] = "no-store"
        return response
