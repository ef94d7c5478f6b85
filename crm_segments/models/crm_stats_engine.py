"""Set-based SQL that computes the customer statistics, as functions returning ``SQL``.

One refresh runs these in the order of ``crm.partner.stats._refresh``, inside one
transaction, on temporary tables that it fills and analyses. This file finds the
customers and adds up their transactions, crm_stats_engine_state.py says what state
follows, crm_stats_engine_store.py compares the result with the stored rows, and
crm_stats_engine_seal.py tells which rows need none of this:

``crm_stats_param``   one row per company: today, thresholds, window starts
``crm_stats_queued``  the queued contacts
``crm_stats_dirty``   the customers to recompute
``crm_stats_scope``   contact -> commercial entity, for the customers to recompute
``crm_stats_agg``     one row per customer and company: counts, amounts, dates
``crm_stats_window``  the window of main/important that ended at the last purchase, of
                      those in ``crm_stats_window_scope``
``crm_stats_changed`` the rows as they should be that differ from the stored ones
``crm_stats_print``   one row per customer and company: what its transactions sum up to

The caller has flushed everything before and invalidates afterwards.
"""

from odoo.tools import SQL

from ..tools.time_zone import fixed_offset

TEMP_TABLES = (
    "crm_stats_param",
    "crm_stats_queued",
    "crm_stats_dirty",
    "crm_stats_scope",
    "crm_stats_agg",
    "crm_stats_window_scope",
    "crm_stats_window",
    "crm_stats_changed",
    "crm_stats_gone",
    "crm_stats_print",
)
#: the sum of 64-bit hashes of one customer's transactions (see ``hashed``): equal for
#: equal transactions only, whatever their order
FINGERPRINT = "(sum(%s) %% 4611686018427387904)::bigint"
#: the yearly counts look back this many calendar months
YEAR_MONTHS = 12


def columns(names, prefix=None):
    """``prefix.a, prefix.b`` for the given column names."""
    path = (prefix,) if prefix else ()
    return SQL(", ").join(SQL.identifier(*path, name) for name in names)


def by_company(company, values):
    """The value of the company that a row names; one value for all is a constant.

    :param company: SQL of the company id; :param dict values: SQL by company id
    """
    first, *others = values.values()
    if all(value == first for value in others):
        return first
    cases = SQL(" ").join(
        SQL("WHEN %s THEN %s", company_id, value)
        for company_id, value in values.items()
    )
    return SQL("CASE %s %s END", company, cases)


def local_date(timestamp, company, zones, years=()):
    """Calendar date of a UTC timestamp column in its company's time zone.

    :param timestamp: SQL of the timestamp; :param company: SQL of the company id
    :param zones: {company id: time zone name}
    :param years: all years (UTC) that the column may hold, if known: where no clock
        was changed in them, adding the offset costs a fraction of a conversion
    """
    offsets = {key: fixed_offset(zone, years) for key, zone in zones.items()}
    if years and None not in offsets.values():
        values = {key: SQL("%s::interval", value) for key, value in offsets.items()}
        return SQL("(%s + %s)::date", timestamp, by_company(company, values))
    zone = by_company(company, {key: SQL("%s", zone) for key, zone in zones.items()})
    return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", timestamp, zone)


def after(date, months):
    """The last day that counts as within ``months`` of ``date`` (see tools/nesl.py)."""
    return SQL("(%s + make_interval(months => %s))::date", date, months)


def contacts_after(after, count):
    """(last id, number) of the next ``count`` contacts; (NULL, 0) behind the last."""
    return SQL(
        """
        SELECT max(id), count(*) FROM (
            SELECT id FROM res_partner WHERE id > %s ORDER BY id LIMIT %s) p
        """,
        after,
        count,
    )


def drop(table):
    return SQL("DROP TABLE IF EXISTS %s", SQL.identifier(table))


def analyze(table, *names):
    """Statistics of the joining columns; for all columns it would cost too much."""
    return SQL("ANALYZE %s (%s)", SQL.identifier(table), columns(names))


