"""What the processes of the race tests do: python actors.py DATABASE ACTOR ARGUMENT ...

Every actor runs its work as a request would: in its own transaction, retried by Odoo on
serialization failures, committed at the end.
"""

import sys
import time

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


def meet(at):
    """Wait until the wall clock shows `at`, so that processes collide on purpose."""
    time.sleep(max(0.0, float(at) - time.time()))


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
def confirm(registry, order_id, at):
    def work(env):
        order = env["sale.order"].browse(int(order_id))
        meet(at)
        order.action_confirm()

    request(registry, work)


@actor
def enroll(registry, partner_id, at):
    def work(env):
        partner = env["res.partner"].browse(int(partner_id))
        meet(at)
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


if __name__ == "__main__":
    database, name, *words = sys.argv[1:]
    config.parse_config([f"--database={database}", "--log-level=critical"])
    ACTORS[name](Registry(database), *words)
