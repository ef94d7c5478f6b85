from werkzeug.exceptions import NotFound

from odoo.http import Controller, request, route

from ..tools import tracked_links


class LineClickRedirect(Controller):
    """Where the links in our messages lead first."""

    @route(
        "/line/r/<string:code>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        save_session=False,
    )
    def follow(self, code):
        """Count a person, not a preview, and go on."""
        link = request.env["line.click"].sudo()._find(code)
        if not link:
            raise NotFound
        call = request.httprequest
        headers = call.headers
        purpose = f"{headers.get('Purpose', '')} {headers.get('Sec-Purpose', '')}"
        if tracked_links.is_person(call.method, call.user_agent.string, purpose):
            link._followed()
        response = request.redirect(link.link_id.url, code=302, local=False)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