def create_params(rows):
    """``crm_stats_param`` from (company, today, refreshed_on, existing months,
    sleeping months, window months, main orders, important amount, existing start,
    sleeping start, window start, year start, decimal places, rules) tuples.

    ``rules`` is one number for all that decides besides the transactions and the day.
    The starts are the earliest purchase dates that today still counts as within the
    span, so that a state is decided by comparing dates.
    """
    return SQL(
        """
        CREATE TEMP TABLE crm_stats_param ON COMMIT DROP AS
        SELECT company_id::int, today::date, refreshed_on::date,
               existing_months::int, sleeping_months::int, window_months::int,
               main_orders::int, important_amount::numeric,
               existing_start::date, sleeping_start::date,
               window_start::date, year_start::date, decimals::int, rules::bigint
          FROM (VALUES %s) AS v (
               company_id, today, refreshed_on, existing_months, sleeping_months,
               window_months, main_orders, important_amount, existing_start,
               sleeping_start, window_start, year_start, decimals, rules)
        """,
        SQL(", ").join(SQL("%s", tuple(row)) for row in rows),
    )


def hashed(alias):
    """64-bit hash of the amount (1.0 is 1.00), day and kind of a transaction."""
    return SQL(
        "hash_numeric_extended(COALESCE(%(amount)s, 0),"
        " (%(date)s - date '2000-01-01') * 2 + %(is_order)s::int)",
        amount=SQL.identifier(alias, "amount"),
        date=SQL.identifier(alias, "date"),
        is_order=SQL.identifier(alias, "is_order"),
    )


def days(rows):
    """{company id: (today, start of the year, start of the window)} of the rows that
    ``create_params`` takes."""
    return {row[0]: (row[1], row[11], row[10]) for row in rows}


def create_queued(limit=None):
    """``crm_stats_queued``: the queued contacts, oldest first.

    :param limit: at most this many queue rows
    """
    return SQL(
        """
        CREATE TEMP TABLE crm_stats_queued ON COMMIT DROP AS
        SELECT partner_id FROM crm_stats_queue
         WHERE partner_id IS NOT NULL ORDER BY id %s
        """,
        SQL("LIMIT %s", limit) if limit else SQL(),
    )


def create_dirty(dues):
    """``crm_stats_dirty``: queued customers (old and new commercial entity), rows
    whose time has come, and rows computed for a later day than today.

    :param dues: (company id, today, day of the last refresh) tuples. They stand in the
        statement as values: the planner then knows how few rows are due.
    """
    due = [
        SQL(
            """
            UNION SELECT partner_id FROM crm_partner_stats
                   WHERE company_id = %s AND recompute_on <= %s::date
            """,
            company_id,
            today,
        )
        for company_id, today, _refreshed_on in dues
    ]
    ahead = [
        SQL(
            """
            UNION SELECT partner_id FROM crm_partner_stats
                   WHERE company_id = %s AND computed_on > %s::date
            """,
            company_id,
            today,
        )
        for company_id, today, refreshed_on in dues
        if refreshed_on and today < refreshed_on
    ]
    return SQL(
        """
        CREATE TEMP TABLE crm_stats_dirty ON COMMIT DROP AS
        SELECT partner_id FROM crm_stats_queued
        UNION
        SELECT p.commercial_partner_id
          FROM crm_stats_queued q JOIN res_partner p ON p.id = q.partner_id
        %s
        """,
        SQL(" ").join([*due, *ahead]),
    )


def create_dirty_range(after, until):
    """``crm_stats_dirty``: every customer with an id in (after, until], and the
    holders of rows there that may no longer be customers."""
    return SQL(
        """
        CREATE TEMP TABLE crm_stats_dirty ON COMMIT DROP AS
        SELECT commercial_partner_id AS partner_id FROM res_partner
         WHERE commercial_partner_id > %(after)s
           AND commercial_partner_id <= %(until)s
        UNION
        SELECT partner_id FROM crm_partner_stats
         WHERE partner_id > %(after)s AND partner_id <= %(until)s
        """,
        after=after,
        until=until,
    )


def create_scope():
    """``crm_stats_scope``: every contact under a dirty commercial entity."""
    return SQL(
        """
        CREATE TEMP TABLE crm_stats_scope ON COMMIT DROP AS
        SELECT p.id, p.commercial_partner_id
          FROM crm_stats_dirty d
          JOIN res_partner p ON p.commercial_partner_id = d.partner_id
        """
    )


