"""Triggers by which PostgreSQL keeps what has been posted."""

from odoo.tools import SQL

APPEND_ONLY_FUNCTION = """
    CREATE OR REPLACE FUNCTION loyalty_members_append_only() RETURNS trigger AS $$
    BEGIN
        RAISE EXCEPTION 'Rows of % are never changed or deleted.', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$ LANGUAGE plpgsql
"""

# `undone` is the new row with the two columns that may change set back
DECIDED_ONCE_FUNCTION = """
    CREATE OR REPLACE FUNCTION loyalty_members_decided_once() RETURNS trigger AS $$
    DECLARE undone RECORD;
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            undone := NEW;
            undone.state := OLD.state;
            undone.posted_at := OLD.posted_at;
            IF OLD.state = 'pending' AND NEW.state IN ('posted', 'void')
                AND NEW.posted_at IS NOT NULL AND undone IS NOT DISTINCT FROM OLD
            THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'Rows of % are never changed or deleted.', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$ LANGUAGE plpgsql
"""


def protect_append_only(table, decided_once=False):
    """Statements that make PostgreSQL refuse UPDATE, DELETE and TRUNCATE.

    :param decided_once: rows may go from pending to posted or void, once
    """
    name = SQL.identifier(table)
    row, whole = (SQL.identifier(f"{table}_{kind}") for kind in ("keep", "keep_all"))
    never = SQL("EXECUTE FUNCTION loyalty_members_append_only()")
    once = SQL("EXECUTE FUNCTION loyalty_members_decided_once()")
    return [
        SQL(APPEND_ONLY_FUNCTION.replace("%", "%%")),
        SQL(DECIDED_ONCE_FUNCTION.replace("%", "%%")),
        SQL("DROP TRIGGER IF EXISTS %s ON %s", row, name),
        SQL("DROP TRIGGER IF EXISTS %s ON %s", whole, name),
        SQL(
            "CREATE TRIGGER %s BEFORE UPDATE OR DELETE ON %s FOR EACH ROW %s",
            row,
            name,
            once if decided_once else never,
        ),
        SQL(
            "CREATE TRIGGER %s BEFORE TRUNCATE ON %s FOR EACH STATEMENT %s",
            whole,
            name,
            never,
        ),
    ]
