"""Take the README's screenshots from a running demo.

usage: screenshots.py [--port 8069] [--out docs] [name ...]

Start ./setup/run --fresh first: some shots need what a new demo holds.
"""

import argparse
import json
import os
import time
from pathlib import Path

from chromium import Browser

ROOT = Path(__file__).resolve().parents[2]
DESKTOP = (1280, 800)
PHONE = (390, 844)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8069)
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    os.chdir(ROOT)
    browser = Browser()
    try:
        for name, take in SHOTS.items():
            if not options.names or name in options.names:
                take(browser, f"http://localhost:{options.port}")
                browser.picture(options.out / f"{name}.png")
    finally:
        browser.close()


SEARCH = """fetch("/web/dataset/call_kw/%(model)s/search", {
    method: "POST", headers: {"Content-Type": "application/json"},
    body: JSON.stringify({jsonrpc: "2.0", method: "call", params: {
        model: "%(model)s", method: "search", args: [%(domain)s], kwargs: {limit: 1}}}),
}).then((answer) => answer.json()).then((answer) => answer.result[0])"""


def _find(browser, model, domain):
    """Id of the first record, asked for as the web client does."""
    values = {"model": model, "domain": json.dumps(domain)}
    return browser.js(SEARCH % values)


def _customer(browser):
    """The demo's member who uses the portal."""
    domain = [["user_ids.share", "=", True], ["customer_rank", ">", 0]]
    return _find(browser, "res.partner", domain)


def _stranger(browser):
    """A customer of another salesperson, with telephone and e-mail."""
    domain = [["phone", "!=", False], ["email", "!=", False], ["customer_rank", ">", 0]]
    return _find(browser, "res.partner", [*domain, ["user_id.login", "=", "sales2"]])


def contact_consent(browser, base):
    browser.size(*DESKTOP)
    browser.log_in(base, "admin")
    contact = f"{base}/odoo/contacts/{_customer(browser)}"
    browser.open(contact, "a[name=pdpa_consent]")
    browser.click("a[name=pdpa_consent]")


def contact_masked(browser, base):
    browser.size(*DESKTOP)
    browser.log_in(base, "sales")
    contact = f"{base}/odoo/contacts/{_stranger(browser)}"
    browser.open(contact, ".o_pdpa_reveal")


def contacts_masked(browser, base):
    browser.size(*DESKTOP)
    browser.log_in(base, "sales")
    browser.open(f"{base}/odoo/contacts?view_type=list", ".o_list_view .o_pdpa_reveal")


def reveal_dialog(browser, base):
    contact_masked(browser, base)
    browser.click(".o_field_widget[name=phone] .o_pdpa_reveal")
    browser.wait("document.querySelector('.o_pdpa_reveal_form')")


def audit_trail(browser, base):
    browser.size(*DESKTOP)
    browser.log_in(base, "dpo")
    browser.open(f"{base}/odoo/action-crm_pdpa.action_pdpa_audit", ".o_data_row")


def notice_diff(browser, base):
    browser.size(*DESKTOP)
    browser.log_in(base, "dpo")
    draft = _find(
        browser,
        "pdpa.notice.version",
        [["state", "=", "draft"], ["lang", "=", "zh_TW"]],
    )
    browser.open(
        f"{base}/odoo/action-crm_pdpa.action_pdpa_notice_version/{draft}",
        "button[name=action_compare]",
    )
    browser.click("button[name=action_compare]")
    browser.wait("document.querySelector('.modal ins')")


def preference_centre(browser, base):
    browser.size(*PHONE)
    browser.log_in(base, "portal")
    browser.open(f"{base}/my/consents", "form input[type=checkbox]")


def masking_wizard(browser, base):
    browser.size(*DESKTOP)
    browser.log_in(base, "dpo")
    browser.open(f"{base}/odoo/action-crm_pdpa.action_pdpa_setup_wizard", ".modal")
    browser.click("button[name=action_next]")
    browser.click("button[name=action_next]")


def nesl_pivot(browser, base):
    browser.size(*DESKTOP)
    browser.log_in(base, "admin")
    browser.open(f"{base}/odoo/customer-states", ".o_pivot table tbody tr")


def line_chat(browser, base):
    browser.size(*DESKTOP)
    browser.log_in(base, "admin")
    domain = [["channel_type", "=", "line"], ["message_ids.body", "ilike", "鶯歌"]]
    channel = _find(browser, "discuss.channel", domain) or _find(
        browser, "discuss.channel", domain[:1]
    )
    url = f"{base}/odoo/discuss?active_id=discuss.channel_{channel}"
    browser.open(url, ".o-mail-Message")
    time.sleep(2)


def forecast_pivot(browser, base):
    browser.size(*DESKTOP)
    browser.log_in(base, "admin")
    browser.open(f"{base}/odoo/forecast", ".o_pivot table tbody tr")


def _member(browser):
    """The member who uses the portal."""
    return _find(browser, "loyalty.member", [["partner_id.user_ids.share", "=", True]])


def member_360(browser, base):
    browser.size(1280, 1000)
    browser.log_in(base, "admin")
    browser.open(f"{base}/odoo/members/{_member(browser)}", ".o_loyalty_figure")


def membership_dashboard(browser, base):
    browser.size(*DESKTOP)
    browser.log_in(base, "admin")
    browser.open(f"{base}/odoo/membership", ".o_loyalty_figure")


def points_liability(browser, base):
    browser.size(*DESKTOP)
    browser.log_in(base, "admin")
    browser.open(f"{base}/odoo/points-liability", ".o_pivot table tbody tr")


def order_points(browser, base):
    browser.size(1280, 1000)
    browser.log_in(base, "admin")
    customer = [["partner_id.user_ids.share", "=", True]]
    order = _find(browser, "sale.order", [["state", "=", "sale"], *customer])
    browser.open(f"{base}/odoo/orders/{order}", "[name=member_panel]")


def portal_card(browser, base):
    browser.size(*PHONE)
    browser.log_in(base, "portal")
    browser.open(f"{base}/my/membership", "svg")


SHOTS = {
    "contact-consent": contact_consent,
    "contact-masked": contact_masked,
    "contacts-masked": contacts_masked,
    "reveal-dialog": reveal_dialog,
    "audit-trail": audit_trail,
    "notice-diff": notice_diff,
    "preference-centre": preference_centre,
    "masking-wizard": masking_wizard,
    "nesl-pivot": nesl_pivot,
    "line-chat": line_chat,
    "forecast-pivot": forecast_pivot,
    "member-360": member_360,
    "membership-dashboard": membership_dashboard,
    "liability": points_liability,
    "order-points": order_points,
    "portal-card": portal_card,
}

if __name__ == "__main__":
    main()
