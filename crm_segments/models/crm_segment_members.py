from datetime import timedelta

from odoo import api, fields, models

from . import crm_segment_engine


class CrmSegment(models.Model):
    """Members kept by day: frozen copies, who entered and left, daily counts."""

    _inherit = "crm.segment"  # pylint: disable=R8180

    track_members = fields.Boolean(
        "Remember Members",
        default=True,
        help="Keeps each day who entered and who left. Switching it off deletes what "
        "was kept.",
    )
    tracked_since = fields.Date(
        readonly=True,
        copy=False,
        help="The first day on which members were kept. Those of that day did not "
        "enter on it; they were simply there.",
    )
    last_count = fields.Integer("Contacts at Last Count", readonly=True, copy=False)
    counted_on = fields.Date("Last Count", readonly=True, copy=False)
    changes_since = fields.Date(
        compute="_compute_changes_since",
        readonly=False,
        help="Entered and left are counted from this day on.",
    )
    entered_count = fields.Integer("Entered", compute="_compute_changes")
    left_count = fields.Integer("Left", compute="_compute_changes")

    def _compute_changes_since(self):
        for segment in self:
            company = segment.company_id or self.env.company
            segment.changes_since = company._stats_today() - timedelta(days=30)

    @api.depends("changes_since", "tracked_since")
    def _compute_changes(self):
        members = self.env["crm.segment.member"]
        for segment in self:
            segment.entered_count, segment.left_count = (
                members.search_count(segment._changes_domain(change))
                for change in ("entered", "left")
            )

    def _changes_domain(self, change):
        """Memberships that began (``entered``) or ended (``left``) since the day."""
        self.ensure_one()
        domain = [
            ("segment_id", "=", self._origin.id),
            (f"{change}_on", ">=", self.changes_since),
        ]
        if change == "entered" and self.tracked_since:
            domain.append(("entered_on", ">", self.tracked_since))
        return domain

    def _freeze(self):
        """A frozen copy with the contacts that fit now."""
        self.ensure_one()
        day = self.company_id._stats_today()
        return self.copy(
            {
                "name": f"{self.name} ({day})",
                "kind": "frozen",
                "frozen_from_id": self.id,
                "user_id": self.env.uid,
                "track_members": True,
            }
        )

    def _take_members(self):
        """Fill new frozen segments from their rules."""
        for segment in self:
            segment.with_context(crm_segment_taking=segment.id)._sync_members()

    def _sync_members(self):
        """Bring the kept members up to date.

        :return: (entered, left), numbers of contacts
        """
        self.ensure_one()
        segment = self.sudo()
        day = segment.company_id._stats_today()
        contacts = segment._partners_query().select()
        run = self.env.execute_query
        [(left,)] = run(crm_segment_engine.leave(segment, contacts, day))
        [(entered,)] = run(crm_segment_engine.enter(segment, contacts, day))
        self.env["crm.segment.member"].invalidate_model()
        self.invalidate_recordset(["count", "sample_ids", "entered_count"])
        if not segment.tracked_since:
            segment.tracked_since = day
        return entered, left

    def _forget_members(self):
        live = self.sudo().filtered(lambda segment: segment.kind == "dynamic")
        self.env["crm.segment.member"].sudo().search(
            [("segment_id", "in", live.ids)]
        ).unlink()
        live.tracked_since = False

    def _take_count(self):
        """Keep today's count, and the members where wanted.

        A filter that cannot be used keeps its last count and says why in the chatter,
        once.
        """
        for segment in self.sudo():
            day = segment.company_id._stats_today()
            count, _sample, problem = segment._evaluate(sample=0)
            if problem:
                if segment.counted_on:
                    segment.message_post(body=problem)
                segment.counted_on = False
                continue
            self.env.execute_query(crm_segment_engine.put_count(segment, day, count))
            self.env["crm.segment.count"].invalidate_model()
            segment.write({"last_count": count, "counted_on": day})
            if segment.track_members and segment.kind == "dynamic":
                segment._sync_members()

    @api.model
    def _cron_count(self):
        """Count every segment once a day, one transaction each."""
        todo = self.search([("active", "=", True)]).filtered(
            lambda segment: segment.counted_on != segment.company_id._stats_today()
        )
        commit = self.env["ir.cron"]._commit_progress
        left = commit(remaining=len(todo))
        for segment in todo:
            if not left:
                break
            segment._take_count()
            left = commit(1)
