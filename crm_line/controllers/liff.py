import time

import psycopg2

from odoo.exceptions import ValidationError
from odoo.http import Controller, request, route
from odoo.tools import mute_logger

from odoo.addons.crm_pdpa.controllers.preference import origin, read_answers

from ..tools import binding_code, id_token
from . import page

PATH = "/line/liff/<string:token>"
SESSION_KEY = "crm_line_liff"
VERIFIED_SECONDS = 15 * 60


class Liff(Controller):
    """The binding page inside LINE (LIFF).

    The browser hands over an ID token and nothing else; LINE says whose it is. What
    LINE said is kept in the session on the server for some minutes.
    """

    @route(
        PATH, type="http", auth="public", methods=["GET"], readonly=True, sitemap=False
    )
    def start(self, token, **_kwargs):
        """Load LINE's SDK and fetch the ID token."""
        account = self._account(token)
        if not account:
            return self._unknown(account)
        return page.render(
            account.env,
            "crm_line.page_liff",
            {"account": account, "sdk_url": account._liff_sdk_url()},
        )

    @route(PATH, type="http", auth="public", methods=["POST"], sitemap=False)
    def verify(self, token, **form):
        """Ask LINE whose ID token this is. Nothing is written here."""
        account = self._account(token)
        if not page.may_call():
            return page.too_many(account.env)
        if not account:
            return self._unknown(account)
        given = form.get("id_token") or ""
        if not id_token.looks_right(given):
            return self._not_verified(account)
        channel = account.login_channel_ident
        outcome = account._client().verify_id_token(given, channel)
        if not outcome.is_success and outcome.kind != "rejected":
            return page.notice(
                account.env,
                account.env._("LINE does not answer"),
                account.env._("Nothing was linked. Try again in a minute."),
                502,
            )
        claims = outcome.content if outcome.is_success else {}
        line_uid = id_token.user_id(claims, channel, time.time())
        if not line_uid:
            return self._not_verified(account)
        request.session[SESSION_KEY] = {
            "account": account.id,
            "uid": line_uid,
            "name": str(claims.get("name") or "")[:100],
            "until": time.time() + VERIFIED_SECONDS,
        }
        return request.redirect(f"/line/liff/{token}/bind")

    @route(
        f"{PATH}/bind",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        sitemap=False,
    )
    def show(self, token, **_kwargs):
        """Show whom and what would be linked; nothing changes."""
        return self._show(token)

    @route(f"{PATH}/bind", type="http", auth="public", methods=["POST"], sitemap=False)
    def bind(self, token, **form):
        """Bind the verified LINE user: to who is signed in, or by a code."""
        account = self._account(token)
        if not page.may_call():
            return page.too_many(account.env)
        verified = self._verified(account)
        if not verified:
            return self._show(token)
        user = account.env["line.user"]._ensure(
            account, verified["uid"], verified["name"]
        )
        if not user:
            return self._show(token, 409, error=self._busy(account))
        work = self._bind_by_code if "code" in form else self._bind_signed_in
        try:
            with mute_logger("odoo.sql_db"), request.env.cr.savepoint():
                error = work(user, form)
        except ValidationError as refusal:
            error = str(refusal)
        except psycopg2.IntegrityError:  # the contact was bound at the same moment
            error = self._busy(account)
        if error:
            return self._show(token, 409, error=error, phone=form.get("phone"))
        return page.render(
            user.env,
            "crm_line.page_done",
            {"account": account, "user": user, "partner": user.partner_id, "liff": 1},
        )

    # -- binding --------------------------------------------------------------
    def _bind_signed_in(self, user, _form):
        """Bind to the signed-in contact; a sentence when it is not possible."""
        partner = page.signed_in()
        if not partner:
            return user.env._("Log in first, or enter a code.")
        problem = user._binding_problem(partner)
        if problem:
            return problem
        ticked, shown = read_answers(request.httprequest.form)
        pages = self._consents(user.account_id)
        pages._save(partner, ticked, shown, via="line", **origin())
        user._bind(partner, "liff")
        return ""

    def _bind_by_code(self, user, form):
        """Bind by telephone number and code; a sentence when they are wrong."""
        phone = (form.get("phone") or "").strip()
        code = binding_code.find(form.get("code") or "")
        if not phone:
            return user.env._("Fill in “Telephone number”.")
        if not code:
            return user.env._("“Code” has 8 letters and digits. Correct it.")
        partner, sentence = user._redeem(code, "liff", phone)
        if not partner:
            return sentence
        ticked, shown = read_answers(request.httprequest.form)
        pages = self._consents(user.account_id)
        pages._grant(partner, ticked, shown, via="line", **origin())
        return ""

    # -- helpers --------------------------------------------------------------
    def _account(self, token):
        """The account (sudo) of the address, if its LIFF settings are complete."""
        accounts = request.env["line.account"].sudo()
        account = accounts.search([("liff_token", "=", token)])
        return account.filtered(lambda found: found._has_liff())

    def _verified(self, account):
        """What LINE said about the visitor, unless it is too long ago."""
        known = request.session.get(SESSION_KEY) or {}
        fits = account and known.get("account") == account.id
        return known if fits and known["until"] > time.time() else None

    def _consents(self, account):
        return request.env["pdpa.preference"]._for_line(account.company_id)

    def _show(self, token, status=200, error=None, phone=None):
        account = self._account(token)
        if not account:
            return self._unknown(account)
        verified = self._verified(account)
        if not verified:
            return request.redirect(f"/line/liff/{token}")
        user = account.env["line.user"].search(
            [("account_id", "=", account.id), ("line_uid", "=", verified["uid"])]
        )
        partner = page.signed_in()
        if user.partner_id:
            return self._bound(user, partner)
        pages = self._consents(account)
        values = {
            "company": account.company_id,
            "account": account,
            "partner": partner,
            "line_name": verified["name"],
            "rows": pages._values(partner)["rows"] if partner else pages._empty_rows(),
            "moves": partner
            and user.search(
                [("account_id", "=", account.id), ("partner_id", "=", partner.id)]
            ),
            "problem": partner and user and user._binding_problem(partner),
            "action": f"/line/liff/{token}/bind",
            "log_in": f"/web/login?redirect=/line/liff/{token}/bind",
            "log_out": page.log_out(f"/line/liff/{token}"),
            "error": error,
            "phone": phone,
        }
        return page.render(account.env, "crm_line.page_liff_bind", values, status)

    def _bound(self, user, partner):
        """Bound already: the own contact may be named, another one may not."""
        if user.partner_id == partner:
            values = {"account": user.account_id, "user": user, "partner": partner}
            return page.render(user.env, "crm_line.page_done", values | {"liff": 1})
        return page.notice(
            user.env,
            user.env._("Already linked"),
            user.env._(
                "Your LINE account is linked to a customer record. To end this, enter "
                "“解除綁定” (unlink) in LINE."
            ),
            200,
        )

    def _unknown(self, account):
        return page.notice(
            account.env,
            account.env._("This page does not exist"),
            account.env._("Open it again from LINE, or contact us."),
            404,
        )

    def _not_verified(self, account):
        return page.notice(
            account.env,
            account.env._("LINE could not confirm who you are"),
            account.env._("Nothing was linked. Close this page and open it in LINE."),
            403,
        )

    def _busy(self, account):
        return account.env._("Somebody else changed this just now. Try again.")
