from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from .common import LineCase

SECRETS = ("channel_secret", "channel_secret_old", "access_token", "webhook_token")


@tagged("post_install", "-at_install")
class TestAccount(LineCase):
    def test_connection(self):
        action = self.account.action_test_connection()
        self.assertEqual(action["params"]["type"], "success")
        self.assertTrue(self.account.is_connected)
        self.assertEqual(self.account.basic_id, "@simulator")
        self.assertEqual(self.account.bot_user_id, self.simulator.platform.bot_user_id)

    def test_connection_with_wrong_credentials(self):
        self.account.access_token = "wrong"
        action = self.account.action_test_connection()
        self.assertEqual(action["params"]["type"], "danger")
        self.assertFalse(self.account.is_connected)
        self.assertIn("Channel Access Token", self.account.test_result)
        self.account.write({"token_mode": "stateless", "channel_secret": "wrong"})
        self.account.action_test_connection()
        self.assertIn("Channel Secret", self.account.test_result)
        self.account.channel_secret = False
        self.account.action_test_connection()
        self.assertFalse(self.account.is_connected)

    def test_connection_to_nobody_and_to_a_broken_server(self):
        self.account.api_url = "http://127.0.0.1:1"
        self.account.action_test_connection()
        self.assertIn("cannot be reached", self.account.test_result)
        self.account.api_url = self.simulator.api_url
        self.simulator.fail("info", 1, "500")
        self.account.action_test_connection()
        self.assertIn("500", self.account.test_result)

    def test_chat_mode_is_mentioned(self):
        info = self.simulator.platform.info() | {"chatMode": "chat"}
        self.simulator.platform.info = lambda: info
        self.addCleanup(delattr, self.simulator.platform, "info")
        self.account.action_test_connection()
        self.assertIn("do not see each other's", self.account.test_result)

    def test_only_administrators_test(self):
        with self.assertRaises(AccessError):
            self.account.with_user(self.agent).action_test_connection()
        manager = self._new_user("manager", "crm_line.group_line_manager")
        self.account.with_user(manager).action_test_connection()

    def test_webhook_url(self):
        manager = self._new_user("manager", "crm_line.group_line_manager")
        url = self.account.with_user(manager).webhook_url
        self.assertTrue(url.endswith(f"/line/webhook/{self.account.webhook_token}"))
        self.assertGreaterEqual(len(self.account.webhook_token), 32)
        with self.assertRaises(AccessError):
            self.account.with_user(self.agent).read(["webhook_url"])

    def test_secrets_are_for_system_administrators(self):
        manager = self._new_user("manager", "crm_line.group_line_manager")
        for name in (*SECRETS, "api_url"):
            with self.subTest(field=name):
                with self.assertRaises(AccessError):
                    self.account.with_user(manager).read([name])
                with self.assertRaises(AccessError):
                    self.account.with_user(manager).write({name: "x"})

    def test_secrets_are_not_copied(self):
        copy = self.account.copy()
        self.assertFalse(copy.channel_secret)
        self.assertFalse(copy.access_token)
        self.assertNotEqual(copy.webhook_token, self.account.webhook_token)

    def test_one_active_account_per_bot(self):
        self.account.action_test_connection()
        second = self._new_account(name="Second")
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                second.bot_user_id = self.account.bot_user_id
                second.flush_recordset()
        self.account.active = False
        second.bot_user_id = self.account.bot_user_id
        second.flush_recordset()

    def test_problems_button(self):
        self.writes("hi")
        self.assertEqual(self.account.problem_count, 0)
        self.assertEqual(self.account.user_count, 1)
        self.events().state = "dead"
        self.account.invalidate_recordset()
        self.assertEqual(self.account.problem_count, 1)
        action = self.account.action_view_problems()
        self.assertEqual(action["res_model"], "line.inbox")
        self.assertEqual(self.account.action_view_users()["res_model"], "line.user")

    def test_neutralized_copy_is_mute(self):
        wizards = (
            self.env["line.account.setup"].create(
                {"channel_secret": "typed", "access_token": "typed"}
            ),
            self.env["line.account.secret"].create(
                {"account_id": self.account.id, "new_secret": "typed"}
            ),
        )
        self.account.channel_secret_old = "old"
        self.writes("hi")
        self.env.flush_all()
        with file_open("crm_line/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        for name in ("channel_secret", "channel_secret_old", "access_token"):
            self.assertFalse(self.account[name])
        self.assertTrue(self.account.api_url.startswith("http://127.0.0.1"))
        self.assertNotIn("typed", str([wizard.read() for wizard in wizards]))
        self.assertFalse(self.events().reply_token)
        crons = self.env["line.health"]._crons()
        self.assertGreaterEqual(len(crons), 2)
        self.assertFalse(any(crons.mapped("active")))
        self.assertFalse(self.env.ref("crm_line.ir_cron_line_outbox").active)
        self.assertEqual(self.receive(self.simulator.text(self.customer, "hi")), 403)
