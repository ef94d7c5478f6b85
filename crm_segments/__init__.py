from odoo.exceptions import UserError

from . import controllers, models, report, wizard

#: with the function that hashes rows, by which statistics are proved right
MIN_POSTGRESQL = 140000


def pre_init_hook(env):
    """Refuse what the statistics cannot run on, before anything is installed."""
    version = env.cr.connection.server_version
    if version < MIN_POSTGRESQL:
        raise UserError(
            env._(
                "CRM Segments needs PostgreSQL 14 or newer; this server is "
                "%(version)s. Upgrade PostgreSQL first.",
                version=version // 10000,
            )
        )


def post_init_hook(env):
    """Fill the statistics from the orders that exist at installation."""
    env["crm.partner.stats"]._refresh(full=True)
