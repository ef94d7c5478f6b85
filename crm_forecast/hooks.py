from odoo.tools.sql import column_exists


def pre_init_hook(env):
    """Give every existing lead the default category without computing it one by one.

    PostgreSQL adds a column with a constant default at once, whatever the table's size.
    """
    if not column_exists(env.cr, "crm_lead", "forecast_category"):
        env.cr.execute(
            "ALTER TABLE crm_lead "
            "ADD COLUMN forecast_category varchar DEFAULT 'pipeline'"
        )
        env.cr.execute(
            "ALTER TABLE crm_lead ALTER COLUMN forecast_category DROP DEFAULT"
        )


def post_init_hook(env):
    """Start with what the company has: past stages, today's pipeline, periods."""
    env["crm.stage.log"]._backfill()
    env["crm.stage"]._set_journey_phases()
    env["crm.lost.reason"]._set_native_themes()
    env["crm.forecast.run"]._daily()
