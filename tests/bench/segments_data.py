"""A million contacts with five million orders for the benchmark of segments, by SQL."""

from odoo.tools import SQL

from . import pdpa_data

ORDERS = 5  # per contact on average; a few have many, one in twenty or so none
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
INSERT = """
    INSERT INTO sale_order (%(names)s)
    SELECT %(values)s FROM sale_order pattern, (
           SELECT nextval('sale_order_id_seq') AS id, n,
                  (%(partners)s::int[])[1 + floor(%(people)s * r * r)] AS partner_id,
                  now() AT TIME ZONE 'UTC' - make_interval(secs => d * %(seconds)s)
                      AS date_order,
                  round((100 + a * a * a * 20000)::numeric) AS amount
             FROM (SELECT n, random() AS r, random() AS d, random() AS a
                     FROM generate_series(1, %(count)s) n OFFSET 0) dice) new
     WHERE pattern.id = %(pattern)s
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
    """Contacts and their orders in the main company.

    :return: ids of the contacts
    """
    env.cr.execute("SELECT setseed(0.5)")
    partners = pdpa_data.make_contacts(env, people)
    pattern = env["sale.order"].create({"partner_id": partners[0]})
    env.flush_all()
    names = [
        name
        for name, field in env["sale.order"]._fields.items()
        if field.store and field.column_type and name not in ORDER_VALUES
    ]
    values = [SQL.identifier("pattern", name) for name in names]
    env.cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    [superuser] = env.cr.fetchone()
    if superuser:
        # the copies name what the pattern names: checking each would take most of it
        env.cr.execute("SET LOCAL session_replication_role = replica")
    env.cr.execute(
        SQL(
            INSERT,
            names=SQL(", ").join(map(SQL.identifier, [*names, *ORDER_VALUES])),
            values=SQL(", ").join([*values, *ORDER_VALUES.values()]),
            partners=partners,
            people=people,
            seconds=DAYS * 86_400,
            count=people * ORDERS,
            pattern=pattern.id,
        )
    )
    if superuser:
        env.cr.execute("SET LOCAL session_replication_role = origin")
    pattern.unlink()
    return partners


def change_customers(env, partner_ids):
    """Every order of these contacts costs one more; they are queued."""
    env.cr.execute(SQL(CHANGE, partners=partner_ids))