def of_customers(sources, scope, names):
    """Rows of the sources with ``partner_id`` = the commercial entity.

    With a scope, each source is joined to it on its own, not as one UNION, so that
    the planner can enter each source table by its index on the contact. Without one,
    only the contacts that are not their own commercial entity are looked up.

    :param scope: ``res_partner`` (all) or ``crm_stats_scope``
    :param names: the other columns of the sources that are wanted
    """
    if scope == "res_partner":
        return SQL(
            """
            SELECT COALESCE(k.commercial_partner_id, t.partner_id) AS partner_id, %s
              FROM (%s) t
              LEFT JOIN (
                   SELECT id, commercial_partner_id FROM res_partner
                    WHERE commercial_partner_id <> id) k ON k.id = t.partner_id
             WHERE t.partner_id IS NOT NULL
            """,
            columns(names, "t"),
            SQL(" UNION ALL ").join(
                SQL(
                    "SELECT %s FROM (%s) s",
                    columns(("partner_id", *names), "s"),
                    source,
                )
                for source in sources
            ),
        )
    return SQL(" UNION ALL ").join(
        SQL(
            """
            SELECT k.commercial_partner_id AS partner_id, %s
              FROM %s k JOIN (%s) t ON t.partner_id = k.id
            """,
            columns(names, "t"),
            SQL.identifier(scope),
            source,
        )
        for source in sources
    )


def transactions(sources, scope):
    """(partner_id = commercial entity, company_id, date, amount, is_order) rows.

    :param scope: ``res_partner`` (all) or ``crm_stats_scope``
    """
    return of_customers(sources, scope, ("company_id", "date", "amount", "is_order"))


def create_aggregate(sources, scope, days):
    """``crm_stats_agg``: one pass over all transactions.

    Those after each company's today only give ``next_date``, the first of them. The
    window columns are of the window that ends today.

    :param dict days: {company id: (today, start of the year, start of the window)};
        in the statement as values, which costs less than a joined row per transaction
    """
    today, year_start, window_start = (
        by_company(
            SQL("t.company_id"),
            {key: SQL("%s::date", dates[number]) for key, dates in days.items()},
        )
        for number in range(3)
    )
    return SQL(
        """
        CREATE TEMP TABLE crm_stats_agg ON COMMIT DROP AS
        SELECT t.partner_id, t.company_id,
               min(t.date) FILTER (WHERE t.is_order AND t.date <= %(today)s)
                   AS first_order_date,
               max(t.date) FILTER (WHERE t.is_order AND t.date <= %(today)s)
                   AS last_order_date,
               count(*) FILTER (WHERE t.is_order AND t.date <= %(today)s)
                   AS order_count,
               count(*) FILTER (WHERE t.date <= %(today)s) AS transaction_count,
               sum(t.amount) FILTER (WHERE t.date <= %(today)s) AS amount_total,
               sum(-t.amount) FILTER (WHERE NOT t.is_order AND t.date <= %(today)s)
                   AS refund_total,
               count(*) FILTER (WHERE t.date >= %(year)s AND t.date <= %(today)s
                                  AND t.is_order) AS order_count_12m,
               sum(t.amount) FILTER (WHERE t.date >= %(year)s
                                       AND t.date <= %(today)s) AS amount_12m,
               min(t.date) FILTER (WHERE t.date >= %(year)s
                                     AND t.date <= %(today)s) AS year_first,
               count(*) FILTER (WHERE t.date >= %(window)s AND t.date <= %(today)s
                                  AND t.is_order) AS order_count_window,
               sum(t.amount) FILTER (WHERE t.date >= %(window)s
                                       AND t.date <= %(today)s) AS amount_window,
               min(t.date) FILTER (WHERE t.date >= %(window)s
                                     AND t.date <= %(today)s) AS window_first,
               min(t.date) FILTER (WHERE t.date > %(today)s) AS next_date,
               %(fingerprint)s AS fingerprint
          FROM (%(transactions)s) t
         GROUP BY t.partner_id, t.company_id
        """,
        today=today,
        year=year_start,
        window=window_start,
        fingerprint=SQL(FINGERPRINT, hashed("t")),
        transactions=transactions(sources, scope),
    )


def insert_prospects(sources, scope):
    """Add customer records without a transaction to ``crm_stats_agg``; numbers that are
    missing there are 0.

    A source row without a company stands for every company, unless the customer has
    traded with one of them.
    """
    return SQL(
        """
        INSERT INTO crm_stats_agg (partner_id, company_id, fingerprint)
        SELECT DISTINCT e.partner_id, c.company_id, 0::bigint
          FROM (SELECT DISTINCT partner_id, company_id FROM (%(sources)s) s) e
          JOIN res_partner p ON p.id = e.partner_id AND p.active
          JOIN crm_stats_param c
            ON c.company_id = e.company_id OR e.company_id IS NULL
         WHERE NOT EXISTS (
               SELECT FROM crm_stats_agg a
                WHERE a.partner_id = e.partner_id
                  AND (a.company_id = c.company_id OR e.company_id IS NULL))
        """,
        sources=of_customers(sources, scope, ("company_id",)),
    )
