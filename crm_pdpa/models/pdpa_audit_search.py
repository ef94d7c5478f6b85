from odoo import api, models
from odoo.tools import SQL

PER_HOUR_KEY, PER_HOUR = "crm_pdpa.exact_searches_per_hour", 200


class PdpaAudit(models.Model):
    """How many exact searches by telephone number or e-mail a user has left."""

    _inherit = "pdpa.audit"

    @api.model
    def _exact_search_left(self):
        """Whether the user may do one more exact search within this hour."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT count(*) FROM pdpa_audit
                 WHERE uid = %s AND operation = 'search_exact'
                   AND ts > now() AT TIME ZONE 'UTC' - interval '1 hour'
                """,
                self.env.uid,
            )
        )
        return rows[0][0] < self._int_param(PER_HOUR_KEY, PER_HOUR, 1)
