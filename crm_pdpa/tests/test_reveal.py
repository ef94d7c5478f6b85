"""Showing a masked value: with a reason, for some minutes, recorded, within limits."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import get_public_method
from odoo.tests import freeze_time, new_test_user, tagged

from ..tools.masking import TOKEN
from .canary import LEAD, PARTNER
from .common_reveal import RevealCase


@tagged("post_install", "-at_install")
class TestReveal(RevealCase):
    def later(self, **delta):
        return freeze_time(fields.Datetime.now() + timedelta(**delta))

    def test_value_is_shown_and_recorded(self):
        self.assertIn(TOKEN, self.shown())
        with self.new_rows() as rows:
            answer = self.reveal(note="Order S00042")
        self.assertEqual(answer["value"], PARTNER["phone"])
        self.assertEqual(answer["values"], {str(self.partner.id): PARTNER["phone"]})
        self.assertEqual(answer["seconds"], 15 * 60)
        [row] = [row for row in rows if row["operation"] == "reveal"]
        self.assertEqual(row["uid"], self.seller.id)
        self.assertEqual((row["model"], row["ids"]), ("res.partner", [self.partner.id]))
        self.assertEqual(row["field_names"], "phone")
        self.assertEqual((row["reason"], row["note"]), ("delivery", "Order S00042"))
        self.assertFalse(row["denied"])
        grant = self.grants(user_id=self.seller.id)
        self.assertEqual((grant.kind, grant.state), ("reveal", "active"))
        self.assertEqual(grant.res_id, self.partner.id)

    def test_the_grant_opens_one_field_of_one_record_to_one_user(self):
        self.reveal()
        self.assertEqual(self.shown(), PARTNER["phone"])
        self.assertIn(TOKEN, self.shown(name="email"))
        self.assertIn(TOKEN, self.shown(record=self.other))
        self.assertIn(TOKEN, self.shown(self.users["manager"]))
        self.assertIn(TOKEN, self.shown(self.users["admin"]))

    def test_expired_grant_gives_nothing(self):
        self.reveal()
        with self.later(minutes=14):
            self.assertEqual(self.shown(), PARTNER["phone"])
        with self.later(minutes=16):
            self.assertIn(TOKEN, self.shown())
            grant = self.grants(user_id=self.seller.id)
            grant.invalidate_recordset(["state"])
            self.assertEqual(grant.state, "expired")

    def test_duration_is_a_setting_of_at_most_a_day(self):
        set_param = self.env["ir.config_parameter"].set_param
        set_param("crm_pdpa.reveal_minutes", "5")
        self.assertEqual(self.reveal()["seconds"], 300)
        set_param("crm_pdpa.reveal_minutes", "99999")
        self.assertEqual(self.reveal()["seconds"], 24 * 3600)
        set_param("crm_pdpa.reveal_minutes", "nonsense")
        self.assertEqual(self.reveal()["seconds"], 15 * 60)

    def test_without_a_reason_nothing_is_shown(self):
        for reason in (None, False, "", " ", "because", ["delivery"], 3):
            with (
                self.subTest(reason=reason),
                self.assertRaisesRegex(ValidationError, "Reason"),
            ):
                self.reveal(reason=reason)
        for note in (None, "", "   ", "abc", " abc "):
            with (
                self.subTest(note=note),
                self.assertRaisesRegex(ValidationError, "Note"),
            ):
                self.reveal(reason="other", note=note)
        self.assertFalse(self.grants(user_id=self.seller.id))
        self.assertIn(TOKEN, self.shown())
        self.reveal(reason="other", note="急件配送")
        self.assertEqual(self.shown(), PARTNER["phone"])

    def test_only_catalogued_fields(self):
        for name in ("comment", "no_such_field", "", None, "user_id", "__class__"):
            with self.subTest(name=name), self.assertRaises(ValidationError):
                self.reveal(name=name)

    def test_a_field_that_the_user_may_not_read(self):
        field = self.env["res.partner"]._fields["phone"]
        self.patch(field, "groups", "base.group_system")
        with self.assertRaises(ValidationError):
            self.reveal()

    def test_a_record_that_the_user_may_not_read(self):
        private = self.env["ir.rule"].create(
            {
                "name": "Not the canary",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {self.partner.id})]",
            }
        )
        with self.assertRaises(AccessError):
            self.reveal()
        private.unlink()
        self.reveal()

    def test_portal_users_and_auditors_are_refused(self):
        portal = new_test_user(self.env, login="reveal_p", groups="base.group_portal")
        for user in (portal, self.auditor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.reveal(user)
        self.assertFalse(self.grants(user_id=self.auditor.id))

    def test_many_records(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{i}", "phone": f"+886 922 333 {i:03}"} for i in range(21)]
        )
        with self.assertRaisesRegex(ValidationError, "break-glass"):
            self.reveal(records=partners)
        with self.assertRaises(ValidationError):
            self.reveal(records=partners.browse())
        answer = self.reveal(records=partners[:20])
        self.assertFalse(answer["value"])
        self.assertEqual(len(answer["values"]), 20)
        self.assertEqual(len(self.grants(user_id=self.seller.id)), 20)

    def test_leads_and_related_copies(self):
        self.assertEqual(
            self.reveal(records=self.lead, name="email_from")["value"],
            LEAD["email_from"],
        )
        self.assertEqual(
            self.shown(record=self.lead, name="email_from"), LEAD["email_from"]
        )
        customer = new_test_user(self.env, login="reveal_c", groups="base.group_portal")
        customer.partner_id.phone = "+886 955 444 333"
        seller = self.users["admin"]
        self.assertIn(TOKEN, self.shown(seller, customer))
        self.assertEqual(self.reveal(seller, customer)["value"], "+886 955 444 333")
        self.assertEqual(self.shown(seller, customer), "+886 955 444 333")

    def test_a_name_that_is_an_address(self):
        unnamed = self.env["res.partner"].create({"name": "zqtyped@x.example"})
        self.assertIn(TOKEN, self.shown(record=unnamed, name="name"))
        self.reveal(records=unnamed, name="name")
        self.assertEqual(self.shown(record=unnamed, name="name"), "zqtyped@x.example")

    def test_revoke(self):
        self.reveal()
        grant = self.grants(user_id=self.seller.id)
        with self.assertRaises(UserError):
            grant.with_user(self.users["manager"]).sudo().action_revoke()
        grant.with_user(self.officer).action_revoke()
        self.assertEqual(grant.state, "revoked")
        self.assertIn(TOKEN, self.shown())
        self.reveal()
        self.grants(user_id=self.seller.id, revoked_at=False).with_user(
            self.seller
        ).action_revoke()
        self.assertIn(TOKEN, self.shown())

    def test_archived_user_has_lost_access(self):
        self.reveal()
        self.seller.active = False
        granted = (
            self.env["pdpa.reveal"]
            .with_user(self.seller)
            ._granted(self.partner, ["phone"])
        )
        self.assertFalse(granted)
        self.seller.active = True
        self.assertEqual(self.shown(), PARTNER["phone"])

    def test_methods_are_closed_to_rpc(self):
        model = self.env["pdpa.reveal"].with_user(self.seller)
        for name in ("_reveal", "_granted", "_grant", "_break_glass", "_review"):
            with self.subTest(name), self.assertRaises(AccessError):
                get_public_method(model, name)
        get_public_method(self.partner, "pdpa_reveal")

    def test_asking_costs_one_query_and_none_for_new_records(self):
        reveal = self.env["pdpa.reveal"].with_user(self.seller)
        partners = (self.partner | self.other).with_user(self.seller)
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.assertEqual(reveal._granted(partners, ["phone", "email"]), {})
        with self.assertQueryCount(0):
            self.assertEqual(reveal._granted(partners.new({}), ["phone"]), {})


@tagged("post_install", "-at_install")
class TestRevealLimit(RevealCase):
    """So many reveals an hour; the refusal is recorded although it is rolled back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("crm_pdpa.reveals_per_hour", "3")

    def setUp(self):
        super().setUp()
        self.registry_enter_test_mode()  # refusals are written by a cursor of their own

    def test_limit_per_hour_and_user(self):
        for _ in range(3):
            self.reveal()
        with self.new_rows() as rows:
            with self.assertRaisesRegex(UserError, "3"):
                self.reveal()
        [row] = rows
        self.assertEqual((row["operation"], row["denied"]), ("reveal", True))
        self.assertEqual(row["ids"], self.partner.ids)
        self.assertEqual(len(self.grants(user_id=self.seller.id)), 3)
        self.reveal(self.users["manager"])
        with freeze_time(fields.Datetime.now() + timedelta(minutes=61)):
            self.reveal()

    def test_every_record_counts(self):
        with self.assertRaises(UserError):
            self.reveal(
                records=self.partner
                | self.other
                | self.seller.partner_id
                | self.officer.partner_id
            )
        self.reveal(records=self.partner | self.other)
        self.assertEqual(len(self.grants(user_id=self.seller.id)), 2)

    def test_zero_means_nobody(self):
        self.env["ir.config_parameter"].set_param("crm_pdpa.reveals_per_hour", "0")
        with self.assertRaises(UserError):
            self.reveal()
