from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .tier_common import TierCase

COMMIT = "odoo.addons.base.models.ir_cron.IrCron._commit_progress"


class CronCase(TierCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.program._today()
        cls.commits = []

    def _run(self, work, chunk=2, seconds=60):
        """Run a cron method; each commit notes what it reports."""
        self.commits = []

        def commit(_cron, processed=0, *, remaining=None, deactivate=False):
            self.env.flush_all()
            self.commits.append(processed if remaining is None else -remaining)
            return seconds

        with patch(COMMIT, commit):
            work(chunk=chunk)


@tagged("post_install", "-at_install")
class TestTierCron(CronCase):
    """The daily job: due members only, chunk by chunk."""

    def setUp(self):
        super().setUp()
        self.silver.write({"validity": "months", "keep_rule": "never"})
        self.members = self._enroll(*"ABCDE")
        for index, member in enumerate(self.members):
            # the last one is valid to the end of today, the others were until yesterday
            day = self.today - timedelta(days=index == 4 and 364 or 400)
            self._buy(12000, day, member)
        self.members[4].tier_id.flush_recordset()
        self.assertEqual(set(self.members.tier_id), {self.silver})

    def test_due_members_in_chunks(self):
        self._run(self.Member._cron_review_tiers)
        self.assertEqual(self.members[:4].tier_id, self.general)
        self.assertEqual(self.members[4].tier_id, self.silver)
        self.assertEqual(self.commits[0], -4)
        self.assertEqual(self.commits[1:], [2, 2])

    def test_stops_when_time_is_up_and_goes_on_next_time(self):
        self._run(self.Member._cron_review_tiers, seconds=0)
        self.assertEqual(self.commits, [-4, 2])
        self.assertEqual(self.members[2:].tier_id, self.silver)
        self._run(self.Member._cron_review_tiers)
        self.assertEqual(self.members[:4].tier_id, self.general)

    def test_members_in_use_are_left(self):
        with patch.object(
            type(self.Member), "try_lock_for_update", lambda m, **_kw: m[1:]
        ):
            self._run(self.Member._cron_review_tiers, chunk=4)
        self.assertEqual(self.members[0].tier_id, self.silver)
        self.assertEqual(self.members[1:4].tier_id, self.general)

    def test_as_a_scheduled_action(self):
        with self.enter_registry_test_mode():
            self.env.ref("loyalty_members.ir_cron_tier_reviews").method_direct_trigger()
        self.assertEqual(self.members[:4].tier_id, self.general)

    def test_closed_members_are_not_due(self):
        self.members[:3].action_close()
        self._run(self.Member._cron_review_tiers)
        self.assertEqual(self.commits, [-1, 1])

    def test_hook_gets_the_log(self):
        seen = []
        with patch.object(
            type(self.Member),
            "_on_tier_moves",
            lambda m, moves: seen.append((m, moves)),
        ):
            self.members[:2]._review_tiers()
        [(members, moves)] = seen
        self.assertEqual(members, self.members[:2])
        self.assertEqual(moves.mapped("reason"), ["downgrade"] * 2)


@tagged("post_install", "-at_install")
class TestTierSimulation(CronCase):
    """A draft of the rules: counted first, then applied in the background."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.members = cls._enroll(*"ABCDEF")
        cls.manager = new_test_user(
            cls.env,
            "tier_manager",
            groups="loyalty_members.group_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        for index, member in enumerate(self.members):
            # 0, 8000, 16000, 24000, 32000, 40000
            self._buy(8000 * index or 1, self.today, member)
        tiers = [m.tier_id.sequence for m in self.members]
        self.assertEqual(tiers, [10, 10, 20, 20, 30, 30])
        Simulation = self.env["loyalty.tier.simulation"].with_user(self.manager)
        self.simulation = Simulation._draft(self.program.with_user(self.manager))
        self.line = {line.tier_id: line for line in self.simulation.line_ids}

    def test_unchanged_rules_move_nobody(self):
        self.simulation.action_preview()
        self.assertEqual((self.simulation.up_count, self.simulation.down_count), (0, 0))
        self.assertEqual(self.simulation.member_count, 7)

    def test_preview_counts_and_writes_nothing(self):
        self.line[self.silver].threshold = 8000
        self.line[self.gold].threshold = 40000
        tables = ("loyalty_member", "loyalty_tier", "loyalty_tier_move")
        self.env.flush_all()

        def content():
            rows = []
            for table in tables:
                self.env.cr.execute(f"SELECT * FROM {table} ORDER BY id")
                rows.append(self.env.cr.fetchall())
            return rows

        before = content()
        self.simulation.action_preview()
        self.assertEqual(content(), before)
        self.assertEqual((self.simulation.up_count, self.simulation.down_count), (1, 1))
        self.assertEqual(
            self.simulation.result_text,
            "Of 7 members, 1 would move up and 1 down.",
        )
        result = [
            (line.members_before, line.members_after)
            for line in self.simulation.line_ids
        ]
        self.assertEqual(result, [(3, 2), (2, 4), (2, 1)])
        shares = [round(line.share_after, 4) for line in self.simulation.line_ids]
        total = 120001
        self.assertEqual(
            shares,
            [round(1 / total, 4), round(80000 / total, 4), round(40000 / total, 4)],
        )
        self.assertAlmostEqual(sum(self.simulation.line_ids.mapped("share_before")), 1)

    def test_without_moving_down(self):
        self.line[self.gold].threshold = 90000
        self.simulation.move_down = False
        self.simulation.action_preview()
        self.assertEqual((self.simulation.up_count, self.simulation.down_count), (0, 0))

    def test_a_changed_draft_needs_a_new_preview(self):
        self.simulation.action_preview()
        self.assertTrue(self.simulation.is_current)
        self.line[self.gold].threshold = 90000
        self.assertFalse(self.simulation.is_current)
        self.assertFalse(self.simulation.result_text)
        self.simulation.action_preview()
        self.simulation.move_down = False
        self.assertFalse(self.simulation.is_current)
        with self.assertRaisesRegex(UserError, "changed since the last preview"):
            self.simulation.action_apply()
        self.assertNotEqual(self.gold.threshold, 90000)

    def test_draft_must_make_sense(self):
        self.line[self.gold].threshold = 100
        for action in (self.simulation.action_preview, self.simulation.action_apply):
            with self.assertRaises(ValidationError):
                action()
        with self.assertRaises(ValidationError):
            self.line[self.gold].write({"keep_rule": "own"})

    def _apply(self):
        self.simulation.action_preview()
        action = self.simulation.action_apply()
        return self.env["loyalty.tier.job"].browse(action["res_id"])

    def test_apply_does_what_the_preview_said(self):
        # both thresholds beyond the other's old one: no order of writing fits
        self.line[self.silver].threshold = 31000
        self.line[self.gold].threshold = 40000
        job = self._apply()
        self.assertEqual(
            (job.state, job.total, job.user_id), ("waiting", 7, self.manager)
        )
        self.assertEqual(self.silver.threshold, 31000)
        self.assertEqual(self.members[2].tier_id, self.silver, "nothing moves yet")
        self._run(self.env["loyalty.tier.job"]._cron_work)
        self.assertEqual((job.state, job.done, job.percent), ("done", 7, 100))
        self.assertEqual(
            (job.up_count, job.down_count),
            (self.simulation.up_count, self.simulation.down_count),
        )
        self.assertEqual((job.up_count, job.down_count), (0, 3))
        tiers = [m.tier_id.sequence for m in self.members]
        self.assertEqual(tiers, [10, 10, 10, 10, 20, 30])
        move = self.members[4].move_ids[0]
        self.assertEqual((move.reason, move.measured_amount), ("rules", 32000))
        self.assertEqual(move.threshold, 40000)
        self.assertEqual(self.commits, [-7, 2, 2, 2, 1, 0])

    def test_job_goes_on_where_it_was(self):
        self.line[self.silver].threshold = 8000
        job = self._apply()
        self._run(self.env["loyalty.tier.job"]._cron_work, seconds=0)
        self.assertEqual((job.state, job.done), ("running", 2))
        self.assertEqual(job.percent, 28)
        self._run(self.env["loyalty.tier.job"]._cron_work)
        self.assertEqual((job.state, job.done, job.up_count), ("done", 7, 1))

    def test_members_in_use_come_last(self):
        self.line[self.silver].threshold = 8000
        job = self._apply()
        busy = self.members[1]
        original = type(self.Member).try_lock_for_update
        calls = []

        def lock(members, **kwargs):
            calls.append(members)
            members = members - busy if len(calls) < 6 else members
            return original(members, **kwargs)

        with patch.object(type(self.Member), "try_lock_for_update", lock):
            self._run(self.env["loyalty.tier.job"]._cron_work)
            self.assertEqual((job.state, job.done), ("running", 6))
            self.assertEqual(job.skipped, busy.ids)
            self._run(self.env["loyalty.tier.job"]._cron_work)
        self.assertEqual((job.state, job.done), ("done", 7))
        self.assertFalse(job.skipped)
        self.assertEqual(busy.tier_id, self.silver)

    def test_stopped_job(self):
        job = self._apply()
        job.with_user(self.manager).action_cancel()
        self._run(self.env["loyalty.tier.job"]._cron_work)
        self.assertEqual((job.state, job.done), ("cancelled", 0))
        job.action_cancel()

    @mute_logger("odoo.sql_db")
    def test_one_job_at_a_time(self):
        self._apply()
        with self.assertRaisesRegex(UserError, "being re-evaluated"):
            self.simulation.action_apply()
        with self.assertRaises(UniqueViolation):
            self.env["loyalty.tier.job"].create(
                {"program_id": self.program.id, "user_id": self.env.uid}
            )
            self.env.flush_all()

    def test_as_a_scheduled_action(self):
        self.line[self.silver].threshold = 8000
        job = self._apply()
        with self.enter_registry_test_mode():
            self.env.ref("loyalty_members.ir_cron_tier_jobs").method_direct_trigger()
        self.assertEqual(job.state, "done")
        self.assertEqual(self.members[1].tier_id, self.silver)

    def test_valid_members_and_those_moved_by_hand_stay(self):
        self.gold.write({"validity": "months"})
        earlier = self.today - timedelta(days=380)
        old = self._enroll("Old")
        self._buy(35000, earlier, old)
        old._move_by_hand(self.gold, "A promise")
        since = self._enroll("Since")
        self.gold.window_kind = "since"
        self._buy(35000, self.today - timedelta(days=30), since)
        self.assertEqual((old | since).tier_id, self.gold)
        simulation = self.env["loyalty.tier.simulation"]._draft(self.program)
        simulation.action_preview()
        self.assertEqual(simulation.down_count, 0)
        line = simulation.line_ids.filtered(lambda li: li.tier_id == self.gold)
        line.threshold = 35001
        simulation.action_preview()
        # E with 32,000 and the one with 35,000; F has 40,000, the promise stands
        self.assertEqual(simulation.down_count, 2)

    def test_tiers_that_get_an_end_or_lose_it(self):
        self.line[self.silver].validity = "months"
        self._apply()
        self._run(self.env["loyalty.tier.job"]._cron_work)
        silver = self.members[2]
        self.assertTrue(silver.tier_until > self.today)
        self.assertEqual(silver.review_on, silver.tier_until + timedelta(days=1))
        self.assertFalse(self.members[0].tier_until)
        self.simulation = self.env["loyalty.tier.simulation"]._draft(self.program)
        self.simulation.line_ids.validity = "none"
        self._apply()
        self._run(self.env["loyalty.tier.job"]._cron_work)
        self.assertFalse(silver.tier_until)
        self.assertFalse(silver.review_on)

    def test_managers_only(self):
        clerk = new_test_user(
            self.env,
            "tier_clerk",
            groups="loyalty_members.group_clerk",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        Simulation = self.env["loyalty.tier.simulation"].with_user(clerk)
        with self.assertRaises(AccessError):
            Simulation.action_open()
        with self.assertRaises(AccessError):
            self.program.with_user(clerk).action_simulate_tiers()
        job = self._apply()
        with self.assertRaises(AccessError):
            job.with_user(clerk).action_cancel()

    def test_opened_from_menu_program_and_tier(self):
        manager = self.env(user=self.manager)
        for action in (
            manager["loyalty.tier.simulation"].action_open(),
            self.program.with_env(manager).action_simulate_tiers(),
            self.gold.with_env(manager).action_simulate(),
        ):
            draft = manager[action["res_model"]].browse(action["res_id"])
            self.assertEqual(draft.line_ids.tier_id, self.program.tier_ids)


@tagged("post_install", "-at_install")
class TestTierStatements(CronCase):
    """The number of statements does not grow with the number of members."""

    def _count(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _members(self, count, day, amount=12000):
        members = self._enroll(*(f"S{number}" for number in range(count)))
        for member in members:
            self._buy(amount, day, member, tiers=False)
        return members

    def test_events_reviews_and_sweeps(self):
        self.silver.write({"validity": "months", "keep_rule": "never"})
        old = self.today - timedelta(days=400)
        job = self.env["loyalty.tier.job"]._start(self.program, True)
        works = [
            lambda members: members._upgrade_tiers(today=old),
            lambda members: members._review_tiers(),
            lambda members: members._run_tiers(job._sweep_statement()),
        ]
        warm, one, many = (self._members(count, old) for count in (1, 1, 40))
        for work in works:
            self._count(lambda w=work: w(warm))
            single = self._count(lambda w=work: w(one))
            self.assertLessEqual(self._count(lambda w=work: w(many)), single + 1)
            self.assertLessEqual(single, 8)
        reasons = set(many.move_ids.mapped("reason"))
        self.assertEqual(reasons, {"enrol", "upgrade", "downgrade"})
