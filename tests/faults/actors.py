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
def prepare_reveals(registry, limit):
    """A user who may show a few values an hour, and a contact; prints their ids."""

    def work(env):
        from odoo.tests import new_test_user

        env["ir.config_parameter"].set_param("crm_pdpa.reveals_per_hour", limit)
        user = new_test_user(env, login="hasty", groups="base.group_user")
        print(user.id, env["res.partner"].create({"name": "P", "phone": "x"}).id)

    request(registry, work)


@actor
def show_value(registry, uid, partner_id):
    """Show one masked value, or be refused."""

    def work(env):
        from odoo.exceptions import UserError

        meet(env)
        partner = env(user=int(uid))["res.partner"].browse(int(partner_id))
        try:
            partner.pdpa_reveal("phone", "delivery")
        except UserError:
            env.cr.rollback()

    request(registry, work)


@actor
def reveal_facts(registry, uid):
    """Print: grants, recorded reveals, recorded refusals."""

    def work(env):
        print(env["pdpa.reveal"].search_count([("user_id", "=", int(uid))]), end=" ")
        for denied in (False, True):
            rows = [("operation", "=", "reveal"), ("denied", "=", denied)]
            print(env["pdpa.audit"].search_count(rows), end=" ")

    request(registry, work)


if __name__ == "__main__":
    database, name, *words = sys.argv[1:]
    config.parse_config([f"--database={database}", "--log-level=critical"])
    ACTORS[name](Registry(database), *words)
