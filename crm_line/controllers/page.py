"""What the pages for customers have in common."""

import urllib.parse

from markupsafe import Markup

from odoo.http import request

from odoo.addons.crm_pdpa.controllers.preference import HEADERS

from ..tools.rate_limit import RateLimit

CALLS_PER_MINUTE = 20  # of one network address, in one process
limit = RateLimit(CALLS_PER_MINUTE, 60)


def may_call():
    """Whether this network address has not called too often."""
    return limit.take(request.httprequest.remote_addr)


def render(env, template, values, status=200):
    """A page of our own layout: small, without the website's menus and scripts."""
    values = {"csrf_token": request.csrf_token(), **values}
    body = Markup("<!DOCTYPE html>\n%s") % env["ir.qweb"]._render(template, values)
    return request.make_response(
        body, [*HEADERS, ("Content-Type", "text/html; charset=utf-8")], status=status
    )


def notice(env, title, text, status, **values):
    """A page with one sentence: what went wrong and what to do."""
    return render(
        env,
        "crm_line.page_notice",
        {"page_title": title, "text": text, **values},
        status,
    )


def too_many(env):
    return notice(
        env,
        env._("Please wait a moment"),
        env._("Too many attempts. Wait a minute and try again."),
        429,
    )


def log_out(path):
    """Address that logs the visitor out and comes back to ``path``."""
    return f"/web/session/logout?redirect={urllib.parse.quote(path, safe='')}"


def signed_in():
    """The contact (sudo) of the signed-in person; empty for the public."""
    user = request.env.user
    if user._is_public():
        return request.env["res.partner"].sudo()
    return user.partner_id.sudo()
