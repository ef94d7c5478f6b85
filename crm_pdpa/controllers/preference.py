from markupsafe import Markup

from odoo import http
from odoo.exceptions import ValidationError
from odoo.http import request

from .receipt import json_file

HEADERS = [
    ("X-Robots-Tag", "noindex, nofollow"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
]
PAGE = "/pdpa/p/<string:token>"
ONE_CLICK = "/pdpa/u/<string:token>"


def read_answers(form):
    """The ticked boxes and the notice versions of a posted preference form."""
    shown = {
        name.removeprefix("version."): int(value)
        for name, value in form.items()
        if name.startswith("version.") and value.isdecimal()
    }
    return form.getlist("tick"), shown


def origin():
    """Where a request came from, for the receipt."""
    web = request.httprequest
    return {"ip": web.remote_addr, "user_agent": web.user_agent.string}


class PreferencePage(http.Controller):
    """The consents of one person behind a link; reading changes nothing."""

    @http.route(
        [PAGE, ONE_CLICK],
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        sitemap=False,
    )
    def show(self, token, **_kwargs):
        """Show the page: mail scanners open links, so a GET never changes anything."""
        link = request.env["pdpa.preference.token"]._find(token)
        return self._page(link, token)

    @http.route(PAGE, type="http", auth="public", methods=["POST"], sitemap=False)
    def save(self, token, **_kwargs):
        """Record the answers of the form."""
        link = request.env["pdpa.preference.token"]._find(token)
        if not link._is_valid():
            return self._page(link, token)
        pages = self._pages(link)
        ticked, shown = read_answers(request.httprequest.form)
        if "stop" in request.httprequest.form:
            pages._withdraw_marketing(link.partner_id, via="link", **origin())
            link._mark_used()
            return self._page(link, token, saved=True)
        try:
            with request.env.cr.savepoint():
                pages._save(link.partner_id, ticked, shown, via="link", **origin())
        except ValidationError as error:
            return self._page(link, token, error=str(error))
        link._mark_used()
        return self._page(link, token, saved=True)

    @http.route(
        ONE_CLICK,
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
    )
    def one_click(self, token, **kwargs):
        """Withdraw marketing e-mail as RFC 8058 lays down, without a page."""
        link = request.env["pdpa.preference.token"]._find(token)
        if not link._is_valid():
            return self._page(link, token)
        if kwargs.get("List-Unsubscribe") != "One-Click":
            return request.make_response(
                "The body must be List-Unsubscribe=One-Click.\n",
                [*HEADERS, ("Content-Type", "text/plain; charset=utf-8")],
                status=400,
            )
        self._pages(link)._withdraw_marketing(
            link.partner_id, link.purpose_id, via="link", **origin()
        )
        link._mark_used()
        return request.make_response(
            "OK\n", [*HEADERS, ("Content-Type", "text/plain; charset=utf-8")]
        )

    @http.route(
        f"{PAGE}/receipt/<string:uuid>.json",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        sitemap=False,
    )
    def receipt(self, token, uuid, **_kwargs):
        """Download one of the person's own receipts."""
        link = request.env["pdpa.preference.token"]._find(token)
        if not link._is_valid():
            return self._page(link, token)
        receipt = (
            request.env["pdpa.receipt"]
            .sudo()
            .search(
                [
                    ("uuid", "=", uuid),
                    ("partner_id", "=", link.partner_id.id),
                    ("company_id", "=", link.company_id.id),
                ]
            )
        )
        return json_file(receipt) if receipt else request.not_found()

    # -- helpers --------------------------------------------------------------
    def _pages(self, link):
        """``pdpa.preference`` in the company and the language of the person."""
        lang = link.partner_id.lang or link.company_id.partner_id.lang
        pages = request.env["pdpa.preference"].sudo().with_company(link.company_id)
        return pages.with_context(lang=lang or request.env.lang)

    def _page(self, link, token, **values):
        """The page of a valid link, else a page that says why there is none."""
        if not link._is_valid():
            return self._render(
                request.env["pdpa.preference"].sudo(),
                "crm_pdpa.preference_gone",
                {"expired": bool(link)},
                status=410 if link else 404,
            )
        pages = self._pages(link)
        values.update(
            pages._values(link.partner_id),
            action=f"/pdpa/p/{token}",
            receipt_base=f"/pdpa/p/{token}/receipt",
            csrf_token=request.csrf_token(),
        )
        return self._render(
            pages,
            "crm_pdpa.preference_page",
            values,
            status=409 if values.get("error") else 200,
        )

    def _render(self, pages, template, values, status):
        body = Markup("<!DOCTYPE html>\n%s") % pages.env["ir.qweb"]._render(
            template, values
        )
        return request.make_response(
            body,
            [*HEADERS, ("Content-Type", "text/html; charset=utf-8")],
            status=status,
        )
