from odoo.tools import SQL
from odoo.tools.sql import column_exists

from .models.crm_forecast_engine import settle_company_sql


def pre_init_hook(env):
    """Fill the stored columns of existing leads without computing them one by one.

    PostgreSQL adds a column with a constant default at once, whatever the table's size;
    of the company, only leads that are not in the first one are then written.
    """
    first = (
        env["res.company"]
        .with_context(active_test=False)
        .search([], order="id", limit=1)
        .id
    )
    for name, kind, value in (
        ("forecast_category", SQL("varchar"), "pipeline"),
        ("forecast_company_id", SQL("int4"), first),
    ):
        if not column_exists(env.cr, "crm_lead", name):
            column = SQL.identifier(name)
            env.cr.execute(
                SQL(
                    "ALTER TABLE crm_lead ADD COLUMN %s %s DEFAULT %s",
                    column,
                    kind,
                    value,
                )
            )
            env.cr.execute(
                SQL("ALTER TABLE crm_lead ALTER COLUMN %s DROP DEFAULT", column)
            )
    env.cr.execute(settle_company_sql())


def post_init_hook(env):
    """Start with what the company has: past stages, today's pipeline, periods."""
    env["crm.stage.log"]._backfill()
    env["crm.stage"]._set_journey_phases()
    env["crm.lost.reason"]._set_native_themes()
    env["crm.forecast.run"]._daily()
