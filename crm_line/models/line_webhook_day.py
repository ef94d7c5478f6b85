import logging

import psycopg2

from odoo import api, fields, models, modules

from ..tools.webhook_tally import Tally

_logger = logging.getLogger(__name__)

KEEP_DAYS = 400
REASONS = [
    ("received", "Received"),
    ("signature", "Wrong Signature"),
    ("token", "Unknown Address"),
    ("destination", "Meant for Another Bot"),
    ("too_large", "Too Large"),
    ("unreadable", "Unreadable, Kept"),
]
TALLY = Tally()


class LineWebhookDay(models.Model):
    """How many webhook calls of a kind an account had on a day (UTC).

    Anybody can call the address, so calls are counted in the memory of each process
    and written down at most once a minute, in a transaction of their own. A process
    that ends loses what it counted in its last minute.
    """

    _name = "line.webhook.day"
    _description = "LINE Webhook Calls"
    _order = "day DESC, id DESC"
    _rec_name = "day"
    _allow_sudo_commands = False

    account_id = fields.Many2one(
        "line.account",
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Empty: the address belongs to no account.",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    day = fields.Date(required=True, readonly=True)
    reason = fields.Selection(REASONS, string="Kind", required=True, readonly=True)
    count = fields.Integer(string="Calls", readonly=True)
    last_at = fields.Datetime(readonly=True)

    _day_unique = models.UniqueIndex("(COALESCE(account_id, 0), day, reason)")

    @api.model
    def _count(self, account, *reasons):
        """Count one call for each of ``reasons``; ``account`` may be empty."""
        now = fields.Datetime.now()
        for reason in reasons:
            TALLY.add(self.env.cr.dbname, (account.id or 0, now.date(), reason), now)
        self._flush_tally()

    @api.model
    def _flush_tally(self):
        """Write down what is due. A database that cannot take it now gets it later."""
        group = self.env.cr.dbname
        counts = TALLY.take(group)
        if not counts:
            return
        try:
            self._write_down(counts)
        except psycopg2.Error:
            TALLY.put_back(group, counts)
            _logger.info("Webhook calls could not be counted now", exc_info=True)

    @api.model
    def _write_down(self, counts):
        """Add counts to the table in a transaction of their own."""
        if modules.module.current_test:  # its transaction must see its own account
            self._add_up(self.env.cr, counts)
            return
        with self.env.registry.cursor() as cursor:
            self._add_up(cursor, counts)

    @api.model
    def _add_up(self, cursor, counts):
        cursor.execute_values(
            """
            INSERT INTO line_webhook_day AS known
                   (account_id, company_id, day, reason, count, last_at)
            SELECT account.id, account.company_id, entry.day::date, entry.reason,
                   entry.count, entry.last_at::timestamp
              FROM (VALUES %s) AS entry (account_id, day, reason, count, last_at)
              LEFT JOIN line_account account ON account.id = entry.account_id
             WHERE entry.account_id = 0 OR account.id IS NOT NULL
                ON CONFLICT (COALESCE(account_id, 0), day, reason) DO UPDATE
               SET count = known.count + excluded.count,
                   last_at = GREATEST(known.last_at, excluded.last_at)
            """,
            # the same order everywhere: two processes must not wait for each other
            [(*key, count, last) for key, (count, last) in sorted(counts.items())],
        )

    @api.autovacuum
    def _gc_days(self):
        """Old counts tell nothing any more."""
        before = fields.Date.subtract(fields.Date.today(), days=KEEP_DAYS)
        self.sudo().search([("day", "<", before)], limit=10_000).unlink()
