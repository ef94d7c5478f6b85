import datetime
import functools

import psycopg2

from odoo import api, fields, models, modules
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.sql_db import db_connect
from odoo.tools import SQL

from odoo.addons.base.models.ir_cron import ODOO_NOTIFY_FUNCTION

from ..tools.bell import Bell

# Another transaction got there first: nothing is wrong with the row.
CONCURRENCY = PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
# What working on one row may raise when its content is bad. Anything else
# (memory, shutdown, a lost database) ends the pass and is the cron's to report.
POISON = (
    UserError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    psycopg2.DataError,
    psycopg2.IntegrityError,
    psycopg2.ProgrammingError,
)


RUNG = "crm_line.rung"  # this transaction rings the bell already


def _notify(dbname):
    """What ``ir.cron._notifydb`` tells the workers of all servers."""
    with db_connect("postgres").cursor() as cr:
        function = SQL.identifier(ODOO_NOTIFY_FUNCTION)
        cr.execute(SQL("SELECT %s('cron_trigger', %s)", function, dbname))


BELL = Bell(_notify)


class LineQueue(models.AbstractModel):
    """What the inbox and the outbox have in common: short transactions and a clock."""

    _name = "line.queue"
    _description = "LINE Queue"

    @api.model
    def _commit(self):
        """End the transaction: what happened so far is a fact.

        Does nothing in a test, where the test's own transaction must stay open.
        """
        if not modules.module.current_test:
            self.env.cr.commit()  # pylint: disable=invalid-commit

    @api.model
    def _rollback(self):
        """Begin anew with a fresh snapshot; like ``_commit`` not in a test."""
        if not modules.module.current_test:
            self.env.cr.rollback()

    @api.model
    def _now(self):
        """UTC now in whole seconds, the same clock for every comparison."""
        return fields.Datetime.now()

    @api.model
    def _claim_ids(self, query):
        """Run a locking query: ids in its first column. A conflict is no error."""
        self.env.cr.execute(query, log_exceptions=False)
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _wake(self, cron_xmlid, seconds=0):
        """Wake a worker after this transaction, at once or in ``seconds``.

        At once is what every webhook call asks for: one statement and a bell instead
        of the ORM and a connection of ``ir.cron._trigger``.
        """
        if seconds:
            cron = self.env.ref(cron_xmlid).sudo()
            return cron._trigger(at=self._now() + datetime.timedelta(seconds=seconds))
        self.env.cr.execute(self._trigger_sql(cron_xmlid))
        self._ring()

    @api.model
    def _trigger_sql(self, cron_xmlid, condition=None):
        """What ``ir.cron._trigger`` writes for a job that is to run at once."""
        return SQL(
            """
            INSERT INTO ir_cron_trigger (cron_id, call_at, create_date, write_date)
            SELECT id, %(now)s, %(now)s, %(now)s
              FROM ir_cron WHERE id = %(id)s AND active AND %(condition)s""",
            # from the cache: ``env.ref`` would ask whether the job is there
            id=self.env["ir.model.data"]._xmlid_to_res_id(cron_xmlid),
            now=self._now(),
            condition=condition or SQL("TRUE"),
        )

    @api.model
    def _ring(self):
        """Ring the bell after this transaction."""
        cr = self.env.cr
        if not cr.postcommit.data.get(RUNG):
            cr.postcommit.data[RUNG] = True
            cr.postcommit.add(functools.partial(BELL.ring, cr.dbname))
