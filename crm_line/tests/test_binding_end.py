from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import LineCase, publish_notice


@tagged("post_install", "-at_install")
class TestBindingEnd(LineCase):
    """Rules of a binding, how it ends, and what is written down about it."""

    def setUp(self):
        super().setUp()
        self.writes("hi")

    def audit(self, *operations):
        rows = self.env["pdpa.audit"].search(
            [("operation", "in", operations or ("line_bind", "line_unbind"))],
            order="id",
        )
        return rows.filtered(
            lambda row: f"line.user {self.line_user.id}" in (row.note or "")
        )

    def history(self, partner=None):
        messages = (partner or self.partner).message_ids
        return " ".join(str(message.body) for message in messages)

    # -- what is written down -------------------------------------------------
    def test_every_change_is_audited_without_values(self):
        user = self.bind()
        self.writes("解除綁定")
        self.bind()
        user.with_user(self.agent).action_unbind()
        rows = self.audit()
        self.assertEqual(
            [(row.operation, row.note.split(":")[0]) for row in rows],
            [
                ("line_bind", "code"),
                ("line_unbind", "customer"),
                ("line_bind", "code"),
                ("line_unbind", "staff"),
            ],
        )
        self.assertEqual(rows[-1].uid, self.agent)
        self.assertEqual(rows.mapped("model"), ["res.partner"] * 4)
        self.assertEqual(rows[0].company_id, self.company)
        about = self.env["pdpa.audit"].search([("partner_id", "in", self.partner.ids)])
        self.assertLessEqual(rows, about)
        texts = str(rows.read())
        for value in ("王小明", "Wang", self.customer.id):
            self.assertNotIn(value, texts)

    def test_history_says_how(self):
        user = self.line_user
        user._bind(self.partner, "account_link")
        self.assertIn("Account link", self.history())
        user._unbind("portal")
        self.assertIn("on the portal", self.history())

    def test_consents_survive_the_unlinking(self):
        publish_notice(self.env)
        self.bind()
        self.env["pdpa.receipt"]._record(self.partner, "marketing", "grant", ["line"])
        self.writes("解除綁定")
        self.assertIn("consents stay", self.shown()[-1])
        receipts = self.env["pdpa.receipt"].search(
            [("partner_id", "=", self.partner.id)]
        )
        self.assertEqual(receipts.mapped("event"), ["grant"])
        self.assertTrue(
            self.env["pdpa.gate"]._filter(self.partner, "marketing", "line")
        )

    # -- rules ----------------------------------------------------------------
    def test_archived_contact_cannot_be_bound(self):
        self.partner.active = False
        with self.assertRaises(UserError):
            self.bind()

    def test_contact_of_another_company_cannot_be_bound(self):
        self.partner.company_id = self.env["res.company"].create({"name": "Other"})
        with self.assertRaises(UserError):
            self.bind()

    def test_bound_user_cannot_be_bound_to_somebody_else(self):
        self.bind()
        other = self.env["res.partner"].create({"name": "Somebody Else"})
        with self.assertRaises(UserError):
            self.bind(other)
        self.assertEqual(self.line_user.partner_id, self.partner)

    def test_archiving_keeps_the_binding(self):
        self.bind()
        self.partner.active = False
        self.assertEqual(self.line_user.partner_id, self.partner)
        self.partner.active = True
        self.assertTrue(self.partner.line_bound)

    # -- erasing --------------------------------------------------------------
    def test_deleted_contact_leaves_nothing_behind(self):
        self.bind()
        user, partner_id = self.line_user, self.partner.id
        self.env["line.link"]._create_code(self.account, self.partner)
        self.partner.unlink()
        self.assertFalse(user.partner_id)
        self.assertFalse(user.bound_at)
        self.assertFalse(user.bound_via)
        self.assertTrue(user.channel_id.exists(), "the conversation stays")
        self.assertFalse(
            self.env["line.link"].search([("partner_id", "=", partner_id)])
        )
        last = user.channel_id.message_ids.sorted("id")[-1]
        self.assertIn("was erased", last.body)
        self.assertNotIn("Wang", last.body)
        self.assertEqual(self.audit()[-1].operation, "line_unbind")

    def test_erasing_without_deleting(self):
        self.bind()
        self.partner._line_erase()
        self.assertFalse(self.line_user.partner_id)
        self.assertNotIn("was unbound", self.history())
        self.env["res.partner"]._line_erase()

    # -- merging --------------------------------------------------------------
    def merge(self, source, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source | target).ids, target)
        self.env.invalidate_all()

    def test_merge_notes_the_binding_that_ended(self):
        self.bind()
        target = self.env["res.partner"].create({"name": "Target"})
        phone = self.new_customer("新手機")
        self.writes("hi", phone)
        with self.later(minutes=1):
            newer = self.bind(target, phone)
        self.merge(self.partner, target)
        self.assertEqual(newer.partner_id, target)
        self.assertFalse(self.line_user.partner_id)
        self.assertIn("contacts were merged", self.history(target))
        self.assertEqual(self.audit()[-1].note.split(":")[0], "merged")

    def test_merge_where_the_source_has_the_newer_binding(self):
        target = self.env["res.partner"].create({"name": "Target"})
        phone = self.new_customer("新手機")
        self.writes("hi", phone)
        older = self.bind(target, phone)
        with self.later(minutes=1):
            self.bind()
        self.merge(self.partner, target)
        self.assertEqual(self.line_user.partner_id, target)
        self.assertFalse(older.partner_id)

    def test_merge_keeps_bindings_on_different_accounts(self):
        second = self._new_account(name="Second")
        self.receive(self.simulator.text(self.customer, "hi"), account=second)
        self.work()
        other = self.line_user_of(self.customer, second)
        target = self.env["res.partner"].create({"name": "Target"})
        self.bind()
        other._bind(target, "code")
        self.merge(self.partner, target)
        self.assertEqual((self.line_user | other).partner_id, target)

    def test_merge_moves_open_codes(self):
        code = self.env["line.link"]._create_code(self.account, self.partner)[1]
        target = self.env["res.partner"].create({"name": "Target"})
        self.merge(self.partner, target)
        self.writes(code)
        self.assertEqual(self.line_user.partner_id, target)
