import itertools
import sys
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from odoo.addons.test_crm_suite.sample import oracle

SETUP = Path(__file__).resolve().parents[3] / "setup"


@tagged("post_install", "-at_install")
class TestDemoStory(TransactionCase):
    """The demo seeds, and holds what it promises to whoever looks at it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if str(SETUP) not in sys.path:  # Odoo's own test runner does not add it
            sys.path.append(str(SETUP))
        from demo import cast, story

        cls.cast, cls.story = cast, story
        cls.company = cls.env.company
        cls.told = story.seed(cls.env, line_port=1)

    def test_is_told_once(self):
        self.assertTrue(self.told)
        orders = self.env["sale.order"].search_count([])
        self.assertFalse(self.story.seed(self.env, line_port=1))
        self.assertEqual(self.env["sale.order"].search_count([]), orders)

    def test_company_is_in_taipei(self):
        self.assertEqual(self.company.partner_id.tz, "Asia/Taipei")
        self.assertEqual(self.company.partner_id.lang, "zh_TW")
        self.assertEqual(self.company.currency_id.name, "TWD")
        self.assertTrue(self.company.logo)
        self.assertEqual(self.env.ref("base.user_admin").lang, "zh_TW")
        self.assertEqual(self.env["res.partner"].create({"name": "N"}).lang, "zh_TW")
        self.assertIn("en_US", dict(self.env["res.lang"].get_installed()))

    def test_nobody_real_is_reached(self):
        """Reserved e-mail domains and the one invented pattern of numbers."""
        partners = self._customers()
        self.assertTrue(all(p.email.endswith("@example.com") for p in partners))
        self.assertTrue(all(p.phone.startswith("0900-000-") for p in partners))
        phones = partners.mapped("phone")
        self.assertEqual(len(phones), len(set(phones)))

    def _customers(self):
        return self.env["res.partner"].search([("email", "=like", "customer%")])

    def test_every_state_and_flag(self):
        stats = self.env["crm.partner.stats"].search(
            [("partner_id", "in", self._customers().ids)]
        )
        self.assertGreaterEqual(len(stats), 75)
        for state in ("new", "existing", "sleeping", "lost"):
            self.assertGreaterEqual(stats.mapped("nesl").count(state), 10, state)
        self.assertTrue(stats.filtered("is_main"))
        self.assertTrue(stats.filtered("is_important"))
        for score in ("r_score", "f_score", "m_score"):
            self.assertLessEqual({1, 2, 3, 4, 5}, set(stats.mapped(score)), score)

    def test_states_follow_the_orders(self):
        """The same rule as for the CDNOW log, by the same independent calendar."""
        stats = self.env["crm.partner.stats"]
        today = self.company._stats_today()
        for row in stats.search([("partner_id", "in", self._customers().ids)]):
            last = row.last_order_date or None
            self.assertEqual(row.nesl, oracle.nesl(last, today), row.partner_id.name)

    def test_moves_are_dated_as_they_happened(self):
        moves = self.env["crm.nesl.move"].search([])
        days = set(moves.mapped("date"))
        self.assertGreater(len(days), 60)
        self.assertLessEqual(max(days), self.company._stats_today())

    def test_members_in_every_tier_and_state(self):
        members = self.env["loyalty.member"].search([])
        program = members.program_id
        self.assertEqual(len(program), 1)
        self.assertEqual(members.tier_id, program.tier_ids)
        self.assertEqual(set(members.mapped("state")), {"active", "frozen", "closed"})
        self.assertFalse(self.env["loyalty.member"]._prove())
        kinds = set(members.entry_ids.mapped("kind"))
        self.assertLessEqual({"earn", "burn", "reverse", "gift"}, kinds)

    def test_membership_has_rules_and_work_to_do(self):
        program = self.env["loyalty.program"]._membership()
        self.assertTrue(program.earn_rate_ids)
        waiting = self.env["loyalty.point.adjustment"].search([])
        self.assertEqual(waiting.mapped("state"), ["submitted"])
        given = self.env["loyalty.benefit.issue"].search([])
        self.assertEqual(
            set(given.benefit_id.mapped("kind")), {"welcome", "birthday", "tier_up"}
        )
        reasons = self.env["loyalty.tier.move"].search([]).mapped("reason")
        self.assertLessEqual({"enrol", "upgrade"}, set(reasons))

    def test_portal_member_is_gold(self):
        user = self.env["res.users"].search([("login", "=", "portal")])
        member = user.partner_id.member_id
        self.assertEqual(member.tier_id, member.program_id.tier_ids.sorted()[-1])
        self.assertEqual(member.state, "active")
        self.assertGreaterEqual(member.balance, 100)
        self.assertTrue(member.receipt_id)

    def test_logins(self):
        """Password equals login, for each of them."""
        logins = ("sales", "sales2", "clerk", "manager", "agent", "dpo", "portal")
        for login in logins:
            user = self.env["res.users"].search([("login", "=", login)])
            credential = {"login": login, "password": login, "type": "password"}
            self.assertEqual(
                user.with_user(user)._check_credentials(
                    credential, {"interactive": True}
                )["uid"],
                user.id,
            )

    def test_consents_of_every_kind(self):
        states = self.env["pdpa.consent"].search([]).mapped("state")
        self.assertEqual(set(states), {"granted", "denied", "withdrawn"})
        versions = self.env["pdpa.notice.version"].search([("state", "=", "published")])
        self.assertEqual(set(versions.mapped("lang")), {"zh_TW", "en_US"})
        for version in versions:
            self.assertNotIn("請填入", version.rights_text + version.collector)
            self.assertNotIn("fill in", version.rights_text + version.collector)

    def test_line_conversations(self):
        users = self.env["line.user"].search([])
        self.assertEqual(len(users), len(self.cast.LINE_USERS))
        self.assertEqual(len(users.partner_id), len(self.cast.BOUND))
        rows = self.env["line.outbox"].search([])
        self.assertEqual(set(rows.mapped("state")), {"sent", "cancelled"})
        refused = rows.filtered(lambda row: row.state == "cancelled")
        self.assertEqual(set(refused.mapped("lane")), {"marketing"})
        self.assertEqual(
            set(rows.mapped("lane")), {"reply", "chat", "service", "marketing"}
        )
        events = self.env["line.inbox"].search([])
        self.assertEqual(set(events.mapped("state")), {"done"})

    def test_a_customer_waits_for_an_answer(self):
        name = self.cast.WAITING[0][0]
        user = self.env["line.user"].search([("name", "=", name)])
        self.assertTrue(user.channel_id.message_ids[0].author_guest_id)

    def test_pipeline_has_a_past_and_a_future(self):
        leads = self.env["crm.lead"].with_context(active_test=False).search([])
        self.assertEqual(set(leads.mapped("won_status")), {"won", "lost", "pending"})
        stages = leads.filtered(lambda lead: lead.won_status == "pending").stage_id
        self.assertGreaterEqual(len(stages), 3)
        self.assertEqual(len(leads.team_id), 2)
        for team, stage in itertools.product(leads.team_id, stages):
            self.assertTrue(
                leads.filtered(
                    lambda lead, t=team, s=stage: (
                        lead.team_id == t and lead.stage_id == s
                    )
                ),
                f"{team.name}, {stage.name}",
            )
        days = self.env["crm.forecast.snapshot"].search([]).mapped("date")
        self.assertGreater(len(set(days)), 50)
        today = self.company._forecast_today()
        self.assertGreater((today - min(days)).days, 360)

    def test_there_is_something_to_do_today(self):
        scope = self.env["crm.forecast.scope"]
        facts = self.env["crm.forecast.facts"]
        for login in ("sales", "sales2"):
            user = self.env["res.users"].search([("login", "=", login)])
            asked = scope._at(self.company, user_id=user.id)
            due = facts._source_activities(asked)[0]
            with self.subTest(login):
                self.assertTrue(due["activities"])
        states = self.env["crm.improvement.note"].search([]).mapped("state")
        self.assertEqual(sorted(states), ["measured", "open"])
        lost = self.env["crm.lost.report"].search([]).mapped("theme")
        self.assertGreaterEqual({*lost}, {"price", "competitor", "timing"})

    def test_forecast_of_this_and_the_next_month(self):
        today = self.company._forecast_today()
        runs = self.env["crm.forecast.run"].search(
            [("date", "=", today), ("period_id.kind", "=", "month")]
        )
        methods = runs.grouped("method")
        self.assertEqual(set(methods), {"weighted", "learned", "haircut"})
        for found in methods.values():
            self.assertEqual(len(found), 2)
        for run in runs:
            self.assertGreater(run.amount_total, 0, run.display_name)

    def test_officer_finds_reveals_and_a_break_glass_to_review(self):
        reveals = self.env["pdpa.reveal"].search([])
        self.assertEqual(
            sorted(reveals.mapped("kind")),
            ["break_glass", "reveal", "reveal", "reveal"],
        )
        waiting = reveals.filtered(lambda reveal: reveal.kind == "break_glass")
        self.assertFalse(waiting.reviewer_id)

    def test_records_are_dated_as_the_story_goes(self):
        """Nothing of the story happened at the moment of seeding alone."""
        for model, field in (
            ("sale.order", "create_date"),
            ("crm.lead", "create_date"),
            ("loyalty.point.entry", "posted_at"),
            ("pdpa.receipt", "occurred_at"),
            ("crm.stage.log", "enter"),
        ):
            dates = self.env[model].search([]).mapped(field)
            self.assertGreater((max(dates) - min(dates)).days, 300, model)
