import urllib.parse

from odoo.exceptions import ValidationError
from odoo.http import Controller, request, route

from odoo.addons.crm_pdpa.controllers.preference import origin, read_answers

from . import page

PATH = "/line/link"


class AccountLink(Controller):
    """The page between LINE's chat and LINE's account-link dialog.

    The address names the LINE user (signed), the log-in names the contact. LINE's
    dialog then makes sure that the person is that LINE user, and reports the nonce.
    """

    @route(
        PATH, type="http", auth="user", methods=["GET"], readonly=True, sitemap=False
    )
    def show(self, offer="", **_kwargs):
        """Show whom and what would be linked; nothing changes."""
        return self._show(offer)

    @route(PATH, type="http", auth="user", methods=["POST"], sitemap=False)
    def link(self, offer="", **_kwargs):
        """Record the consents and go on to LINE's dialog."""
        user = self._offered(offer)
        if not page.may_call():
            return page.too_many(user.env)
        if not user or self._is_done(user) or self._problem(user):
            return self._show(offer)
        # before anything is written: LINE may be slow, and the request may be retried
        account = user.account_id
        outcome = account._client().link_token(user.line_uid)
        token = outcome.content.get("linkToken") if outcome.is_success else None
        if not isinstance(token, str):
            return self._show(
                offer,
                502,
                error=user.env._(
                    "LINE does not answer right now. Nothing was linked. Try again in "
                    "a minute."
                ),
            )
        partner = page.signed_in()
        ticked, shown = read_answers(request.httprequest.form)
        try:
            with request.env.cr.savepoint():
                self._consents(user)._save(
                    partner, ticked, shown, via="line", **origin()
                )
        except ValidationError as error:
            return self._show(offer, 409, error=str(error))
        nonce = user.env["line.link"]._create_nonce(user, partner)
        query = urllib.parse.urlencode({"linkToken": token, "nonce": nonce})
        return request.redirect(
            f"{account._hosts().access}/dialog/bot/accountLink?{query}", local=False
        )

    # -- helpers --------------------------------------------------------------
    def _offered(self, offer):
        """The LINE user (sudo) of the offer, in the language of the visitor."""
        return request.env["line.account"]._offered_user(offer)

    def _path(self, offer):
        return f"{PATH}?offer={urllib.parse.quote(offer)}"

    def _is_done(self, user):
        return user.partner_id == page.signed_in()

    def _problem(self, user):
        return user._binding_problem(page.signed_in())

    def _consents(self, user):
        return request.env["pdpa.preference"]._for_line(user.company_id)

    def _show(self, offer, status=200, error=None):
        user = self._offered(offer)
        env = user.env
        if not user:
            return page.notice(
                env,
                env._("This link is no longer valid"),
                env._("Enter “綁定” (bind) in LINE to get a new one."),
                410,
            )
        if self._is_done(user):
            return self._done(user)
        problem = self._problem(user)
        if problem:
            return page.notice(
                env,
                env._("Cannot be linked"),
                problem,
                409,
                log_out=page.log_out(self._path(offer)),
            )
        partner = page.signed_in()
        values = self._consents(user)._values(partner) | {
            "user": user,
            "account": user.account_id,
            "moves": self._moves(user, partner),
            "action": PATH,
            "offer": offer,
            "log_out": page.log_out(self._path(offer)),
            "error": error,
        }
        return page.render(env, "crm_line.page_link", values, status)

    def _done(self, user):
        return page.render(
            user.env,
            "crm_line.page_done",
            {"user": user, "account": user.account_id, "partner": user.partner_id},
        )

    def _moves(self, user, partner):
        """Another LINE user who would lose the contact."""
        return user.search(
            [
                ("account_id", "=", user.account_id.id),
                ("partner_id", "=", partner.id),
                ("id", "!=", user.id),
            ]
        )
