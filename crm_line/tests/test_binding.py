from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from ..tools import binding_code
from .common import LineCase, publish_notice


@tagged("post_install", "-at_install")
class TestBinding(LineCase):
    def code(self, partner=None, account=None, **values):
        link, code = self.env["line.link"]._create_code(
            account or self.account, partner or self.partner, **values
        )
        self.link = link
        return code

    def history(self, partner=None):
        messages = (partner or self.partner).message_ids
        return " ".join(str(message.body) for message in messages)

    def test_right_code_binds_and_confirms(self):
        code = self.code()
        self.writes(f"綁定 {binding_code.pretty(code).lower()}")
        user = self.line_user
        self.assertEqual(user.partner_id, self.partner)
        self.assertEqual(user.bound_via, "code")
        self.assertTrue(user.bound_at)
        self.assertIn("Welcome, Wang Xiaoming", self.shown()[0])
        self.assertIn("解除綁定", self.shown()[0], "told how to unlink")
        self.assertIn("王小明", self.history())
        self.assertEqual(self.link.line_user_id, user)
        self.assertEqual(self.simulator.delivered()[0]["via"], "reply", "free")
        self.assertTrue(self.partner.line_bound)

    def test_only_a_hash_is_stored(self):
        code = self.code()
        self.writes(code)
        self.env.flush_all()
        for table in ("line_link", "mail_message", "line_outbox"):
            self.env.cr.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s",  # pylint: disable=E8103
                [f"%{code}%"],
            )
            self.assertEqual(self.env.cr.fetchone(), (0,), table)
        first = self.line_user.channel_id.message_ids.sorted("id")[0]
        self.assertIn(f"••••-{code[-4:]}", first.body)

    def test_code_works_once(self):
        code = self.code()
        self.writes(code)
        other = self.new_customer("李小華")
        self.writes(code, other)
        self.assertFalse(self.line_user_of(other).partner_id)
        self.assertIn("not valid", self.shown(other)[0])
        self.assertEqual(self.line_user.partner_id, self.partner)

    def test_code_expires_after_15_minutes(self):
        code = self.code()
        with self.later(minutes=16):
            self.writes(code)
        self.assertFalse(self.line_user.partner_id)
        self.assertIn("expired", self.shown()[0])

    def test_new_code_replaces_the_old_one(self):
        old = self.code()
        new = self.code()
        self.writes(old)
        self.assertFalse(self.line_user.partner_id)
        self.writes(new)
        self.assertEqual(self.line_user.partner_id, self.partner)

    def test_code_of_another_account(self):
        other = self._new_account(name="Second")
        code = self.code(account=other)
        self.writes(code)
        self.assertFalse(self.line_user.partner_id)
        self.assertIn("not valid", self.shown()[0])
        self.assertFalse(self.link.used_at)

    def test_archived_contact(self):
        code = self.code()
        self.partner.active = False
        self.writes(code)
        self.assertFalse(self.line_user.partner_id)

    def test_bound_user_does_not_switch_silently(self):
        self.writes("hi")
        self.bind()
        other = self.env["res.partner"].create({"name": "Somebody Else"})
        code = self.code(other)
        self.writes(code)
        self.assertEqual(self.line_user.partner_id, self.partner)
        self.assertIn("already linked", self.shown()[-1])
        self.assertFalse(self.link.used_at, "still usable")
        self.writes("解除綁定")
        self.writes(code)
        self.assertEqual(self.line_user.partner_id, other)

    def test_contact_moves_to_the_new_line_user(self):
        self.writes(self.code())
        phone = self.new_customer("新手機")
        self.writes(self.code(), phone)
        self.assertEqual(self.line_user_of(phone).partner_id, self.partner)
        self.assertFalse(self.line_user.partner_id)
        self.assertIn("another LINE user was bound", self.history())

    def test_same_contact_again(self):
        self.writes(self.code())
        self.writes(self.code())
        self.assertEqual(self.line_user.partner_id, self.partner)

    # -- guessing -------------------------------------------------------------
    def test_guesses_are_limited(self):
        code = self.code()
        for _guess in range(5):
            self.writes(binding_code.generate())
        self.assertNotIn("Too many", " ".join(self.shown()))
        self.writes(code)
        self.assertIn("Too many", self.shown()[-1])
        self.assertFalse(self.line_user.partner_id)
        with self.later(minutes=16):
            self.writes(self.code())
        self.assertEqual(self.line_user.partner_id, self.partner)

    def test_one_guesser_does_not_lock_out_others(self):
        for _guess in range(6):
            self.writes(binding_code.generate())
        other = self.new_customer("李小華")
        self.writes(self.code(), other)
        self.assertEqual(self.line_user_of(other).partner_id, self.partner)

    # -- unlinking ------------------------------------------------------------
    def test_customer_unlinks(self):
        for word in ("解除綁定", " Unlink "):
            with self.subTest(word=word):
                self.writes("hi")
                self.bind()
                self.writes(word)
                self.assertFalse(self.line_user.partner_id)
                self.assertIn("no longer linked", self.shown()[-1])
                self.assertIn("by the customer", self.history())
        self.writes("unlink")
        self.assertIn("not linked", self.shown()[-1])

    def test_staff_unlinks(self):
        self.writes("hi")
        user = self.bind()
        user.with_user(self.agent).action_unbind()
        self.assertFalse(user.partner_id)
        self.assertIn("by Amy Agent", self.history())
        with self.assertRaises(UserError):
            user.with_user(self.agent).action_unbind()
        employee = self._new_user("employee", "base.group_user")
        with self.assertRaises(AccessError):
            user.with_user(employee).action_unbind()

    # -- consent --------------------------------------------------------------
    def consents(self):
        return self.env["pdpa.receipt"].search([("partner_id", "=", self.partner.id)])

    def test_no_tick_no_receipt(self):
        publish_notice(self.env)
        self.writes(self.code())
        self.assertFalse(self.consents())

    def test_tick_is_recorded_when_the_code_is_used(self):
        publish_notice(self.env)
        code = self.code(consent_marketing=True)
        self.assertFalse(self.consents())
        self.writes(code)
        receipt = self.consents()
        self.assertEqual(
            (receipt.purpose_id.code, receipt.event, receipt.channels, receipt.via),
            ("marketing", "grant", "line", "line"),
        )
        self.assertTrue(
            self.env["pdpa.gate"]._filter(self.partner, "marketing", "line")
        )

    def test_tick_without_notice_binds_and_says_why(self):
        self.writes(self.code(consent_marketing=True))
        self.assertEqual(self.line_user.partner_id, self.partner)
        self.assertFalse(self.consents())
        self.assertIn("was not recorded", self.history())

    # -- language -------------------------------------------------------------
    def test_answers_are_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        for language in ("zh-TW", "zh-Hant"):
            customer = self.new_customer("陳小姐", language)
            self.writes("unlink", customer)
            self.assertIn("尚未", self.shown(customer)[-1])
        self.writes("unlink")
        self.assertIn("not linked", self.shown()[-1])
        stranger = self.new_customer("Klaus", "de")
        self.company.partner_id.lang = "zh_TW"
        self.writes("unlink", stranger)
        self.assertIn("尚未", self.shown(stranger)[-1], "the company's language")

    # -- the form -------------------------------------------------------------
    def wizard(self, user=None, **values):
        env = self.env(user=user or self.agent)
        action = self.partner.with_env(env).action_line_binding_code()
        form = Form(env[action["res_model"]].with_context(**action["context"]))
        for name, value in values.items():
            form[name] = value
        return form.save()

    def test_form_shows_the_code_once(self):
        salesperson = self._new_user(
            "seller", "crm_line.group_line_agent,base.group_partner_manager"
        )
        self.account.basic_id = "@formosa"
        wizard = self.wizard(salesperson)
        self.assertEqual(wizard.account_id, self.account)
        self.assertFalse(wizard.code)
        action = wizard.action_create_code()
        shown = wizard.with_context(**action["context"])
        self.assertIn("<svg", str(shown.qr_code))
        self.assertNotIn("<?xml", str(shown.qr_code))
        self.writes(shown.code)
        self.assertEqual(self.line_user.partner_id, self.partner)
        self.assertEqual(self.link_of(self.partner).create_uid, salesperson)

    def link_of(self, partner):
        return self.env["line.link"].search([("partner_id", "=", partner.id)])

    def test_form_needs_a_notice_for_consent(self):
        salesperson = self._new_user(
            "seller", "crm_line.group_line_agent,base.group_partner_manager"
        )
        wizard = self.wizard(salesperson, consent_marketing=True)
        with self.assertRaises(UserError):
            wizard.action_create_code()
        publish_notice(self.env)
        wizard.action_create_code()
        self.assertTrue(self.link_of(self.partner).consent_marketing)

    def test_form_names_the_bound_user(self):
        self.writes("hi")
        self.bind()
        self.assertEqual(self.wizard().bound_name, "王小明")

    def test_form_needs_rights_on_the_contact(self):
        with self.assertRaises(AccessError):
            self.wizard().action_create_code()

    def test_contact_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.partner.company_id = other
        with self.assertRaises(UserError):
            self.code()

    def test_old_unused_codes_are_dropped(self):
        self.code()
        link = self.link
        link._gc_links()
        self.assertTrue(link.exists())
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), days=31)):
            link._gc_links()
        self.assertFalse(link.exists())
