from odoo.exceptions import ValidationError
from odoo.http import request, route

from odoo.addons.crm_pdpa.controllers.preference import origin, read_answers
from odoo.addons.portal.controllers.portal import CustomerPortal

PATH = "/my/line"


class LinePortal(CustomerPortal):
    """The LINE accounts of the signed-in person, on the portal."""

    @route(PATH, type="http", auth="user", website=True, methods=["GET"], readonly=True)
    def my_line(self, saved=None, **_kwargs):
        """Show what is linked, how to link, and the consents for LINE."""
        return self._line_page(saved=saved)

    @route(PATH, type="http", auth="user", website=True, methods=["POST"])
    def save_my_line_consents(self, **_kwargs):
        """Record the answers about LINE."""
        ticked, shown = read_answers(request.httprequest.form)
        try:
            with request.env.cr.savepoint():
                self._line_consents()._save(
                    request.env.user.partner_id,
                    ticked,
                    shown,
                    via="portal",
                    **origin(),
                )
        except ValidationError as error:
            return self._line_page(error=str(error))
        return request.redirect(f"{PATH}?saved=consents")

    @route(f"{PATH}/unlink", type="http", auth="user", website=True, methods=["POST"])
    def unlink_my_line(self, line_user="", **_kwargs):
        """Unlink one of the own LINE accounts; the consents stay."""
        own = self._own_line_users()
        own.filtered(lambda user: str(user.id) == line_user)._unbind("portal")
        return request.redirect(f"{PATH}?saved=unlinked")

    # -- helpers --------------------------------------------------------------
    def _own_line_users(self):
        """LINE users (sudo) bound to the signed-in person."""
        return (
            request.env["line.user"]
            .sudo()
            .search([("partner_id", "=", request.env.user.partner_id.id)], order="id")
        )

    def _line_consents(self):
        return request.env["pdpa.preference"]._for_line(request.env.company)

    def _line_page(self, **values):
        users = self._own_line_users()
        accounts = (
            request.env["line.account"]
            .sudo()
            .search([("company_id", "=", request.env.company.id)])
        )
        values.update(self._prepare_portal_layout_values())
        values.update(
            self._line_consents()._values(request.env.user.partner_id),
            page_name="line",
            users=users,
            accounts=accounts - users.account_id,
            action=PATH,
            csrf_token=request.csrf_token(),
        )
        return request.render("crm_line.portal_my_line", values)
