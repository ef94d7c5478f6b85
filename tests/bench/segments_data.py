"""A million contacts with five million orders for the benchmark of segments, by SQL."""

from contextlib import contextmanager

from odoo import Command, fields
from odoo.tools import SQL

from . import pdpa_data

ORDERS = 5  # per contact on average; a few have many, one in twenty or so none
ORDERS_PER_CREDIT_NOTE = 30
DAYS = 3 * 365
# one order in ten is a quotation
ORDER_VALUES = {
    "id": SQL("new.id"),
    "name": SQL("'B' || new.id"),
    "partner_id": SQL("new.partner_id"),
    "partner_invoice_id": SQL("new.partner_id"),
    "partner_shipping_id": SQL("new.partner_id"),
    "state": SQL("CASE WHEN new.n %% 10 = 0 THEN 'draft' ELSE 'sale' END"),
    "date_order": SQL("new.date_order"),
    "amount_untaxed": SQL("new.amount"),
    "amount_total": SQL("new.amount"),
    "amount_tax": SQL("0"),
    "currency_rate": SQL("1"),
    "access_token": SQL("NULL"),
}
ORDER_ROWS = """
    SELECT nextval('sale_order_id_seq') AS id, n,
           (%(partners)s::int[])[1 + floor(%(people)s * r * r)] AS partner_id,
           now() AT TIME ZONE 'UTC' - make_interval(secs => d * %(seconds)s)
               AS date_order,
           round((100 + a * a * a * 20000)::numeric) AS amount
      FROM (SELECT n, random() AS r, random() AS d, random() AS a
              FROM generate_series(1, %(count)s) n OFFSET 0) dice
"""
CREDIT_VALUES = {
    "id": SQL("new.id"),
    "name": SQL("'R' || new.id"),
    "partner_id": SQL("new.partner_id"),
    "commercial_partner_id": SQL("new.partner_id"),
    "partner_shipping_id": SQL("new.partner_id"),
    "invoice_date": SQL("new.date"),
    "date": SQL("new.date"),
    "amount_untaxed_signed": SQL("- new.amount"),
    "reversed_entry_id": SQL("NULL"),
    "access_token": SQL("NULL"),
}
# half of an order given back a week later
CREDIT_ROWS = """
    SELECT nextval('account_move_id_seq') AS id, partner_id,
           LEAST(date_order + interval '7 days', now())::date AS date,
           round(amount_untaxed / 2) AS amount
      FROM sale_order WHERE state = 'sale' AND id %% %(every)s = 0
"""
# only the line of the product is linked to a line of an order
CREDIT_LINE_VALUES = {
    "id": SQL("new.id"),
    "move_id": SQL("new.move_id"),
    "move_name": SQL("'R' || new.move_id"),
    "partner_id": SQL("new.partner_id"),
}
CREDIT_LINE_ROWS = """
    SELECT nextval('account_move_line_id_seq') AS id, id AS move_id, partner_id
      FROM account_move WHERE move_type = 'out_refund' AND id > %(pattern)s
"""
CHANGE = """
    WITH changed AS (
        SELECT id, partner_id FROM sale_order
         WHERE state = 'sale' AND partner_id = ANY(%(partners)s)),
    queued AS (
        INSERT INTO crm_stats_queue (partner_id)
        SELECT DISTINCT partner_id FROM changed)
    UPDATE sale_order o SET amount_untaxed = o.amount_untaxed + 1
      FROM changed WHERE changed.id = o.id
"""


def make_orders(env, people):
    """Contacts, their orders and credit notes in the main company.

    :return: ids of the contacts
    """
    env.cr.execute("SELECT setseed(0.5)")
    partners = pdpa_data.make_contacts(env, people)
    pattern = env["sale.order"].create({"partner_id": partners[0]})
    orders = SQL(
        ORDER_ROWS,
        partners=partners,
        people=people,
        seconds=DAYS * 86_400,
        count=people * ORDERS,
    )
    with _without_foreign_keys(env):
        _copy(pattern, ORDER_VALUES, orders)
    pattern.unlink()
    _make_credit_notes(env)
    return partners


def _make_credit_notes(env):
    order, pattern = _create_credit_note(env)
    credits = SQL(CREDIT_ROWS, every=ORDERS_PER_CREDIT_NOTE)
    with _without_foreign_keys(env):
        _copy(pattern, CREDIT_VALUES, credits)
        for line in pattern.line_ids:
            rows = SQL(CREDIT_LINE_ROWS, pattern=pattern.id)
            _copy(line, CREDIT_LINE_VALUES, rows)
    env.cr.execute(
        """
        INSERT INTO sale_order_line_invoice_rel (order_line_id, invoice_line_id)
        SELECT %s, id FROM account_move_line
         WHERE move_id > %s AND display_type = 'product'
        """,
        [order.order_line.id, pattern.id],
    )


def _create_credit_note(env):
    """An order of one product and the posted credit note of its invoice."""
    product = env["product.product"].create(
        {"name": "Tea", "type": "service", "invoice_policy": "order"}
    )
    order = env["sale.order"].create(
        {
            "partner_id": env["res.partner"].create({"name": "Pattern"}).id,
            "order_line": [Command.create({"product_id": product.id})],
        }
    )
    order.action_confirm()
    invoice = order._create_invoices()
    invoice.action_post()
    credit = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
    credit.action_post()
    return order, credit


@contextmanager
def _without_foreign_keys(env):
    """The copies name what the pattern names: checking each would take most of it."""
    env.flush_all()
    env.cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    [superuser] = env.cr.fetchone()
    if superuser:
        env.cr.execute("SET LOCAL session_replication_role = replica")
    yield
    if superuser:
        env.cr.execute("SET LOCAL session_replication_role = origin")


def _copy(pattern, values, rows):
    """Insert a copy of a record for each of the rows, which ``values`` calls new."""
    names = [
        name
        for name, field in pattern._fields.items()
        if field.store and field.column_type and name not in values
    ]
    pattern.env.cr.execute(
        SQL(
            "INSERT INTO %(table)s (%(names)s) SELECT %(values)s"
            " FROM %(table)s pattern, (%(rows)s) new WHERE pattern.id = %(pattern)s",
            table=SQL.identifier(pattern._table),
            names=SQL(", ").join(map(SQL.identifier, [*names, *values])),
            values=SQL(", ").join(
                [*(SQL.identifier("pattern", name) for name in names), *values.values()]
            ),
            rows=rows,
            pattern=pattern.id,
        )
    )


def change_customers(env, partner_ids):
    """Every order of these contacts costs one more; they are queued."""
    env.cr.execute(SQL(CHANGE, partners=partner_ids))
