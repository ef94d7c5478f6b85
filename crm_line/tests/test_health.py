import datetime

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.line_webhook_day import TALLY
from .common import LineCase


@tagged("post_install", "-at_install")
class TestHealth(LineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supervisor = cls._new_user("supervisor", "crm_line.group_line_supervisor")
        cls.manager = cls._new_user("manager", "crm_line.group_line_manager")
        cls.env["ir.config_parameter"].set_param(
            "web.base.url", "https://shop.example.com"
        )

    def setUp(self):
        super().setUp()
        TALLY.clear()

    def page(self, user=None):
        self.env.flush_all()
        page = self.env["line.health"].with_user(user or self.supervisor).page()
        return page, next(
            card for card in page["accounts"] if card["id"] == self.account.id
        )

    def figure(self, name, user=None):
        page, card = self.page(user)
        figures = card["figures"] + page["system"]["figures"]
        return next(figure for figure in figures if figure["name"] == name)

    def state(self, name):
        return self.figure(name)["state"]

    def drill(self, name, user=None, account=None):
        account = self.account if account is None else account
        return (
            self.env["line.health"]
            .with_user(user or self.supervisor)
            .drill(account.id, name)
        )

    def found(self, name):
        action = self.drill(name)
        return self.env[action["res_model"]].search(action["domain"])

    # -- who ------------------------------------------------------------------
    def test_supervisors_read_and_administrators_act(self):
        for user, acts in ((self.supervisor, False), (self.manager, True)):
            self.assertIs(self.page(user)[0]["may_act"], acts)
        with self.assertRaises(AccessError):
            self.env["line.health"].with_user(self.agent).page()
        with self.assertRaises(AccessError):
            self.drill("connection", self.agent)
        for action in ("action_test_connection", "action_test_webhook"):
            with self.assertRaises(AccessError):
                getattr(self.account.with_user(self.supervisor), action)()

    def test_companies_are_apart(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreigner = self._new_user(
            "foreigner", "crm_line.group_line_supervisor", company=other
        )
        health = self.env["line.health"].with_user(foreigner)
        health = health.with_context(allowed_company_ids=other.ids)
        cards = health.page()["accounts"]
        self.assertNotIn(self.account.id, [card["id"] for card in cards])
        with self.assertRaises(AccessError):
            health.drill(self.account.id, "connection")

    def test_secrets_are_not_on_the_page(self):
        text = str(self.page(self.manager)[0])
        for secret in (
            self.account.channel_secret,
            self.account.access_token,
            self.account.webhook_token,
        ):
            self.assertNotIn(secret, text)

    def test_every_figure_explains_itself(self):
        page, card = self.page()
        self.assertTrue(page["system"]["figures"])
        for figure in card["figures"] + page["system"]["figures"]:
            with self.subTest(figure=figure["name"]):
                for name in ("label", "value", "why", "state_label"):
                    self.assertTrue(figure[name])
                self.assertIn(figure["state"], ("ok", "info", "warn", "bad"))

    def test_every_figure_opens_something(self):
        self.account.plan_id = self.env.ref("crm_line.plan_medium")
        system = self._new_user(
            "system", "base.group_system,crm_line.group_line_manager"
        )
        page, card = self.page(system)
        for owner in (card, page["system"]):
            for figure in owner["figures"]:
                if not figure["drill"]:
                    continue
                with self.subTest(figure=figure["name"]):
                    account = self.env["line.account"].browse(owner.get("id", []))
                    action = self.drill(figure["name"], system, account)
                    model = self.env[action["res_model"]].with_user(system)
                    if "domain" in action:
                        model.search(action["domain"], limit=1)
                    else:
                        self.assertTrue(model.browse(action["res_id"]).exists())
        with self.assertRaises(UserError):
            self.drill("nothing")

    def test_card_has_the_state_of_its_worst_figure(self):
        self.account.action_test_connection()
        self.account.webhook_tested_at = fields.Datetime.now()
        self.account.webhook_works = True
        self.writes("hi")
        self.assertEqual(self.page()[1]["state"], "ok")
        self.events().state = "dead"
        card = self.page()[1]
        self.assertEqual((card["state"], card["state_label"]), ("bad", "Needs action"))

    # -- queues ---------------------------------------------------------------
    def test_inbox_lag(self):
        self.assertEqual(self.figure("inbox_lag")["value"], "None")
        self.receive(self.simulator.text(self.customer, "hi"))
        row = self.events()
        for minutes, state in ((0, "ok"), (2, "warn"), (11, "bad")):
            row.received_at = fields.Datetime.subtract(
                fields.Datetime.now(), minutes=minutes
            )
            with self.subTest(minutes=minutes):
                self.assertEqual(self.state("inbox_lag"), state)
        self.assertEqual(self.figure("inbox_lag")["value"], "11 min")
        self.assertEqual(self.found("inbox_lag"), row)

    def test_last_webhook(self):
        figure = self.figure("last_webhook")
        self.assertEqual((figure["value"], figure["state"]), ("Never", "warn"))
        self.assertEqual(self.receive(), 200)
        self.assertEqual(self.state("last_webhook"), "ok")

    def test_oldest_queued_counts_only_what_is_due(self):
        self.writes("hi")
        self.agent_posts("answer")
        row = self.rows()
        self.env.cr.execute(
            "UPDATE line_outbox SET create_date = create_date - interval '20 minutes'"
            " WHERE id = %s",
            [row.id],
        )
        row.invalidate_recordset()
        self.assertEqual(self.state("oldest_queued"), "bad")
        self.assertEqual(self.found("oldest_queued"), row)
        row.next_at = fields.Datetime.add(fields.Datetime.now(), hours=1)
        figure = self.figure("oldest_queued")
        self.assertEqual(figure["state"], "ok")
        self.assertIn("1 queued", figure["detail"])

    def test_problems(self):
        self.writes("hi")
        self.agent_posts("one")
        row = self.rows()
        for state, name, color in (
            ("dead", "given_up", "bad"),
            ("failed", "given_up", "bad"),
            ("uncertain", "uncertain", "warn"),
        ):
            row.state = state
            with self.subTest(state=state):
                figure = self.figure(name)
                self.assertEqual((figure["value"], figure["state"]), ("1", color))
                self.assertEqual(self.found(name), row)
        self.events().state = "dead"
        self.assertEqual(self.state("dead_events"), "bad")
        self.assertEqual(self.found("dead_events"), self.events())

    def test_refused_webhooks(self):
        self.assertEqual(self.state("refused_signature"), "ok")
        event = self.simulator.text(self.customer, "hi")
        self.assertEqual(self.receive(event, secret="someone else"), 403)
        figure = self.figure("refused_signature")
        self.assertEqual((figure["value"], figure["state"]), ("1", "warn"))
        self.assertIn("last at", figure["detail"])
        day = self.found("refused_signature")
        self.assertEqual((day.count, day.account_id), (1, self.account))
        day.last_at = fields.Datetime.subtract(fields.Datetime.now(), days=2)
        self.assertEqual(self.state("refused_signature"), "info")

    def test_unknown_address(self):
        before = int(self.figure("refused_token")["value"])
        self.assertEqual(self.env["line.account"]._receive("nothing", b"", None), 404)
        figure = self.figure("refused_token")
        self.assertEqual(int(figure["value"]), before + 1)
        self.assertEqual(figure["state"], "warn")

    # -- money ----------------------------------------------------------------
    def test_quota(self):
        health = self.env["line.health"]
        now = datetime.datetime(2026, 3, 11)
        zone = {"zone": "Asia/Tokyo"}
        quota = zone | {"used": None, "limit": 200, "queued": 0, "reserved": 0}
        self.assertEqual(health._quota_figure(quota, now)["state"], "info")
        for used, limit, queued, state in (
            (50, 200, 0, "ok"),
            (55, 200, 0, "warn"),
            (50, 200, 60, "bad"),
            (70, 200, 0, "bad"),
            (9999, None, 0, "ok"),
            (0, 0, 0, "bad"),
        ):
            quota = zone | {"used": used, "limit": limit, "queued": queued}
            quota["reserved"] = queued
            with self.subTest(quota=quota):
                self.assertEqual(health._quota_figure(quota, now)["state"], state)

    def test_quota_of_the_account(self):
        self.assertEqual(self.figure("quota")["value"], "Not read yet")
        self.simulator.platform.quota = 1000
        self.simulator.platform.consumption = 100
        self.account._read_quota()
        self.account.service_reserve = 1
        figure = self.figure("quota")
        self.assertEqual(figure["value"], "100 / 1,000")
        self.assertIn("1 reserved", figure["detail"])

    def test_cost(self):
        self.assertEqual(self.figure("cost")["value"], "No plan")
        medium = self.env.ref("crm_line.plan_medium")
        self.company.line_plan_id = medium
        figure = self.figure("cost")
        self.assertIn("800", figure["value"])
        self.assertIn(str(medium.checked_on), figure["why"])
        self.account.plan_id = self.env.ref("crm_line.plan_high")
        self.assertIn("1,200", self.figure("cost")["value"])
        self.account.plan_id.valid_until = datetime.date(2024, 1, 1)
        self.assertEqual(self.state("cost"), "warn")

    def test_savings(self):
        self.assertEqual(self.figure("saving")["value"], "No answers")
        self.account.plan_id = self.env.ref("crm_line.plan_high")
        self.account.plan_id.extra_price = 7
        self.writes("hi")
        self.agent_posts("by reply token")
        self.work()
        self.agent_posts("by push")
        self.work()
        self.assertEqual(set(self.rows().mapped("state")), {"sent"})
        figure = self.figure("saving")
        self.assertEqual(figure["value"], "50%")
        self.assertIn("worth NT$\xa07", figure["detail"])
        self.assertEqual(
            self.account._sent_this_month()[self.account.id],
            {"replies": 1, "pushes": 1, "answers": 1},
        )
        self.rows().sent_at = fields.Datetime.subtract(fields.Datetime.now(), days=40)
        self.assertEqual(self.figure("saving")["value"], "No answers")

    # -- connection -----------------------------------------------------------
    def test_connection(self):
        self.assertEqual(self.state("connection"), "bad")
        self.account.action_test_connection()
        self.assertEqual(self.state("connection"), "ok")
        self.assertEqual(self.state("webhook_test"), "warn")
        self.account.webhook_tested_at = fields.Datetime.now()
        self.assertEqual(self.state("webhook_test"), "bad")
        self.account.webhook_works = True
        self.assertEqual(self.state("webhook_test"), "ok")
        self.assertEqual(self.state("base_url"), "ok")
        self.account.api_url = "https://api.line.me"
        self.env["ir.config_parameter"].set_param("web.base.url", "http://localhost")
        figure = self.figure("base_url")
        self.assertEqual(figure["state"], "bad")
        self.assertIn("web.base.url", figure["why"])

    def test_pauses_and_old_secret_show_while_they_last(self):
        names = [figure["name"] for figure in self.page()[1]["figures"]]
        self.assertNotIn("paused", names)
        self.assertNotIn("old_secret", names)
        self.account.paused_until = fields.Datetime.add(
            fields.Datetime.now(), minutes=5
        )
        self.account._rotate_secret("new")
        self.assertEqual(self.state("paused"), "warn")
        self.assertEqual(self.state("old_secret"), "info")

    def test_scheduled_actions(self):
        cron = self.env.ref("crm_line.ir_cron_line_inbox")
        name = f"cron_{cron.id}"
        now = fields.Datetime.now()
        cron.write({"lastcall": now, "nextcall": now, "failure_count": 0})
        self.assertEqual(self.state(name), "ok")
        cron.failure_count = 2
        self.assertEqual(self.state(name), "warn")
        cron.nextcall = fields.Datetime.subtract(now, minutes=16)
        self.assertEqual(self.state(name), "bad")
        cron.write({"nextcall": now, "failure_count": 0, "active": False})
        figure = self.figure(name)
        self.assertEqual(figure["state"], "bad")
        self.assertIn("switched off", figure["why"])


@tagged("post_install", "-at_install")
class TestWebhookDay(LineCase):
    def setUp(self):
        super().setUp()
        TALLY.clear()

    def rows_of(self, reason):
        self.env.invalidate_all()
        return self.env["line.webhook.day"].search(
            [("account_id", "=", self.account.id), ("reason", "=", reason)]
        )

    def test_a_flood_writes_once_a_minute(self):
        for _call in range(50):
            self.assertEqual(
                self.env["line.account"]._receive(
                    self.account.webhook_token, b"{}", "forged"
                ),
                403,
            )
        self.assertEqual(self.rows_of("signature").count, 1)
        TALLY._flushed.clear()  # a minute has passed
        self.env["line.account"]._receive(self.account.webhook_token, b"{}", "forged")
        self.assertEqual(self.rows_of("signature").count, 51)

    def test_reasons_and_days_are_apart(self):
        days = self.env["line.webhook.day"]
        now = datetime.datetime(2026, 3, 11, 8)
        account = self.account.id
        for count, at in ((2, now), (3, now + datetime.timedelta(days=1))):
            days._add_up(
                self.env.cr,
                {
                    (account, at.date(), "signature"): (count, at),
                    (account, at.date(), "received"): (10 * count, at),
                },
            )
        days._add_up(
            self.env.cr,
            {
                (account, now.date(), "signature"): (
                    5,
                    now - datetime.timedelta(hours=1),
                )
            },
        )
        rows = self.rows_of("signature").sorted("day")
        self.assertEqual(rows.mapped("count"), [7, 3])
        self.assertEqual(rows[0].last_at, now)
        self.assertEqual(rows.company_id, self.company)
        self.assertEqual(sum(self.rows_of("received").mapped("count")), 50)

    def test_an_account_that_is_gone(self):
        day = datetime.date(2026, 3, 11)
        key = (2**31 - 1, day, "signature")
        self.env["line.webhook.day"]._add_up(
            self.env.cr, {key: (1, datetime.datetime(2026, 3, 11))}
        )
        self.assertFalse(self.env["line.webhook.day"].search([("day", "=", day)]))

    def test_old_counts_go(self):
        at = fields.Datetime.subtract(fields.Datetime.now(), days=401)
        keys = {
            (self.account.id, at.date(), "signature"): (1, at),
            (self.account.id, fields.Date.today(), "signature"): (1, at),
        }
        self.env["line.webhook.day"]._add_up(self.env.cr, keys)
        self.env["line.webhook.day"]._gc_days()
        self.assertEqual(self.rows_of("signature").day, fields.Date.today())
