from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestJoinWizard(MembershipCase):
    """Staff enrol one person at the counter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("join_clerk", "clerk")
        cls.Join = cls.env["loyalty.member.join"].with_user(cls.clerk)

    def _join(self, **values):
        action = self.Join.create(values).action_enroll()
        self.assertEqual(action["res_model"], "loyalty.member")
        return self.Member.browse(action["res_id"])

    def test_new_contact(self):
        member = self._join(
            name="Lin Mei-hua",
            phone="0912 345 678",
            email="mei@example.com",
            birthdate=date(1990, 5, 17),
            tax_id="04595252",
        )
        partner = member.partner_id
        self.assertEqual(partner.name, "Lin Mei-hua")
        self.assertEqual(
            partner.phone_sanitized or member.phone_sanitized, "+886912345678"
        )
        self.assertEqual((partner.email, partner.vat), ("mei@example.com", "04595252"))
        self.assertEqual(member.loyalty_birthdate, date(1990, 5, 17))
        self.assertEqual((member.channel, member.state), ("staff", "active"))

    def test_known_contact_is_found_by_number_or_address(self):
        self.partner.write({"phone": "+886 912 345 678", "email": "wang@example.com"})
        for values in (
            {"phone": "0912-345-678"},
            {"email": " WANG@example.com "},
            {"name": "wang hsiao-ming ", "phone": "+886912345678"},
        ):
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                member = self._join(**values)
                self.assertEqual(member.partner_id, self.partner)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_refused_input(self):
        self.partner.write({"phone": "+886912345678", "vat": "12345675"})
        self.env["res.partner"].create(
            [{"name": f"Twin {i}", "email": "twin@example.com"} for i in (1, 2)]
        )
        for values, message in [
            ({}, "Fill in “Name”"),
            ({"name": "Lin"}, "“Telephone” or “E-mail”"),
            ({"name": "Lin", "phone": "12"}, "not a valid number"),
            ({"name": "Lin", "phone": "0912345678"}, "Wang Hsiao-ming.*Choose"),
            ({"email": "twin@example.com"}, "Twin 1.*Twin 2"),
            (
                {"name": "L", "phone": "0988111222", "tax_id": "1234567A"},
                "eight digits",
            ),
            ({"name": "L", "phone": "0988111222", "tax_id": "12345678"}, "12345678"),
            ({"partner_id": self.partner.id, "tax_id": "04595252"}, "has another one"),
            (
                {"name": "L", "phone": "0988111222", "birthdate": date(2999, 1, 1)},
                "future",
            ),
        ]:
            with (
                self.subTest(values),
                self.assertRaisesRegex(ValidationError, f"(?s){message}"),
                self.env.cr.savepoint(),
            ):
                self._join(**values)
        self.assertFalse(self.Member.search([("company_id", "=", self.company.id)]))

    def test_nothing_of_the_contact_is_replaced(self):
        self.partner.write({"phone": "+886912345678", "email": "wang@example.com"})
        self._join(
            partner_id=self.partner.id, phone="0988111222", email="new@example.com"
        )
        self.assertEqual(self.partner.email, "wang@example.com")
        self.assertEqual(self.partner.member_id.phone_sanitized, "+886912345678")

    def test_contact_of_a_company_keeps_the_company_number(self):
        parent = self.env["res.partner"].create({"name": "Tea Ltd", "is_company": True})
        self.partner.parent_id = parent
        with self.assertRaisesRegex(ValidationError, "belongs to a company"):
            self._join(partner_id=self.partner.id, tax_id="12345675")

    def test_member_already(self):
        self.Member._enroll(self.partner)
        with self.assertRaisesRegex(UserError, "is a member already"):
            self._join(partner_id=self.partner.id)

    def test_clerks_only(self):
        viewer = self._user("join_viewer", "viewer")
        with self.assertRaises(AccessError):
            self.env["loyalty.member.join"].with_user(viewer).create({})
        wizard = self.env["loyalty.member.join"].create({"name": "A"})
        with self.assertRaises(AccessError):
            wizard.with_user(viewer).action_enroll()

    def test_company_without_membership(self):
        self.program.active = False
        with self.assertRaisesRegex(UserError, "no membership program"):
            self._join(name="A", phone="0912345678")

    def test_notice_must_be_given_and_leaves_a_receipt(self):
        version = self._publish_notice("membership", "marketing")
        form = Form(self.Join)
        self.assertIn("Our collector", form.notice_text)
        form.name = "Lin"
        form.phone = "0912345678"
        wizard = form.save()
        with self.assertRaisesRegex(UserError, "Give the notice"):
            wizard.action_enroll()
        wizard.notice_given = True
        wizard.marketing = "grant"
        member = self.Member.browse(wizard.action_enroll()["res_id"])
        receipt = member.receipt_id.sudo()
        self.assertEqual(receipt.notice_version_id, version)
        self.assertEqual((receipt.kind, receipt.via), ("explicit", "staff"))
        self.assertEqual(receipt.user_id, self.clerk)
        gate = self.env["pdpa.gate"]
        partner = member.partner_id
        self.assertEqual(gate._filter(partner, "marketing", "email"), partner)

    def test_marketing_answers(self):
        self._publish_notice("membership", "marketing")
        gate = self.env["pdpa.gate"]
        for answer, state, allowed in [
            ("deny", "denied", False),
            (False, False, False),
            ("grant", "granted", True),
        ]:
            partner = self.env["res.partner"].create({"name": f"A {answer}"})
            self._join(partner_id=partner.id, marketing=answer, notice_given=True)
            consents = self.env["pdpa.consent"].search(
                [
                    ("partner_id", "=", partner.id),
                    ("purpose_id.code", "=", "marketing"),
                ]
            )
            with self.subTest(answer):
                self.assertEqual(set(consents.mapped("state")), {state} - {False})
                self.assertEqual(
                    bool(gate._filter(partner, "marketing", "email")), allowed
                )

    def test_explicit_answer_serves_a_purpose_that_requires_consent(self):
        self._publish_notice("membership")
        self.env["pdpa.purpose"]._get("membership").requires_consent = True
        member = self._join(partner_id=self.partner.id, notice_given=True)
        self.assertEqual(member.receipt_id.sudo().kind, "explicit")


@tagged("post_install", "-at_install")
class TestBulkEnrolment(MembershipCase):
    """Existing customers join in one go; those who cannot are named with a reason."""

    def _wizard(self, partners, user=None):
        clerk = user or self._user("bulk_clerk", "clerk")
        return (
            self.env["loyalty.member.enroll"]
            .with_user(clerk)
            .with_context(active_model="res.partner", active_ids=partners.ids)
            .create({})
        )

    def test_summary(self):
        known = self.Member._enroll(self.partner)
        self.partner.phone = "+886912345678"
        people = self.env["res.partner"].create(
            [
                {"name": "Good"},
                {"name": "Same Number", "phone": "0912345678"},
                {"name": "First", "phone": "0988111222"},
                {"name": "Second", "phone": "+886988111222"},
                {
                    "name": "Elsewhere",
                    "company_id": self.env.ref("base.main_company").id,
                },
            ]
        )
        good, same, first, second, elsewhere = people
        wizard = self._wizard(people | self.partner)
        wizard.sudo().action_enroll()
        self.assertEqual((wizard.enrolled_count, wizard.known_count), (2, 1))
        self.assertEqual(wizard.sudo().refused_count, 3)
        reasons = {line.partner_id: line.reason for line in wizard.sudo().refused_ids}
        self.assertIn(known.number, reasons[same])
        self.assertIn("First", reasons[second])
        self.assertIn("another company", reasons[elsewhere])
        self.assertTrue(good.member_id and first.member_id)
        for refused in reasons:
            self.assertFalse(refused.sudo().member_id)
        shown = self.Member.search(wizard.action_show_members()["domain"])
        self.assertEqual(shown.partner_id, good | first | self.partner)

    def test_again_changes_nothing(self):
        people = self.env["res.partner"].create([{"name": n} for n in "AB"])
        clerk = self._user("bulk_again", "clerk")
        self._wizard(people, clerk).action_enroll()
        numbers = people.member_ids.mapped("number")
        self._wizard(people, clerk).action_enroll()
        self.env.invalidate_all()
        self.assertEqual(people.member_ids.mapped("number"), numbers)

    def test_clerks_only(self):
        wizard = self._wizard(self.partner)
        viewer = self._user("bulk_viewer", "viewer")
        with self.assertRaises(AccessError):
            wizard.with_user(viewer).action_enroll()

    def test_more_than_one_chunk(self):
        people = self.env["res.partner"].create(
            [{"name": f"Chunk {i}"} for i in range(1003)]
        )
        self._wizard(people).action_enroll()
        self.assertEqual(len(people.member_ids), 1003)
