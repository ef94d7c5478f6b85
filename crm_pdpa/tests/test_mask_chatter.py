"""Discuss, chatter and bus: what others get to see through the Store."""

from odoo.tests import TransactionCase, tagged

from odoo.addons.mail.tools.discuss import Store

from .canary import OLD_EMAIL, PARTNER, CanaryMixin, canaries_in, switch_masking


@tagged("post_install", "-at_install")
class TestMaskChatter(CanaryMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_canary()
        cls._make_users()
        switch_masking(cls.env)
        cls.seller = cls.users["seller"]
        cls.mine = cls.partner.with_user(cls.seller)

    def test_attributes_and_superuser_records(self):
        for records in (self.mine, self.mine.sudo()):
            for fields in (
                ["email", "phone", "name"],
                [Store.Attr("email"), Store.Attr("phone", sudo=True)],
                [Store.Attr("email", lambda p: p.sudo().email)],
            ):
                with self.subTest(su=records.env.su, fields=fields):
                    data = Store().add(records, fields).get_result()
                    self.assertTrue(data["res.partner"])
                    self.assertEqual(canaries_in(data), [])

    def test_followers(self):
        followers = self.lead.with_user(self.seller).message_follower_ids
        data = Store().add(followers.sudo()).get_result()
        self.assertIn(self.partner.name, str(data))
        self.assertEqual(canaries_in(data), [])

    def test_bus_payload_of_a_program_or_of_a_clear_user(self):
        channel = self.env["discuss.channel"].create(
            {"name": "Sales", "channel_type": "channel"}
        )
        for user in (self.env.ref("base.user_root"), self._reader()):
            with self.subTest(user=user.login):
                store = Store(bus_channel=channel.with_user(user).sudo())
                store.add(self.partner.with_user(user).sudo())
                self.assertIn(self.partner.name, str(store.get_result()))
                self.assertEqual(canaries_in(store.get_result()), [])

    def test_bus_payload_to_one_user_has_what_that_user_may_see(self):
        reader = self._reader()
        for user, clear in ((reader, True), (self.seller, False)):
            with self.subTest(user=user.login):
                store = Store(bus_channel=user).add(self.partner.sudo())
                self.assertEqual(bool(canaries_in(store.get_result())), clear)

    def test_colleagues_keep_their_address(self):
        colleague = self.users["manager"].partner_id
        data = Store().add(colleague.with_user(self.seller), ["email"]).get_result()
        self.assertEqual(data["res.partner"][0]["email"], colleague.email)

    def test_tracked_values(self):
        messages = self.mine.message_ids
        values = messages.sudo().tracking_value_ids
        self.assertTrue(values, "the change of the e-mail is tracked")
        self.assertIn(OLD_EMAIL, values.mapped("old_value_char"))
        for trackings in (values, values.with_user(self.seller).sudo()):
            shown = trackings.with_user(self.seller).sudo()._tracking_value_format()
            self.assertEqual(canaries_in(shown), [])
            self.assertIn("•••", str(shown))
        admin = self.users["admin"]
        self.assertEqual(canaries_in(values.with_user(admin).read()), [])
        reader = self._reader()
        shown = values.with_user(reader).sudo()._tracking_value_format()
        self.assertIn(OLD_EMAIL, str(shown))

    def test_tracked_values_that_are_not_personal_stay(self):
        self.lead.name = "Renamed deal"
        self.env.flush_all()
        self._run_tracking()
        values = self.lead.message_ids.sudo().tracking_value_ids
        names = values.filtered(lambda v: v.field_id.name == "name")
        admin = self.users["admin"]
        for value in names:
            self.assertEqual(
                value.with_user(admin).read(["new_value_char"])[0]["new_value_char"],
                value.new_value_char,
            )

    def test_a_suggested_recipient_is_masked_and_can_be_written_to(self):
        mine = self.lead.with_user(self.seller)
        suggested = mine._message_get_suggested_recipients()
        self.assertTrue(suggested)
        self.assertEqual(canaries_in(suggested), [])
        masked = [r["email"] for r in suggested if not r["partner_id"]]
        found = mine._partner_find_from_emails_single(masked)
        self.assertEqual(
            set(found.mapped("email_normalized")) & {self.lead.email_normalized},
            {self.lead.email_normalized},
        )
        self.assertFalse(
            self.env["res.partner"].search([("email", "ilike", "•••")]),
            "no contact is made of a mask",
        )

    def test_mail_template_gets_the_real_recipient(self):
        template = self.env["mail.template"].create(
            {
                "name": "T",
                "model_id": self.env["ir.model"]._get("crm.lead").id,
                "subject": "S",
                "use_default_to": True,
            }
        )
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.seller)
            .with_context(default_model="crm.lead", default_res_ids=self.lead.ids)
            .create({"template_id": template.id})
        )
        emails = composer.partner_ids.mapped("email_normalized")
        self.assertIn(self.lead.email_normalized, emails)

    def test_canary_itself(self):
        self.assertTrue(canaries_in(PARTNER["phone"]))
