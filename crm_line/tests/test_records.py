from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LineCase


@tagged("post_install", "-at_install")
class TestRecords(LineCase):
    """Contacts, leads and what holds between the tables."""

    def setUp(self):
        super().setUp()
        self.writes("hi")

    def test_contact_knows_line(self):
        partners = self.env["res.partner"]
        self.assertFalse(self.partner.line_bound)
        self.assertNotIn(self.partner, partners.search([("line_bound", "=", True)]))
        self.bind()
        self.partner.invalidate_recordset()
        self.assertTrue(self.partner.line_bound)
        self.assertIn(self.partner, partners.search([("line_bound", "=", True)]))
        self.assertNotIn(self.partner, partners.search([("line_bound", "=", False)]))
        other = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(
            self.partner.with_context(allowed_company_ids=other.ids).line_bound
        )

    def test_contact_opens_the_chat(self):
        with self.assertRaises(UserError):
            self.partner.with_user(self.agent).action_line_chat()
        self.bind()
        action = self.partner.with_user(self.agent).action_line_chat()
        self.assertEqual(action["tag"], "mail.action_discuss")

    def test_lead_goes_through_its_contact(self):
        lead = self.env["crm.lead"].create({"name": "Tea", "company_id": False})
        with self.assertRaises(UserError):
            lead.action_line_chat()
        with self.assertRaises(UserError):
            lead.action_line_binding_code()
        lead.partner_id = self.partner
        self.assertFalse(lead.line_bound)
        self.bind()
        lead.invalidate_recordset()
        self.assertTrue(lead.line_bound)
        self.assertEqual(
            lead.with_user(self.agent).sudo().action_line_chat()["tag"],
            "mail.action_discuss",
        )

    # -- merging contacts -----------------------------------------------------
    def merge(self, source, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source | target).ids, target)

    def test_merge_keeps_the_binding(self):
        self.bind()
        user, channel = self.line_user, self.line_user.channel_id
        target = self.env["res.partner"].create({"name": "Target"})
        self.merge(self.partner, target)
        self.env.invalidate_all()
        self.assertEqual(user.partner_id, target)
        self.assertEqual(user.channel_id, channel)

    def test_merge_of_two_bound_contacts_keeps_the_newer(self):
        self.bind()
        target = self.env["res.partner"].create({"name": "Target"})
        phone = self.new_customer("新手機")
        self.writes("hi", phone)
        with self.later(minutes=1):
            newer = self.bind(target, phone)
        self.merge(self.partner, target)
        self.env.invalidate_all()
        self.assertEqual(newer.partner_id, target)
        self.assertFalse(self.line_user.partner_id)
        self.assertTrue(self.line_user.channel_id.exists(), "nothing is deleted")
        self.assertTrue(self.line_user.channel_id.message_ids)

    # -- constraints ----------------------------------------------------------
    def _refused(self, error, query, values):
        self.env.flush_all()
        with self.assertRaises(error), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self.env.cr.execute(query, values)

    def test_identity_is_unique(self):
        self._refused(
            UniqueViolation,
            """INSERT INTO line_user (account_id, line_uid, name, friend_state)
               SELECT account_id, line_uid, name, friend_state
                 FROM line_user WHERE id = %s""",
            [self.line_user.id],
        )

    def test_one_line_user_per_contact_and_account(self):
        self.bind()
        other = self.new_customer("李小華")
        self.writes("hi", other)
        self._refused(
            UniqueViolation,
            "UPDATE line_user SET partner_id = %s WHERE id = %s",
            [self.partner.id, self.line_user_of(other).id],
        )

    def test_conversation_belongs_to_a_line_user(self):
        self._refused(
            CheckViolation,
            "UPDATE discuss_channel SET line_user_id = NULL WHERE id = %s",
            [self.line_user.channel_id.id],
        )

    def test_same_person_on_two_accounts(self):
        second = self._new_account(name="Second")
        self.receive(self.simulator.text(self.customer, "hi"), account=second)
        self.work()
        user = self.line_user_of(self.customer, second)
        self.assertNotEqual(user, self.line_user)
        self.assertNotEqual(user.channel_id, self.line_user.channel_id)

    def test_display_name(self):
        self.assertEqual(self.line_user.display_name, "王小明")
        self.bind()
        self.assertEqual(self.line_user.display_name, "王小明 (Wang Xiaoming)")
