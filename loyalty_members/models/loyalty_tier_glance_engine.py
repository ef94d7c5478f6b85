"""SQL that says of one member whether anything can happen to their tier.

``loyalty_tier_engine.events`` decides and writes; planning it takes PostgreSQL longer
than all the rest of a checkout, and a checkout seldom reaches a tier. What is known of
the member and of the rules stands here as literals, and only what must be measured is
asked for. It measures by the pieces that the decision measures by.
"""

from odoo.tools import SQL

from . import loyalty_tier_measure as m

DETAILED = ("orders", "single")


def anything(person, questions):
    """Whether one of ``questions`` (``SQL``) holds. Columns: that.

    :param dict person: columns of ``loyalty_tier_measure.persons`` that they read
    """
    columns = SQL(", ").join(
        SQL("%s::%s AS %s", value, SQL.identifier(kind), SQL.identifier(name))
        for name, (value, kind) in person.items()
    )
    return SQL(
        "SELECT %s FROM (SELECT %s) person", SQL(" OR ").join(questions), columns
    )


def reached(conditions, start, today, fresh):
    """Whether what was done from ``start`` to ``today`` meets one of ``conditions``.

    :param conditions: (needs by measure without zeros, match, carried spend)
    :param date start: ``None`` from the beginning
    :param bool fresh: only what no move has counted yet
    """
    measured = m.measured(
        SQL("%s::date", start or "-infinity"),
        SQL("%s::date", today),
        SQL("TRUE") if fresh else None,
        any(needs.keys() & set(DETAILED) for needs, _match, _carried in conditions),
    )
    met = SQL(" OR ").join(_met(*condition) for condition in conditions)
    return SQL("(SELECT %s FROM (%s) measure)", met, measured)


def _met(needs, match, carried):
    """``loyalty_tier_measure.met`` of a rule that is known."""
    meets = [
        SQL(
            "measure.%s + %s >= %s",
            SQL.identifier(name),
            carried if name == "spend" else 0,
            need,
        )
        for name, need in needs.items()
    ]
    if not meets:
        return SQL("TRUE")
    return SQL("(%s)", SQL(" AND " if match == "all" else " OR ").join(meets))


def refunded():
    """Whether something was given back that no move has counted."""
    return SQL(
        """EXISTS (SELECT FROM loyalty_point_entry refund
                    WHERE refund.member_id = person.id
                      AND refund.qualifying_amount < 0
                      AND refund.state = 'posted'
                      AND refund.id > person.counted_entry_id)"""
    )
