from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

_SCHEDULED = "crm_segments.refresh_scheduled"


class CrmStatsSource(models.AbstractModel):
    """Marks the customers whose statistics a change of this record may alter.

    Works at flush time, so recomputed amounts are seen as well as written ones, and
    marks the customer before and after a reassignment.
    """

    _name = "crm.stats.source"
    _description = "Source of Customer Statistics"

    #: column that holds the customer
    _stats_partner_column = "partner_id"
    #: stored fields whose change may alter the statistics
    _stats_fields = frozenset()
    #: SQL condition on the rows that count at all
    _stats_condition = SQL("TRUE")

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._stats_on_create()._mark_stats_dirty()
        return records

    def _stats_on_create(self):
        """The new records that may alter statistics; override to leave some out."""
        return self

    def unlink(self):
        self._mark_stats_dirty()
        return super().unlink()

    def _write_multi(self, vals_list):
        touched = self.browse(
            record.id
            for record, vals in zip(self, vals_list, strict=True)
            if not self._stats_fields.isdisjoint(vals)
        )
        touched._mark_stats_dirty()
        result = super()._write_multi(vals_list)
        if any(self._stats_partner_column in vals for vals in vals_list):
            touched._mark_stats_dirty()
        return result

    def _mark_stats_dirty(self):
        """Queue the customers that these rows name in the database right now."""
        if not self.ids:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_stats_queue (partner_id)
                SELECT DISTINCT %(partner)s FROM %(table)s
                 WHERE id = ANY(%(ids)s) AND %(partner)s IS NOT NULL
                   AND (%(condition)s)
                """,
                partner=SQL.identifier(self._stats_partner_column),
                table=SQL.identifier(self._table),
                ids=self.ids,
                condition=self._stats_condition,
            )
        )
        if self.env.cr.rowcount:
            self._schedule_stats_refresh()

    def _schedule_stats_refresh(self):
        """Wake the refresh job a minute after this transaction, at most once."""
        precommit = self.env.cr.precommit
        if not precommit.data.get(_SCHEDULED):
            precommit.data[_SCHEDULED] = True
            precommit.add(self._trigger_stats_refresh)

    @api.model
    def _trigger_stats_refresh(self):
        self.env.cr.precommit.data.pop(_SCHEDULED, None)
        cron = self.env.ref(
            "crm_segments.ir_cron_stats_refresh", raise_if_not_found=False
        )
        if not cron:  # deleted by an administrator, or not installed yet
            return
        cron = cron.sudo()
        at = fields.Datetime.now() + timedelta(minutes=1)
        pending = self.env["ir.cron.trigger"].sudo()
        if not pending.search_count(
            [("cron_id", "=", cron.id), ("call_at", "<=", at)], limit=1
        ):
            cron._trigger(at)
