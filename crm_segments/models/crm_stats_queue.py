from odoo import api, fields, models
from odoo.tools import SQL


class CrmStatsQueue(models.Model):
    """Customers whose statistics wait for the next refresh.

    Insert-only for business transactions and without a unique key, so that two sales
    to one customer never wait for each other; the refresh deletes what it has seen.
    A row without a customer asks for a full refresh.
    """

    _name = "crm.stats.queue"
    _description = "Customers to Refresh"
    _log_access = False
    _allow_sudo_commands = False

    partner_id = fields.Many2one("res.partner", ondelete="cascade", index=True)

    @api.model
    def _push(self, partner_ids):
        """Queue these contacts (ids); they need not be commercial entities."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_stats_queue (partner_id) SELECT unnest(%s::int[])",
                list(partner_ids),
            )
        )
        self.env["crm.stats.source"]._schedule_stats_refresh()

    @api.model
    def _push_all(self):
        """Ask for a full refresh at the next run (a rule has changed)."""
        self.env.cr.execute("INSERT INTO crm_stats_queue (partner_id) VALUES (NULL)")
        self.env["crm.stats.source"]._schedule_stats_refresh()
