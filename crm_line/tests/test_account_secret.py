import datetime

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import SECRET, LineCase

NEW = "reissued-channel-secret"


@tagged("post_install", "-at_install")
class TestAccountSecret(LineCase):
    """Two valid secrets while the channel secret is being reissued."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._new_user("manager", "crm_line.group_line_manager")

    def setUp(self):
        super().setUp()
        self.simulator.platform.channel_secret = NEW
        self.addCleanup(setattr, self.simulator.platform, "channel_secret", SECRET)

    def reissue(self, secret=NEW, hours=24):
        wizard = (
            self.env["line.account.secret"]
            .with_user(self.manager)
            .create(
                {
                    "account_id": self.account.id,
                    "new_secret": secret,
                    "keep_hours": hours,
                }
            )
        )
        wizard.action_apply()
        return wizard

    def says(self, secret):
        """The answer to a webhook signed with ``secret``."""
        event = self.simulator.text(self.customer, "hi")
        return self.receive(event, secret=secret)

    def test_both_secrets_are_valid_for_a_while(self):
        wizard = self.reissue()
        self.assertFalse(wizard.new_secret)
        self.assertEqual(self.account.channel_secret, NEW)
        self.assertTrue(self.account.has_old_secret)
        self.assertEqual((self.says(NEW), self.says(SECRET)), (200, 200))
        later = datetime.datetime.now() + datetime.timedelta(hours=25)
        with freeze_time(later):
            self.account.invalidate_recordset(["has_old_secret"])
            self.assertEqual((self.says(NEW), self.says(SECRET)), (200, 403))
            self.assertFalse(self.account.has_old_secret)
            self.env["line.account"]._gc_old_secrets()
        self.assertFalse(self.account.channel_secret_old)
        self.assertFalse(self.account.channel_secret_old_until)

    def test_vacuum_keeps_what_is_still_valid(self):
        self.reissue()
        self.env["line.account"]._gc_old_secrets()
        self.assertEqual(self.account.channel_secret_old, SECRET)

    def test_history_names_who_and_no_value(self):
        account = self.account.with_context(tracking_disable=False)
        wizard = self.reissue()
        note = account.message_ids[0]
        self.assertEqual(note.author_id, self.manager.partner_id)
        self.assertIn(self.manager.name, note.body)
        account.sudo().write({"access_token": "another-access-token"})
        note = account.message_ids[0]
        self.assertIn("Channel Access Token", note.body)
        for message in account.message_ids:
            for secret in (SECRET, NEW, "another-access-token"):
                self.assertNotIn(secret, message.body)
                values = message.sudo().tracking_value_ids.mapped("new_value_char")
                self.assertNotIn(secret, values)
        self.assertTrue(wizard.exists())

    def test_unchanged_credentials_are_no_news(self):
        account = self.account.with_context(tracking_disable=False)
        before = account.message_ids
        account.write({"channel_secret": SECRET, "name": "Formosa"})
        self.assertFalse(
            (account.message_ids - before).filtered(lambda m: "Secret" in m.body)
        )

    def test_a_previous_secret_typed_in_the_form_ends_too(self):
        self.account.channel_secret_old = "typed"
        until = self.account.channel_secret_old_until
        self.assertGreater(until, datetime.datetime.now())
        self.account.channel_secret_old_until = False
        self.assertTrue(self.account.has_old_secret)

    def test_refuse_it_now(self):
        self.reissue()
        self.account.with_user(self.manager).action_end_old_secret()
        self.assertEqual((self.says(NEW), self.says(SECRET)), (200, 403))

    def test_wrong_input_names_the_field(self):
        for secret, hours, words in (
            ("", 24, "New Channel Secret"),
            (SECRET, 24, "present one"),
            ("wrong", 24, "LINE refuses"),
            (NEW, -1, "Stays Valid"),
            (NEW, 24 * 14 + 1, "Stays Valid"),
        ):
            with self.subTest(secret=secret, hours=hours):
                with self.assertRaisesRegex(ValidationError, words):
                    self.reissue(secret, hours)
        self.assertEqual(self.account.channel_secret, SECRET)
        self.account.api_url = "https://api.line.me"
        with self.assertRaisesRegex(ValidationError, "32 letters"):
            self.reissue("not hexadecimal")

    def test_line_out_of_reach_does_not_stop_it(self):
        self.simulator.fail("token", 2, "500")
        self.reissue()
        self.assertEqual(self.account.channel_secret, NEW)

    def test_blanks_around_the_secret(self):
        self.reissue(f"  {NEW}\n")
        self.assertEqual(self.account.channel_secret, NEW)

    def test_permissions(self):
        for user in (
            self.agent,
            self._new_user("supervisor", "crm_line.group_line_supervisor"),
        ):
            with self.subTest(user=user.login):
                account = self.account.with_user(user)
                with self.assertRaises(AccessError):
                    account.action_reissue_secret()
                with self.assertRaises(AccessError):
                    account.action_end_old_secret()
        action = self.account.with_user(self.manager).action_reissue_secret()
        wizard = (
            self.env["line.account.secret"]
            .with_user(self.manager)
            .with_context(**action["context"])
        )
        with Form(wizard) as form:
            self.assertEqual(form.keep_hours, 24)
            form.new_secret = NEW
        other = self.env["res.company"].create({"name": "Other"})
        self.account.company_id = other
        with self.assertRaises(AccessError):
            form.record.action_apply()
