"""What the processes of the crash tests of the customer statistics do.

Imported by `actors.py`; see there.
"""

import sys

import odoo
from odoo.api import Environment

from odoo.addons.crm_segments.models import (
    crm_partner_stats_refresh as refresh,
)
from odoo.addons.crm_segments.models import (
    crm_stats_rebuild as rebuild,
)

FACTS = """
    SELECT string_agg(concat_ws(',', s.partner_id, s.company_id, s.nesl, s.order_count,
                                s.amount_total, s.last_order_date, s.rfm_cell), ';'
                      ORDER BY s.partner_id, s.company_id)
      FROM crm_partner_stats s
"""
RIGHT = """
    SELECT count(*) FROM crm_partner_stats s JOIN sale_order o
        ON o.partner_id = s.partner_id AND o.company_id = s.company_id
     WHERE s.amount_total = o.amount_untaxed AND o.amount_untaxed BETWEEN 101 AND 107
"""


def prepare(env, count, queued):
    """Customers with an order each; then every order costs more, unseen by Odoo."""
    product = env["product.product"].create(
        {"name": "Tea", "list_price": 1000, "taxes_id": [(5,)]}
    )
    people = env["res.partner"].create(
        [{"name": f"Customer {number}"} for number in range(count)]
    )
    line = {"product_id": product.id, "product_uom_qty": 1, "price_unit": 100}
    orders = env["sale.order"].create(
        [
            {"partner_id": person.id, "state": "sale", "order_line": [(0, 0, line)]}
            for person in people
        ]
    )
    env["crm.partner.stats"]._refresh(full=True)
    env["crm.stats.rebuild"].search([]).unlink()
    env.flush_all()
    env.cr.execute(
        "UPDATE sale_order SET amount_untaxed = 101 + id %% 7 WHERE id = ANY(%s)",
        [orders.ids],
    )
    if queued:
        env["crm.stats.queue"]._push(people.ids)


def stop_in_call(registry, method, number):
    """Let a method of the statistics stop before it ends in its n-th call.

    It says so on stdout and waits: to be killed, with its work done but uncommitted.
    """
    cls = registry["crm.partner.stats"]
    original, calls = getattr(cls, method), []

    def stop(stats, *args, **kwargs):
        calls.append(True)
        result = original(stats, *args, **kwargs)
        if len(calls) == number:
            print("ready", flush=True)
            sys.stdin.readline()
        return result

    setattr(cls, method, stop)


def run_job(registry, job, size):
    """A scheduled job in steps of so many contacts."""
    rebuild.CHUNK = refresh.CRON_BATCH = size
    with registry.cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        getattr(env["crm.partner.stats"], job)()


def facts(registry):
    """What there is, and whether a full refresh in one go finds it right."""
    with registry.cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        last = env["crm.stats.rebuild"].search([], limit=1)
        cr.execute(FACTS)
        before = cr.fetchone()
        cr.execute(RIGHT)
        [right] = cr.fetchone()
        found = {
            "state": last.state,
            "done": last.done,
            "total": last.total,
            "queued": env["crm.stats.queue"].search_count([]),
            "right": right,
            "wrong": env["crm.partner.stats"]._refresh(full=True),
        }
        # and without taking any row's word for being right
        cr.execute("UPDATE crm_partner_stats SET seal = NULL")
        env["crm.partner.stats"]._refresh(full=True)
        cr.execute(FACTS)
        found["same"] = cr.fetchone() == before
        cr.rollback()
        return found
