"""Take the README's screenshots from a running demo.

usage: screenshots.py [--port 8069] [--out docs] [name ...]

Start ./setup/run --fresh first: some shots need what a new demo holds. Pictures of LINE
are those of a story: CRM_SUITE_SHOTS=docs ./setup/test tests/browser
"""

import argparse
import json
import os
import time
from pathlib import Path

from chromium import Browser

ROOT = Path(__file__).resolve().parents[2]
DESKTOP = (1280, 800)
TALL = (1280, 1000)
PHONE = (390, 844)
SIMULATION = "/odoo/action-loyalty_members.loyalty_tier_simulation_action"
PERFORMANCE = "/odoo/customer-performance"


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


def page(browser, base, login, path, selector, size=DESKTOP):
    """Open a page as one of the demo's users."""
    browser.size(*size)
    browser.log_in(base, login)
    browser.open(f"{base}{path}", selector)


def shot(login, path, selector, size=DESKTOP):
    """A picture of a page as it opens."""
    return lambda browser, base: page(browser, base, login, path, selector, size)


CALL = """fetch("/web/dataset/call_kw/%(model)s/%(method)s", {
    method: "POST", headers: {"Content-Type": "application/json"},
    body: JSON.stringify({jsonrpc: "2.0", method: "call", params: {
        model: "%(model)s", method: "%(method)s", args: %(args)s, kwargs: %(kwargs)s}}),
}).then((answer) => answer.json()).then((answer) => answer.result)"""


def _find_all(browser, model, domain, limit=80):
    """Ids of records, asked for as the web client does."""
    values = {
        "model": model,
        "method": "search",
        "args": json.dumps([domain]),
        "kwargs": json.dumps({"limit": limit}),
    }
    return browser.js(CALL % values)


def _find(browser, model, domain):
    """Id of the first record, if there is one."""
    return next(iter(_find_all(browser, model, domain, limit=1)), None)


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


def reveal_dialog(browser, base):
    contact_masked(browser, base)
    browser.click(".o_field_widget[name=phone] .o_pdpa_reveal")
    browser.wait("document.querySelector('.o_pdpa_reveal_form')")


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


def masking_wizard(browser, base):
    browser.size(*DESKTOP)
    browser.log_in(base, "dpo")
    browser.open(f"{base}/odoo/action-crm_pdpa.action_pdpa_setup_wizard", ".modal")
    browser.click("button[name=action_next]")
    browser.click("button[name=action_next]")


def _member(browser):
    """The member who uses the portal."""
    return _find(browser, "loyalty.member", [["partner_id.user_ids.share", "=", True]])


def member_360(browser, base):
    browser.size(*TALL)
    browser.log_in(base, "admin")
    browser.open(f"{base}/odoo/members/{_member(browser)}", ".o_loyalty_figure")


def order_points(browser, base):
    """A quotation of a member: the points that it will earn."""
    browser.size(*TALL)
    browser.log_in(base, "admin")
    member = [["state", "in", ["draft", "sent"]], ["member_id", "!=", False]]
    order = _find(browser, "sale.order", member)
    browser.open(f"{base}/odoo/orders/{order}", "[name=member_panel]")


def tier_simulator(browser, base):
    """What would become of the members with other thresholds."""
    page(browser, base, "manager", SIMULATION, ".o_form_view .o_data_row", TALL)
    simulation = browser.js("location.pathname.split('/').pop()")
    lines = _find_all(
        browser,
        "loyalty.tier.simulation.line",
        [["simulation_id", "=", int(simulation)]],
    )
    for line, threshold in zip(lines[1:], (6000, 80000), strict=False):
        browser.js(
            CALL
            % {
                "model": "loyalty.tier.simulation.line",
                "method": "write",
                "args": json.dumps([[line], {"threshold": threshold}]),
                "kwargs": "{}",
            }
        )
    browser.click("button[name=action_preview]")
    time.sleep(4)


