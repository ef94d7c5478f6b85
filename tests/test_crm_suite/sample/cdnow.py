"""The CDNOW purchase log as contacts and confirmed sale orders.

The log (2,357 customers of an on-line music shop, January 1997 to June 1998) is the
data set of the buy-till-you-die papers, e.g. Fader, Hardie and Lee (2005), "Counting
Your Customers" the Easy Way. It ships in the PyPI package ``lifetimes``. Each line is
one purchase: id in the full data set, id in the sample (1 to 2357), date, number of
CDs, US dollars.

Each line becomes one order, also where a customer has two on the same day (the papers
merge those; a shop's books do not). The log has no price per CD: an order has one
tax-free line over the whole amount.
"""

import datetime
import importlib.util
import logging
import time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import NamedTuple

from odoo.fields import Command
from odoo.tools import SQL, split_every

_logger = logging.getLogger(__name__)

# the import neither tracks changes nor writes to anybody
SILENT = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "no_reset_password": True,
}
BATCH = 500
ANALYSED = (
    "res_partner",
    "sale_order",
    "sale_order_line",
    "loyalty_card",
    "loyalty_member",
    "loyalty_point_entry",
    "loyalty_point_lot",
)
# noon in Taipei, in UTC: the calendar date is the same wherever it is asked for
NOON = datetime.time(4, 0)


class Purchase(NamedTuple):
    """One line of the log."""

    master_id: int
    customer: int
    date: datetime.date
    quantity: int
    dollars: Decimal


def log_file():
    """Path of the log. ``lifetimes`` is found but not imported (it needs pandas)."""
    spec = importlib.util.find_spec("lifetimes")
    path = spec and Path(spec.origin).parent / "datasets" / "CDNOW_sample.txt"
    if not path or not path.exists():
        raise FileNotFoundError(
            "The CDNOW purchase log is not on this machine. It is a file of the Python "
            "package lifetimes: pip install --no-deps -r requirements-sample.txt"
        )
    return path


def read_log(path=None, customers=None):
    """The purchases in the order of the file.

    :param customers: ids in the sample to keep; all when not given
    :rtype: list[Purchase]
    """
    rows = []
    lines = Path(path or log_file()).read_text(encoding="ascii").splitlines()
    for number, line in enumerate(lines, start=1):
        try:
            master_id, customer, date, quantity, dollars = line.split()
            row = Purchase(
                int(master_id),
                int(customer),
                datetime.datetime.strptime(date, "%Y%m%d").date(),
                int(quantity),
                Decimal(dollars),
            )
        except (ValueError, ArithmeticError) as error:
            raise ValueError(
                f"Line {number} of the log is not a purchase: {line!r}"
            ) from error
        if customers is None or row.customer in customers:
            rows.append(row)
    return rows


def amount(dollars, rate):
    """NT$ of a purchase: dollars x rate, half a dollar rounded up, no cents."""
    return int((dollars * rate).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def import_log(env, rows, *, rate=30, shift_days=0):
    """Make contacts, members and confirmed orders of ``rows``.

    :param rows: purchases as of :func:`read_log`
    :param rate: NT$ per US dollar
    :param shift_days: added to every date, for a demo that ends today
    :return: the contacts, by the customer's id in the sample
    :rtype: dict[int, res.partner]
    """
    clock = _Clock()
    env = env(context={**env.context, **SILENT})
    partners = _create_partners(env, rows)
    clock.lap("%s contacts", len(partners))
    members = env["loyalty.member"]._enroll(
        env["res.partner"].union(*partners.values())
    )
    clock.lap("%s members", len(members))
    shift = datetime.timedelta(days=shift_days)
    rows = [row._replace(date=row.date + shift) for row in rows]
    orders = _create_orders(env, rows, partners, rate)
    clock.lap("%s orders", len(orders))
    for batch in split_every(BATCH, orders.ids, orders.browse):
        env["loyalty.member"]._reconcile(batch)
    clock.lap("points of %s orders", len(orders))
    env["crm.partner.stats"]._refresh(full=True)
    clock.lap("statistics")
    return partners


class _Clock:
    """Tells the log how long each step took."""

    def __init__(self):
        self.start = time.monotonic()

    def lap(self, message, *args):
        now = time.monotonic()
        _logger.info("CDNOW: " + message + " in %.1f s", *args, now - self.start)
        self.start = now


def _create_partners(env, rows):
    master_ids = {row.customer: row.master_id for row in rows}
    created = env["res.partner"].create(
        [
            {"name": f"CDNOW {customer:04d}", "ref": f"CDNOW-{master_id:05d}"}
            for customer, master_id in master_ids.items()
        ]
    )
    return dict(zip(master_ids, created, strict=True))


def _create_orders(env, rows, partners, rate):
    """Orders that are confirmed from the start: see ``_confirmed``."""
    product = env["product.product"].create(
        {"name": "CD", "type": "service", "list_price": 0, "taxes_id": False}
    )
    orders = env["sale.order"].with_context(sale_no_log_for_new_lines=True)
    confirmed = _confirmed(orders)
    numbered = list(enumerate(rows, start=1))
    for batch in split_every(BATCH, numbered):
        orders += orders.create(
            [
                {
                    **confirmed,
                    "name": f"CDNOW-{number:05d}",
                    "partner_id": partners[row.customer].id,
                    "date_order": datetime.datetime.combine(row.date, NOON),
                    "order_line": [Command.create(_line(row, product, rate))],
                }
                for number, row in batch
            ]
        )
        _analyze(env)
        _logger.info("CDNOW: %s of %s orders", len(orders), len(rows))
    return orders


def _confirmed(orders):
    """The values that ``action_confirm`` writes, without today's date.

    ``action_confirm`` would date the orders now and work through the native loyalty
    programs order by order (35 to 60 ms each, 5 minutes in all). It writes the fields
    of ``_prepare_confirmation_values`` and locks if the company wants that; the orders
    are created with just these. The members' points are then brought to their target
    by the same function which ``action_confirm`` comes to.
    """
    values = orders._prepare_confirmation_values()
    del values["date_order"]
    return {**values, "locked": orders.new()._should_be_locked()}


def _line(row, product, rate):
    return {
        "product_id": product.id,
        "name": f"{row.quantity} CD, US${row.dollars}",
        "product_uom_qty": 1,
        "price_unit": amount(row.dollars, rate),
        "tax_ids": False,
        "analytic_distribution": False,
    }


def _analyze(env):
    """Let PostgreSQL plan for what this transaction has brought into the tables.

    Otherwise it may still believe that they are empty, and loop over them.
    """
    env.flush_all()
    for table in ANALYSED:
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
