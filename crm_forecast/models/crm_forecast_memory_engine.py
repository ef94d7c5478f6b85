"""Set-based SQL of the memory: what a night adds, and what keeps it as it was written.

Each function returns an SQL and runs nothing; see `crm_forecast_engine` for states.
"""

from odoo.tools import SQL

from .crm_forecast_engine import (
    STATE_COLUMNS,
    calendar_sql,
    columns_sql,
    live_state_sql,
)

# columns that lose their value when the record they name is deleted
REFERENCES = {
    "lead_id": "crm_lead",
    "user_id": "res_users",
    "team_id": "crm_team",
    "stage_id": "crm_stage",
}
# the state of a lead that was deleted: archived, whatever it was
ENDED = {
    "lead_active": SQL("FALSE AS lead_active"),
    "won_status": SQL("'pending' AS won_status"),
}


def take_sql(now, date=None):
    """INSERT today's snapshot rows of all companies: changed leads only.

    A lead gets a row when its state differs from its latest row and that row is older
    than today; when it has no row yet and is active, or was closed since the company's
    last snapshot; or when it was deleted: a row that is neither active nor won ends its
    story.

    ORDER BY makes PostgreSQL find all rows before it writes the first: for a table that
    is still empty it plans to scan it per lead, which is quick only as long as it is.
    """
    return SQL(
        """
        WITH calendar AS (
            SELECT day.*, COALESCE((
                       SELECT past.date FROM crm_forecast_snapshot past
                        WHERE past.company_id = day.id
                        ORDER BY past.date DESC LIMIT 1), day.today) AS last_taken
              FROM (%(calendar)s) day
        )
        INSERT INTO crm_forecast_snapshot (date, lead_key, %(names)s)
        SELECT calendar.today, state.lead_key, %(state)s
          FROM (%(live)s) state
          JOIN calendar ON calendar.id = state.company_id
          LEFT JOIN LATERAL (
                SELECT * FROM crm_forecast_snapshot past
                 WHERE past.lead_key = state.lead_key
                 ORDER BY past.date DESC LIMIT 1) latest ON TRUE
         WHERE CASE WHEN latest.id IS NULL
                    THEN state.lead_active OR state.date_closed >= calendar.last_taken
                    ELSE latest.date < calendar.today
                         AND (%(state)s) IS DISTINCT FROM (%(latest)s) END
        UNION ALL
        SELECT calendar.today, gone.lead_key, %(gone)s
          FROM (SELECT DISTINCT ON (past.lead_key) past.date, past.lead_key,
                       past.lead_active OR past.won_status = 'won' AS counted,
                       %(ended)s
                  FROM crm_forecast_snapshot past
                 WHERE past.lead_id IS NULL
                 ORDER BY past.lead_key, past.date DESC) gone
          JOIN calendar ON calendar.id = gone.company_id
         WHERE gone.counted AND gone.date < calendar.today
         ORDER BY lead_key
        ON CONFLICT (lead_key, date) DO NOTHING""",
        calendar=calendar_sql(now, date),
        names=columns_sql(STATE_COLUMNS),
        live=live_state_sql(SQL("SELECT * FROM calendar")),
        state=columns_sql(STATE_COLUMNS, "state"),
        latest=columns_sql(STATE_COLUMNS, "latest"),
        gone=columns_sql(STATE_COLUMNS, "gone"),
        ended=SQL(", ").join(
            ENDED.get(name) or SQL.identifier("past", name) for name in STATE_COLUMNS
        ),
    )


def protect_table_sql(table, closing_columns=()):
    """Triggers that keep `table` append-only; see `crm.forecast.memory`."""
    arguments = SQL(", ").join(SQL("%s", name) for name in closing_columns)
    return SQL(
        """
        %(function)s;
        DROP TRIGGER IF EXISTS crm_forecast_memory_rows ON %(table)s;
        CREATE TRIGGER crm_forecast_memory_rows
            BEFORE UPDATE OR DELETE ON %(table)s FOR EACH ROW
            EXECUTE FUNCTION crm_forecast_memory_guard(%(arguments)s);
        DROP TRIGGER IF EXISTS crm_forecast_memory_truncate ON %(table)s;
        CREATE TRIGGER crm_forecast_memory_truncate
            BEFORE TRUNCATE ON %(table)s FOR EACH STATEMENT
            EXECUTE FUNCTION crm_forecast_memory_guard()""",
        function=_guard_function_sql(),
        table=SQL.identifier(table),
        arguments=arguments,
    )


def _guard_function_sql():
    """The trigger function: TG_ARGV names the columns that may be filled once."""
    gone = SQL(" OR ").join(
        SQL(
            "(changed = %(column)s AND NOT EXISTS ("
            "SELECT FROM %(table)s WHERE id = (before ->> %(column)s)::int))",
            column=column,
            table=SQL.identifier(table),
        )
        for column, table in REFERENCES.items()
    )
    return SQL(
        """
        CREATE OR REPLACE FUNCTION crm_forecast_memory_guard() RETURNS trigger AS $$
        DECLARE
            before jsonb;
            after jsonb;
            changed text;
        BEGIN
            IF TG_OP <> 'UPDATE' THEN
                RAISE EXCEPTION 'table %% is append-only: %% refused',
                    TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
            END IF;
            before := to_jsonb(OLD);
            after := to_jsonb(NEW);
            FOR changed IN
                SELECT key FROM jsonb_each(after)
                 WHERE value IS DISTINCT FROM before -> key
            LOOP
                CONTINUE WHEN changed = ANY (TG_ARGV) AND before ->> changed IS NULL;
                CONTINUE WHEN after ->> changed IS NULL AND (%(gone)s);
                RAISE EXCEPTION 'table %% is append-only: change of %% refused',
                    TG_TABLE_NAME, changed USING ERRCODE = 'restrict_violation';
            END LOOP;
            RETURN NEW;
        END $$ LANGUAGE plpgsql""",
        gone=gone,
    )
