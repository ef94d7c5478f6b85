import time

from odoo import api, fields, models

from . import line_outbox_engine

ENDPOINTS = [("push", "Push"), ("reply", "Reply")]
BULK_SHARE = 0.1  # of a second's calls, kept back for answers when campaigns run


class LineBucket(models.Model):
    """How many calls of an endpoint an account may make now (token bucket).

    Refilled with the account's rate up to one second's worth. A row per account and
    endpoint, locked only for the moment in which calls are taken, so that several
    Odoo processes keep the rate together.
    """

    _name = "line.bucket"
    _description = "LINE Call Rate"
    _rec_name = "endpoint"
    _allow_sudo_commands = False

    account_id = fields.Many2one(
        "line.account", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    endpoint = fields.Selection(ENDPOINTS, required=True, readonly=True)
    tokens = fields.Float(
        string="Calls Left", readonly=True, help="Below zero after LINE said slower."
    )
    refilled_at = fields.Float(readonly=True, help="Seconds since 1970.")

    _endpoint_unique = models.Constraint(
        "UNIQUE(account_id, endpoint)", "An endpoint of an account has one bucket."
    )

    @api.model
    def _clock(self):
        return time.time()

    @api.model
    def _take(self, account, endpoint, wanted, spare=False):
        """Take up to ``wanted`` calls, in this transaction.

        :param bool spare: leave some for others
        :return: (calls taken, calls left)
        """
        if not wanted:
            return 0, 0.0
        rate = account.push_rate
        query = line_outbox_engine.take_calls(
            account.id,
            endpoint,
            wanted,
            rate,
            rate * BULK_SHARE if spare else 0,
            self._clock(),
        )
        self.flush_model()
        found = self.env.execute_query(query)
        if not found:
            self._make(account, endpoint)
            found = self.env.execute_query(query)
        self.invalidate_model()
        return found[0]

    @api.model
    def _punish(self, account, endpoint, seconds):
        """LINE said slower: no calls for some seconds."""
        self._make(account, endpoint)
        self.flush_model()
        self.env.cr.execute(
            """
            UPDATE line_bucket SET tokens = %s, refilled_at = %s
             WHERE account_id = %s AND endpoint = %s
            """,
            [-account.push_rate * seconds, self._clock(), account.id, endpoint],
        )
        self.invalidate_model()

    @api.model
    def _make(self, account, endpoint):
        """A full bucket, unless there is one."""
        self.env.cr.execute(
            """
            INSERT INTO line_bucket (
                account_id, company_id, endpoint, tokens, refilled_at,
                create_uid, write_uid, create_date, write_date
            ) VALUES (%s, %s, %s, %s, %s, %s, %s, now(), now())
            ON CONFLICT (account_id, endpoint) DO NOTHING
            """,
            [
                account.id,
                account.company_id.id,
                endpoint,
                account.push_rate,
                self._clock(),
                self.env.uid,
                self.env.uid,
            ],
        )
