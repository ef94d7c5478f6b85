from odoo import http
from odoo.exceptions import ValidationError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from .preference import origin, read_answers
from .receipt import json_file


class ConsentPortal(CustomerPortal):
    """The consents of the signed-in person, on the portal."""

    @http.route(
        "/my/consents",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def my_consents(self, saved=None, **_kwargs):
        """Show the person's own consents."""
        return self._consents_page(saved=bool(saved))

    @http.route(
        "/my/consents", type="http", auth="user", website=True, methods=["POST"]
    )
    def save_my_consents(self, **_kwargs):
        """Record the answers of the form."""
        partner = request.env.user.partner_id
        form = request.httprequest.form
        pages = self._preference_pages()
        try:
            with request.env.cr.savepoint():
                if "stop" in form:
                    pages._withdraw_marketing(partner, via="portal", **origin())
                else:
                    ticked, shown = read_answers(form)
                    pages._save(partner, ticked, shown, via="portal", **origin())
        except ValidationError as error:
            return self._consents_page(error=str(error))
        return request.redirect("/my/consents?saved=1")

    @http.route(
        "/my/consents/receipt/<string:uuid>.json",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def my_receipt(self, uuid, **_kwargs):
        """Download one of the person's own receipts."""
        receipt = (
            request.env["pdpa.receipt"]
            .sudo()
            .search(
                [
                    ("uuid", "=", uuid),
                    ("partner_id", "=", request.env.user.partner_id.id),
                ]
            )
        )
        return json_file(receipt) if receipt else request.not_found()

    def _preference_pages(self):
        return request.env["pdpa.preference"].sudo()

    def _consents_page(self, **values):
        values.update(self._prepare_portal_layout_values())
        values.update(
            self._preference_pages()._values(request.env.user.partner_id),
            page_name="pdpa_consents",
            action="/my/consents",
            receipt_base="/my/consents/receipt",
            csrf_token=request.csrf_token(),
        )
        return request.render("crm_pdpa.portal_my_consents", values)
