"""What the processes of the race tests do: python actors.py DATABASE ACTOR ARGUMENT ...

Every actor runs its work as a request would: in its own transaction, retried by Odoo on
serialization failures, committed at the end.
"""

import sys

import odoo
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import config

ACTORS = {}


def actor(function):
    ACTORS[function.__name__] = function
    return function


def request(registry, work):
    """Run work(env) as one request does."""
    with registry.cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        return retrying(lambda: work(env), env)


_met = []


def meet(env):
    """Say that the transaction is open, then wait until the others are there too.

    Only the first time: a retried transaction goes straight on.
    """
    env.cr.execute("SELECT 1")  # takes the snapshot of the transaction
    if not _met:
        _met.append(True)
        print("ready", flush=True)
        sys.stdin.readline()


@actor
def prepare_first_orders(registry):
    """A contact with two quotations, in a company that enrols on the first order."""

    def work(env):
        program = env["loyalty.program"].search([("is_membership", "=", True)], limit=1)
        program.enroll_on_first_order = True
        partner = env["res.partner"].create({"name": "Two tills"})
        product = env["product.product"].create(
            {"name": "Tea", "list_price": 1000, "taxes_id": [(5,)]}
        )
        orders = env["sale.order"].create(
            [
                {"partner_id": partner.id, "order_line": [(0, 0, line)]}
                for line in [{"product_id": product.id, "product_uom_qty": 1}] * 2
            ]
        )
        print(partner.id, *orders.ids)

    request(registry, work)


@actor
def confirm(registry, order_id):
    def work(env):
        order = env["sale.order"].browse(int(order_id))
        meet(env)
        order.action_confirm()

    request(registry, work)


@actor
def enroll(registry, partner_id):
    def work(env):
        partner = env["res.partner"].browse(int(partner_id))
        meet(env)
        env["loyalty.member"]._enroll(partner)

    request(registry, work)


@actor
def membership_facts(registry, partner_id):
    """Print: cards, members, balance, card points, discrepancies."""

    def work(env):
        partner = env["res.partner"].browse(int(partner_id))
        member = env["loyalty.member"].search([("partner_id", "=", partner.id)])
        cards = env["loyalty.card"].search(
            [("partner_id", "=", partner.id), ("program_id.is_membership", "=", True)]
        )
        print(
            len(cards),
            len(member),
            sum(member.mapped("balance")),
            int(sum(cards.mapped("points"))),
            len(member._prove(member)),
        )

    request(registry, work)


@actor
def prepare_notice(registry):
    """A contact whose company has published its notice."""

    def work(env):
        from odoo.addons.crm_pdpa.tests.common import publish_notice

        publish_notice(env)
        print(env["res.partner"].create({"name": "Two answers"}).id)

    request(registry, work)


@actor
def answer(registry, partner_id, event):
    """Record an answer about marketing e-mail."""

    def work(env):
        partner = env["res.partner"].browse(int(partner_id))
        env["pdpa.gate"]._filter(partner, "marketing", "email")
        meet(env)
        env["pdpa.receipt"]._record(partner, "marketing", event, ["email"])

    request(registry, work)


@actor
def consent_facts(registry, partner_id):
    """Print: receipts, event of the newest one, current state."""

    def work(env):
        partner = env["res.partner"].browse(int(partner_id))
        receipts = partner.pdpa_receipt_ids.sorted(lambda r: (r.occurred_at, r.id))
        print(
            len(receipts), receipts[-1].event, *partner.pdpa_consent_ids.mapped("state")
        )

    request(registry, work)


@actor
def withdraw_versus_send(registry, rounds):
    """Print: rounds, mails sent, mails cancelled, mails that left too late."""
    import race_send

    print(rounds, *race_send.run(registry, request, int(rounds)))


if __name__ == "__main__":
    database, name, *words = sys.argv[1:]
    config.parse_config([f"--database={database}", "--log-level=critical"])
    ACTORS[name](Registry(database), *words)
