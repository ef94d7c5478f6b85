from odoo import api, fields, models
from odoo.exceptions import UserError

from . import loyalty_tier_sweep as sweep
from .loyalty_tier_measure import asks_for_orders

CRON = "loyalty_members.ir_cron_tier_jobs"
# members per transaction
CHUNK = 2000


class LoyaltyTierJob(models.Model):
    """Changed tier rules on their way through all members, chunk by chunk.

    The cursor is the last member that was looked at; members whom another transaction
    held are kept in ``skipped`` and come last. A stopped job goes on where it was.
    """

    _name = "loyalty.tier.job"
    _description = "Tier Re-evaluation"
    _order = "id DESC"
    _check_company_auto = True
    _allow_sudo_commands = False

    program_id = fields.Many2one(
        "loyalty.program",
        string="Membership",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="program_id.company_id", store=True, index=True
    )
    user_id = fields.Many2one(
        "res.users", string="Started By", required=True, readonly=True
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
        readonly=True,
        default="waiting",
    )
    move_down = fields.Boolean(string="Members Move Down, Too", readonly=True)
    total = fields.Integer(string="Members", readonly=True)
    done = fields.Integer(string="Looked At", readonly=True)
    up_count = fields.Integer(string="Moved Up", readonly=True)
    down_count = fields.Integer(string="Moved Down", readonly=True)
    cursor = fields.Integer(readonly=True, export_string_translation=False)
    skipped = fields.Json(readonly=True, export_string_translation=False)
    finished_at = fields.Datetime(string="Finished On", readonly=True)
    percent = fields.Integer(string="Progress (%)", compute="_compute_percent")

    _open_uniq = models.UniqueIndex(
        "(program_id) WHERE state IN ('waiting', 'running')",
        "The tiers of this membership are being re-evaluated already.",
    )

    @api.depends("program_id", "create_date")
    def _compute_display_name(self):
        for job in self:
            job.display_name = self.env._(
                "Re-evaluation %(number)s of %(program)s",
                number=job.id,
                program=job.program_id.name,
            )

    @api.depends("total", "done", "state")
    def _compute_percent(self):
        for job in self:
            share = 100 * job.done // job.total if job.total else 100
            job.percent = 100 if job.state == "done" else min(share, 99)

    def action_cancel(self):
        """Stop: members looked at so far keep their new tiers."""
        self.env["loyalty.member"]._check_may_manage()
        self.check_access("read")
        jobs = self.sudo().filtered(lambda job: job.state in ("waiting", "running"))
        jobs.write({"state": "cancelled", "finished_at": fields.Datetime.now()})

    @api.model
    def _start(self, program, move_down):
        """Queue the re-evaluation of all members by the rules in force.

        :return: the job
        :raise UserError: another one is not finished yet
        """
        self._check_none_open(program)
        total = self.env["loyalty.member"].sudo()
        job = self.sudo().create(
            {
                "program_id": program.id,
                "user_id": self.env.uid,
                "move_down": move_down,
                "total": total.search_count(
                    [("program_id", "=", program.id), ("state", "!=", "closed")]
                ),
            }
        )
        self.env.ref(CRON).sudo()._trigger()
        return job.with_env(self.env)

    @api.model
    def _check_none_open(self, program):
        if self.sudo().search_count(
            [
                ("program_id", "=", program.id),
                ("state", "in", ("waiting", "running")),
            ],
            limit=1,
        ):
            raise UserError(
                self.env._(
                    "The tiers of “%(program)s” are being re-evaluated. Wait until it "
                    "is done, or cancel it under “Tier Re-evaluations”.",
                    program=program.name,
                )
            )

    # -- work -------------------------------------------------------------------
    @api.model
    def _cron_work(self, chunk=CHUNK):
        """Work through the open jobs, a transaction per chunk; resumable."""
        cron = self.env["ir.cron"]
        jobs = self.sudo().search([("state", "in", ("waiting", "running"))], order="id")
        cron._commit_progress(remaining=sum(job.total - job.done for job in jobs))
        for job in jobs:
            while job.state in ("waiting", "running"):
                looked_at = job._work(chunk)
                seconds_left = cron._commit_progress(looked_at)
                if job.state != "done" and not (looked_at and seconds_left):
                    return
                # a manager may have cancelled it meanwhile
                job.invalidate_recordset()

    def _work(self, chunk=CHUNK):
        """Look at the next members.

        :return: how many; 0 when those that are left are in use elsewhere
        """
        self.ensure_one()
        members, skipped, cursor = self._next_members(chunk)
        moves = members._run_tiers(self._sweep_statement())
        levels = [(m.from_tier_id.sequence, m.to_tier_id.sequence) for m in moves]
        over = not members and not skipped
        self.write(
            {
                "state": "done" if over else "running",
                "finished_at": fields.Datetime.now() if over else False,
                "cursor": cursor,
                "skipped": skipped,
                "done": self.done + len(members),
                "up_count": self.up_count + sum(old < new for old, new in levels),
                "down_count": self.down_count + sum(old > new for old, new in levels),
            }
        )
        return len(members)

    def _sweep_statement(self):
        detailed = asks_for_orders(self.program_id.tier_ids)
        down = self.move_down
        return lambda context, ids: sweep.sweep(context, ids, down, detailed)

    def _next_members(self, chunk):
        """Members to look at, ids left for later, and the new cursor.

        Members of an earlier chunk that were in use come when all others are done.
        """
        Member = self.env["loyalty.member"].sudo()
        skipped = set(self.skipped or [])
        rows = self.env.execute_query(
            sweep.batch(self.program_id.id, self.cursor, chunk)
        )
        ids = [member_id for (member_id,) in rows] or sorted(skipped)[:chunk]
        members = Member.browse(ids).try_lock_for_update(allow_referencing=True)
        skipped = (skipped | set(ids)) - set(members.ids)
        cursor = rows[-1][0] if rows else self.cursor
        return members, sorted(skipped), cursor