def segment_form(browser, base):
    browser.size(*TALL)
    browser.log_in(base, "manager")
    segment = _find(browser, "crm.segment", [["name", "=", "大台北的沉睡顧客"]])
    browser.open(f"{base}/odoo/segments/{segment}", ".o_form_view .o_data_row")


def customer_state(browser, base):
    """The statistics of a customer with the rule, the dates and the next change."""
    browser.size(*TALL)
    browser.log_in(base, "admin")
    row = _find(browser, "crm.partner.stats", [["nesl", "=", "sleeping"]])
    browser.open(f"{base}/odoo/customer-statistics/{row}", ".o_form_view")


def prediction_model(browser, base):
    browser.size(*TALL)
    browser.log_in(base, "admin")
    model = _find(browser, "crm.clv.model", [["state", "=", "ok"]])
    browser.open(f"{base}/odoo/prediction-model/{model}", ".o_form_view .o_data_row")


def performance_block(name):
    """One block of the page of customer performance, at the top of the picture."""

    def take(browser, base):
        page(browser, base, "admin", PERFORMANCE, f".o_performance_{name} table", TALL)
        time.sleep(3)
        browser.js(f"document.querySelector('.o_performance_{name}').scrollIntoView()")
        time.sleep(1)

    return take


def calls_explained(browser, base):
    """Forecast Calls with the opportunities of a salesperson, each explained."""
    page(browser, base, "manager", "/odoo/forecast-calls", ".o_calls_row", TALL)
    browser.click(".o_calls_row .o_calls_open")
    browser.wait("document.querySelector('.o_list_view .o_data_row')")


def funnel(browser, base):
    page(browser, base, "manager", "/odoo/funnel-diagnosis", "canvas", TALL)
    time.sleep(1)  # the bars grow


SHOTS = {
    "contact-consent": contact_consent,
    "contact-masked": contact_masked,
    "contacts-masked": shot(
        "sales", "/odoo/contacts?view_type=list", ".o_list_view .o_pdpa_reveal"
    ),
    "reveal-dialog": reveal_dialog,
    "audit-trail": shot(
        "dpo", "/odoo/action-crm_pdpa.action_pdpa_audit", ".o_data_row"
    ),
    "notice-diff": notice_diff,
    "preference-centre": shot(
        "portal", "/my/consents", "form input[type=checkbox]", PHONE
    ),
    "masking-wizard": masking_wizard,
    "nesl-pivot": shot("admin", "/odoo/customer-states", ".o_pivot table tbody tr"),
    "customer-state": customer_state,
    "segment": segment_form,
    "rfm-heat-map": performance_block("rfm"),
    "cohorts": performance_block("cohorts"),
    "migration": performance_block("migration"),
    "prediction-model": prediction_model,
    "forecast-pivot": shot("admin", "/odoo/forecast", ".o_pivot table tbody tr"),
    "my-day": shot("sales", "/odoo/my-sales-day", "canvas", TALL),
    "my-day-phone": shot("sales", "/odoo/my-sales-day", "canvas", PHONE),
    "team-overview": shot("manager", "/odoo/sales-team-overview", "canvas", TALL),
    "team-overview-phone": shot(
        "manager", "/odoo/sales-team-overview", "canvas", PHONE
    ),
    "forecast-calls": calls_explained,
    "forecast-changes": shot("manager", "/odoo/forecast-changes", "canvas", TALL),
    "forecast-accuracy": shot(
        "manager", "/odoo/forecast-accuracy", ".o_pivot table tbody tr"
    ),
    "funnel-diagnosis": funnel,
    "member-360": member_360,
    "membership-dashboard": shot("admin", "/odoo/membership", ".o_loyalty_figure"),
    "tier-simulator": tier_simulator,
    "liability": shot("admin", "/odoo/points-liability", ".o_pivot table tbody tr"),
    "order-points": order_points,
    "portal-card": shot("portal", "/my/membership", "svg", PHONE),
}

if __name__ == "__main__":
    main()
