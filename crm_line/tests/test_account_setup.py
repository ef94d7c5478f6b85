import http.server
import threading

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import SECRET, TOKEN, LineCase


class Receiver:
    """A server that answers webhook calls with ``status``."""

    def __init__(self):
        receiver = self
        self.status, self.bodies = 200, []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers["Content-Length"])
                receiver.bodies.append(self.rfile.read(length))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, format, *args):
                """Nothing: the test tells what went wrong."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class SetupCase(LineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._new_user("manager", "crm_line.group_line_manager")
        cls.receiver = Receiver()
        cls.addClassCleanup(cls.receiver.stop)

    def setUp(self):
        super().setUp()
        self.receiver.status = 200
        self.set_base_url(self.receiver.url)

    def set_base_url(self, url):
        self.env["ir.config_parameter"].set_param("web.base.url", url)
        self.env["line.account"].invalidate_model(["webhook_url"])

    def wizard(self, user=None, **values):
        """The wizard of a new account on the simulator."""
        values = {
            "name": "Second Shop",
            "channel_ident": self.simulator.platform.channel_id,
            "channel_secret": SECRET,
            "api_url": self.simulator.api_url,
        } | values
        self.account.active = False  # the simulator has one bot
        wizard = self.env["line.account.setup"].create(values)
        return wizard.with_user(user) if user else wizard


@tagged("post_install", "-at_install")
class TestAccountSetup(SetupCase):
    def test_all_steps(self):
        wizard = self.wizard()
        wizard.action_next()
        account = wizard.account_id
        self.assertEqual((wizard.step, wizard.problem), ("check", False))
        self.assertTrue(account.is_connected)
        self.assertEqual(account.bot_user_id, self.simulator.platform.bot_user_id)
        self.assertEqual(account.channel_secret, SECRET)
        self.assertFalse(wizard.channel_secret)
        self.assertIn("Auto-response", wizard.hints)
        wizard.action_next()
        self.assertEqual(wizard.step, "webhook")
        wizard.action_set_webhook()
        self.assertFalse(wizard.problem)
        self.assertEqual(self.simulator.sender.url, account.webhook_url)
        self.assertTrue(account.webhook_works, account.webhook_result)
        self.assertIn(b'"events":[]', self.receiver.bodies[-1])
        wizard.action_next()
        self.assertEqual(wizard.step, "agents")
        wizard.agent_ids = self.agent
        wizard.action_next()
        self.assertEqual(wizard.step, "done")
        self.assertEqual(account.agent_ids, self.agent)
        self.assertEqual(wizard.action_open_account()["res_id"], account.id)

    def test_one_step_back(self):
        wizard = self.wizard()
        wizard.action_next()
        wizard.action_back()
        self.assertEqual(wizard.step, "credentials")
        wizard.action_next()
        self.assertEqual((wizard.step, wizard.problem), ("check", False))
        self.assertEqual(wizard.account_id.channel_secret, SECRET)

    def test_wrong_input_names_the_field(self):
        for values, words in (
            ({"name": " "}, "“Name”"),
            ({"channel_ident": False}, "“Channel ID”"),
            ({"channel_ident": "abc"}, "“Channel ID”"),
            ({"channel_secret": False}, "“Channel Secret”"),
            ({"token_mode": "long_lived"}, "“Channel Access Token”"),
            (
                {"token_mode": "long_lived", "access_token": "cut"},
                "“Channel Access Token”",
            ),
            ({"api_url": "https://api.line.me", "channel_ident": "1"}, "10 digits"),
            (
                {"api_url": "https://api.line.me", "channel_ident": "1234567890"},
                "32 letters",
            ),
        ):
            with self.subTest(values=values):
                wizard = self.wizard(**values)
                wizard.action_next()
                self.assertEqual(wizard.step, "credentials")
                self.assertIn(words, wizard.problem)
                self.assertFalse(wizard.account_id)

    def test_credentials_that_line_refuses(self):
        for values, words in (
            ({"channel_secret": "another"}, "Channel Secret"),
            (
                {"token_mode": "long_lived", "access_token": "x" * 20},
                "Channel Access Token",
            ),
            (
                {
                    "token_mode": "long_lived",
                    "access_token": TOKEN,
                    "channel_secret": "another",
                },
                "The access token works, but",
            ),
        ):
            with self.subTest(values=values):
                wizard = self.wizard(**values)
                wizard.action_next()
                self.assertEqual(wizard.step, "credentials")
                self.assertIn(words, wizard.problem)
                self.assertFalse(wizard.account_id.is_connected)
        wizard.channel_secret = SECRET
        wizard.action_next()
        self.assertEqual(wizard.step, "check")

    def test_line_out_of_reach(self):
        wizard = self.wizard(api_url="http://127.0.0.1:1")
        wizard.action_next()
        self.assertIn("cannot be reached", wizard.problem)

    def test_credentials_of_another_official_account(self):
        self.account.bot_user_id = "U" + "1" * 32
        wizard = self.env["line.account.setup"].create({"account_id": self.account.id})
        wizard = wizard.with_context(default_account_id=self.account.id)
        values = wizard.default_get(list(wizard._fields))
        wizard.write(
            {name: values[name] for name in ("name", "channel_ident", "token_mode")}
            | {"api_url": self.simulator.api_url}
        )
        wizard.action_next()
        self.assertIn("another official account", wizard.problem)
        self.assertFalse(self.account.is_connected)

    def test_official_account_that_is_connected_already(self):
        self.account.action_test_connection()
        wizard = self.wizard()
        self.account.active = True
        wizard.action_next()
        self.assertIn("connected already", wizard.problem)
        self.assertIn(self.account.name, wizard.problem)

    def test_modes_and_hints(self):
        info = self.simulator.platform.info()
        for mode, mark, words in (
            ("chat", "manual", "Chat is on"),
            ("bot", "auto", "see “Read” at once"),
        ):
            changed = info | {"chatMode": mode, "markAsReadMode": mark}
            self.simulator.platform.info = lambda answer=changed: answer
            with self.subTest(mode=mode):
                self.assertFalse(self.account._ask_info())
                self.assertEqual(self.account.chat_mode, mode)
                self.assertEqual(self.account.mark_as_read_mode, mark)
                self.assertIn(words, " ".join(self.account._hints()))
        del self.simulator.platform.info

    def test_only_https_addresses(self):
        self.assertFalse(self.account._base_url_problem())
        self.account.api_url = "https://api.line.me"
        self.assertIn("web.base.url", self.account._base_url_problem())
        self.set_base_url("https://shop.example.com")
        self.assertFalse(self.account._base_url_problem())
        self.set_base_url("https://shop.example.com/" + "x" * 500)
        self.assertIn("500", self.account._base_url_problem())
        self.set_base_url("ftp://127.0.0.1")
        self.account.api_url = self.simulator.api_url
        self.assertIn("https", self.account._base_url_problem())
        self.assertIn("https", self.account._set_webhook())
        self.assertFalse(self.account._test_webhook())
        self.assertIn("https", self.account.webhook_result)

    def test_webhook_test_says_what_is_wrong(self):
        self.account._set_webhook()
        for status, words in (
            (403, "Channel Secret"),
            (404, "dbfilter"),
            (413, "proxy"),
            (500, "web.base.url"),
        ):
            self.receiver.status = status
            with self.subTest(status=status):
                action = self.account.action_test_webhook()
                self.assertEqual(action["params"]["type"], "danger")
                self.assertIn(str(status), self.account.webhook_result)
                self.assertIn(words, self.account.webhook_result)
                self.assertFalse(self.account.webhook_works)
        self.receiver.status = 200
        action = self.account.action_test_webhook()
        self.assertEqual(action["params"]["type"], "success")
        self.assertTrue(self.account.webhook_works)

    def test_webhook_nobody_answers(self):
        self.set_base_url("http://127.0.0.1:1")
        self.account._set_webhook()
        self.assertFalse(self.account._test_webhook())
        self.assertIn("no answer", self.account.webhook_result)

    def test_another_webhook_url_at_line(self):
        self.simulator.sender.url = "https://elsewhere.example.com"
        self.addCleanup(setattr, self.simulator.sender, "url", None)
        self.assertFalse(self.account._test_webhook())
        self.assertIn("https://elsewhere.example.com", self.account.webhook_result)

    def test_agents_are_needed(self):
        wizard = self.wizard(step="agents", account_id=self.account.id, agent_ids=False)
        wizard.action_next()
        self.assertIn("“Agents”", wizard.problem)
        self.assertEqual(wizard.step, "agents")

    def test_permissions(self):
        wizards = self.env["line.account.setup"]
        for user in (
            self.agent,
            self._new_user("supervisor", "crm_line.group_line_supervisor"),
        ):
            with self.assertRaises(AccessError):
                wizards.with_user(user).create({})
            with self.assertRaises(AccessError):
                self.account.with_user(user).action_open_setup()
        action = self.account.with_user(self.manager).action_open_setup()
        form = Form(wizards.with_user(self.manager).with_context(**action["context"]))
        self.assertEqual(form.name, self.account.name)
        self.assertEqual(form.channel_ident, self.account.channel_ident)
        self.assertFalse(form.channel_secret)
        form.save().action_next()
        self.assertTrue(self.account.is_connected)

    def test_administrators_enter_secrets_but_never_read_them(self):
        wizard = self.env["line.account.setup"].with_user(self.manager)
        wizard = wizard.create(
            {
                "account_id": self.account.id,
                "name": "Renamed",
                "channel_ident": self.account.channel_ident,
                "channel_secret": "typed-by-administrator",
            }
        )
        wizard.action_next()
        self.assertFalse(wizard.channel_secret)
        self.assertEqual(self.account.channel_secret, "typed-by-administrator")
        self.assertEqual(self.account.api_url, self.simulator.api_url)
        with self.assertRaises(AccessError):
            wizard.account_id.read(["channel_secret"])
        with self.assertRaises(AccessError):
            wizard.read(["api_url"])
