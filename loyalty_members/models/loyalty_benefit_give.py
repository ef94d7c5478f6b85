from datetime import timedelta
from secrets import token_hex

from odoo import api, fields, models

from ..tools import gift_dates
from . import loyalty_benefit_engine as engine
from .loyalty_benefit import MARKETING, YEARLY

CHUNK = 1000
PREVIEW_DAYS = 30
# a list of more members than that is no preview
PREVIEW_LIMIT = 2000
CODE_PREFIX = "044"  # read as a coupon by the Point of Sale, as native codes are
CODE_BYTES = 8


class LoyaltyBenefit(models.Model):
    """Who is due, and giving: one set-based pass per chunk, exactly once."""

    _inherit = "loyalty.benefit"  # pylint: disable=R8180

    # -- who ------------------------------------------------------------------
    def _festival_day(self, year):
        """The day of the festival in ``year``."""
        month = int(self.festival_month)
        if self.festival_rule == "weekday":
            weekday, week = int(self.festival_weekday), int(self.festival_week)
            return gift_dates.nth_weekday(year, month, weekday, week)
        return gift_dates.occurrence(month, self.festival_day, year)

    def _due_between(self, first, today):
        """SQL of the members whose gift is due in these days and was not given;
        ``None`` when there is nobody for sure."""
        self.ensure_one()
        program_id = self.program_id.id
        rule = (self.when, self.days_before)

        def closes(day):
            return gift_dates.gift_window(*rule, day)[1]

        if self.kind == "festival":
            years = gift_dates.due_years(*rule, first, today, self._festival_day)
            if not years:
                return None
            closing = [(year, closes(self._festival_day(year))) for year in years]
            due = engine.due_for_all(program_id, closing)
        else:
            dues = gift_dates.due_dates(*rule, first, today)
            if not dues:
                return None
            column = "joined_on" if self.kind == "anniversary" else "loyalty_birthdate"
            closing = [(*d, closes(gift_dates.occurrence(*d))) for d in dues]
            due = engine.due_on_dates(program_id, column, closing)
        return engine.still_due(self.id, due, self.tier_ids.ids)

    def _upcoming(self):
        if self.kind not in YEARLY:
            return None
        self._flush_for_giving()
        benefit = self.sudo()
        today = benefit.program_id._today()
        first = min(benefit.handled_until or today, today)
        return benefit._due_between(first, today + timedelta(days=PREVIEW_DAYS))

    def _count_upcoming(self):
        due = self._upcoming()
        if due is None:
            return 0
        (row,) = self.env.execute_query(
            engine.SQL("SELECT COUNT(DISTINCT member_id) FROM (%s) due", due)
        )
        return row[0]

    def _upcoming_members(self):
        """Members who get the gift within 30 days, at most the first 2,000."""
        self.check_access("read")
        due = self._upcoming()
        if due is None:
            return self.env["loyalty.member"]
        rows = self.env.execute_query(
            engine.SQL(
                "SELECT DISTINCT member_id FROM (%s) due ORDER BY 1 LIMIT %s",
                due,
                PREVIEW_LIMIT,
            )
        )
        return self.env["loyalty.member"].browse([row[0] for row in rows])

    @api.model
    def _flush_for_giving(self):
        self.env["loyalty.member"].flush_model()
        self.env["loyalty.benefit"].flush_model()
        self.env["loyalty.benefit.issue"].flush_model()

    # -- giving ---------------------------------------------------------------
    @api.model
    def _cron_give(self):
        """Give what fell due since the last run, a chunk per transaction, and queue
        the e-mails."""
        cron = self.env["ir.cron"]
        benefits = self.sudo().search([("kind", "in", YEARLY)])
        if not cron._commit_progress(remaining=len(benefits) + 1):
            return
        for benefit in benefits:
            more = True
            while more:
                more = benefit._give_chunk()
                if not cron._commit_progress(1, remaining=1):
                    return
        issues = self.env["loyalty.benefit.issue"].sudo()
        while queued := issues._queue_mails():
            if not cron._commit_progress(queued, remaining=1):
                return
        cron._commit_progress(remaining=0)

    def _give_chunk(self, limit=CHUNK):
        """Give the yearly gift to the next members who are due.

        A gift that another transaction is giving is left to it.

        :return: whether there may be more members
        """
        self.ensure_one()
        if not self.try_lock_for_update():
            return False
        self.invalidate_recordset(["handled_until"])
        today = self.program_id._today()
        # once more the last day: who became due after the run of that day gets it too
        due = self._due_between(min(self.handled_until or today, today), today)
        given = self._give(due, limit) if due is not None else 0
        if given < limit:
            self.handled_until = today
        return given == limit

    def _give(self, due, limit=CHUNK):
        """Issue the gift to ``due`` (SQL of the engine).

        :return: number of gifts
        """
        self._flush_for_giving()
        today = self.program_id._today()
        expire_on = (
            fields.Date.add(today, days=self.valid_days) if self.valid_days else None
        )
        mail_state = "waiting" if self.mail_template_id else "none"
        rows = self.env.execute_query(
            engine.issue(self, due, today, expire_on, mail_state, limit)
        )
        if not rows:
            return 0
        if self.give_as == "points":
            self._give_points(rows, expire_on)
        else:
            self._give_coupons([row[0] for row in rows], expire_on)
        issues = self.env["loyalty.benefit.issue"].browse([row[0] for row in rows])
        issues.invalidate_recordset()
        members = issues.member_id
        members.invalidate_recordset(["benefit_issue_ids", "benefit_issue_count"])
        self.invalidate_recordset(["issue_ids", "issue_count"])
        if mail_state == "waiting":
            self.env.ref("loyalty_members.ir_cron_give_benefits")._trigger()
        return len(rows)

    def _give_points(self, rows, expire_on):
        Member, Issue = self.env["loyalty.member"], self.env["loyalty.benefit.issue"]
        until = {"expire_on": expire_on} if expire_on else {}
        entries = Member.sudo()._post_points_batch(
            [
                {
                    "member": Member.browse(member_id),
                    "kind": "gift",
                    "points": self.points,
                    "key": f"gift:{issue_id}",
                    "source": Issue.browse(issue_id),
                    "explanation": self.name,
                    **until,
                }
                for issue_id, member_id in rows
            ]
        )
        self.env.execute_query(
            engine.link_entries([row[0] for row in rows], entries.ids)
        )

    def _give_coupons(self, issue_ids, expire_on):
        program = self.coupon_program_id
        codes = [(id_, f"{CODE_PREFIX}{token_hex(CODE_BYTES)}") for id_ in issue_ids]
        cost = min(program.reward_ids.mapped("required_points"), default=1)
        self.env.execute_query(
            engine.coupons(program, codes, cost, expire_on, self.env.uid)
        )
        program.invalidate_recordset(["coupon_ids", "coupon_count"])

    # -- e-mail ---------------------------------------------------------------
    def _mail_values(self):
        """What every e-mail about the gift carries: the gate is asked once more when
        a marketing mail leaves."""
        values = {"auto_delete": True}
        if self.is_marketing:
            purpose = self.env["pdpa.purpose"].with_company(self.company_id)
            values.update(
                pdpa_purpose_id=purpose._get(MARKETING).id,
                pdpa_company_id=self.company_id.id,
            )
        return values
