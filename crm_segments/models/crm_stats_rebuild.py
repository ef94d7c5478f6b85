from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError
from odoo.tools import SQL

from . import crm_stats_engine as engine

#: contacts per transaction of a rebuild; each reads all orders once
CHUNK = 250_000
#: times in a row that a step may lose to a concurrent change before the job gives up
MAX_CONFLICTS = 5


class CrmStatsRebuild(models.Model):
    """A rebuild of all customer statistics, one range of contacts per transaction.

    The first step looks at all rows and recomputes those that are not proved right;
    only where they are too many, the rebuild goes from range to range. Each step
    commits its rows together with the contact it reached, so whatever ends the process,
    the next run goes on behind the last whole step. At most one rebuild runs; it covers
    all companies. Written by the jobs and by ``action_cancel`` only.
    """

    _name = "crm.stats.rebuild"
    _description = "Rebuild of Customer Statistics"
    _order = "id DESC"
    _allow_sudo_commands = False

    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("cancelled", "Cancelled")],
        default="running",
        required=True,
        readonly=True,
    )
    reached_id = fields.Integer(
        "Reached Contact",
        readonly=True,
        help="Technical: contacts up to this database id are done.",
    )
    done = fields.Integer("Contacts Done", readonly=True)
    total = fields.Integer(
        "Contacts", readonly=True, help="Contacts there were when it began."
    )
    changed = fields.Integer(
        "Rows Changed",
        readonly=True,
        help="Statistics that were found different from what they should be.",
    )
    progress = fields.Float(
        "Progress (%)", compute="_compute_progress", help="From 0 to 100."
    )
    ended_at = fields.Datetime("Ended", readonly=True)

    _one_running = models.UniqueIndex(
        "(state) WHERE state = 'running'",
        "The customer statistics are being rebuilt already.",
    )

    @api.depends("state", "done", "total")
    def _compute_progress(self):
        for rebuild in self:
            share = min(rebuild.done / rebuild.total, 1) if rebuild.total else 0
            rebuild.progress = 100 if rebuild.state == "done" else 100 * share

    @api.depends("create_date")
    def _compute_display_name(self):
        for rebuild in self:
            when = fields.Datetime.context_timestamp(self, rebuild.create_date)
            rebuild.display_name = f"{when:%Y-%m-%d %H:%M}"

    def action_cancel(self):
        """Stop at once: the step that is under way is undone, earlier ones stay."""
        if not self.env.user.has_group("crm_segments.group_crm_segments_manager"):
            raise AccessError(
                self.env._("Rebuilding needs the Segments administrator role.")
            )
        running = self.sudo().filtered(lambda rebuild: rebuild.state == "running")
        running.write({"state": "cancelled", "ended_at": fields.Datetime.now()})

    @api.model
    def _running(self):
        return self.search([("state", "=", "running")], limit=1)

    @api.model
    def _request(self):
        """Have all rows rebuilt in the background; a running rebuild will do.

        :return: the running rebuild
        """
        rebuild = self._running() or self._start()
        self._wake()
        return rebuild

    @api.model
    def _start(self):
        """A new rebuild, which takes over the queued requests for one."""
        self._clear_requests()
        return self.create({"total": self._count_contacts()})

    def _restart(self):
        """Begin anew: a rule has changed since the first contacts were done."""
        self._clear_requests()
        self.write({"reached_id": 0, "done": 0, "total": self._count_contacts()})

    @api.model
    def _clear_requests(self):
        self.env.cr.execute("DELETE FROM crm_stats_queue WHERE partner_id IS NULL")

    @api.model
    def _count_contacts(self):
        return self.env.execute_query(SQL("SELECT count(*) FROM res_partner"))[0][0]

    @api.model
    def _wake(self, minutes=0):
        """Let the rebuild job run when this transaction is committed, or later."""
        cron = self.env.ref(
            "crm_segments.ir_cron_stats_rebuild", raise_if_not_found=False
        )
        if cron:  # an administrator may have deleted it
            at = fields.Datetime.now() + timedelta(minutes=minutes)
            cron.sudo()._trigger(at)

    def _work(self):
        """Take steps, one transaction each, until done, cancelled or out of time."""
        cron = self.env["ir.cron"]
        conflicts = 0
        time_left = cron._commit_progress(remaining=self._left())
        while time_left:
            try:
                count = self._step()
            except LockError:
                # another refresh is running: no step would succeed before it ends
                self._wake(minutes=1)
                cron._commit_progress(remaining=0)
                return
            except psycopg2.errors.SerializationFailure:
                # cancelled, or a customer was merged or deleted meanwhile
                conflicts += 1
                if conflicts > MAX_CONFLICTS:
                    raise
                self.env.cr.rollback()
                count = 0
            else:
                conflicts = 0
            left = self._left()
            time_left = cron._commit_progress(count, remaining=left)
            if not left:
                return

    def _left(self):
        """Contacts still to do, and one for the last step; 0 when it has ended."""
        self.invalidate_recordset()
        return max(self.total - self.done, 0) + 1 if self.state == "running" else 0

    def _step(self):
        """Recompute what differs, the next contacts, or what is left after the last.

        :return: number of contacts done
        :raise LockError: another refresh is running
        """
        stats = self.env["crm.partner.stats"]
        # first of all in the transaction: its snapshot is then current
        stats._lock_refresh()
        if self.state != "running":
            return 0
        if stats._is_full_refresh_queued():
            self._restart()
        if not self.reached_id:
            changed = stats._refresh_differing()
            if changed is not None:
                return self._finish(changed)
        [[until, count]] = self.env.execute_query(
            engine.contacts_after(self.reached_id, CHUNK)
        )
        if count:
            changed = stats._refresh_range(self.reached_id, until)
            self.write(
                {
                    "reached_id": until,
                    "done": self.done + count,
                    "changed": self.changed + changed,
                }
            )
            self.flush_recordset()
            return count
        return self._finish(stats._refresh_rest())

    def _finish(self, changed):
        """:param int changed: rows that the last step changed"""
        self.write(
            {
                "state": "done",
                "ended_at": fields.Datetime.now(),
                "done": self.total,
                "changed": self.changed + changed,
            }
        )
        self.flush_recordset()
        return 1
