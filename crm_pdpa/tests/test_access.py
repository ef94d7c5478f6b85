from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PdpaCase

# model: (employee, user, officer), letters of the operations each may do
TABLE = {
    "pdpa.purpose": ("r", "r", "rwcu"),
    "pdpa.channel": ("r", "r", "rwcu"),
    "pdpa.consent": ("r", "r", "r"),
    "pdpa.purpose.code": ("", "r", "rwcu"),
    "pdpa.category": ("", "r", "rwcu"),
    "pdpa.notice": ("", "r", "rwcu"),
    "pdpa.notice.version": ("", "r", "rwcu"),
    "pdpa.receipt": ("", "r", "r"),
    "pdpa.field": ("", "r", "rwcu"),
    "pdpa.field.candidate": ("", "", "r"),
    "pdpa.mask.rule": ("", "r", "rwcu"),
    "pdpa.reveal": ("r", "r", "r"),
    "pdpa.break.glass": ("", "rwc", "rwc"),
    "pdpa.audit": ("", "", "r"),
    "pdpa.audit.seal": ("", "", "r"),
    "pdpa.audit.volume": ("", "", "r"),
    "pdpa.audit.verification": ("", "", "rwc"),
    "pdpa.audit.verification.line": ("", "", "rc"),
    "pdpa.audit.retention": ("", "", "rwc"),
    "pdpa.audit.retention.line": ("", "", "rwc"),
    "pdpa.export.limit": ("", "", "rwcu"),
    "pdpa.consent.wizard": ("", "rwc", "rwc"),
    "pdpa.consent.explanation": ("rc", "rc", "rc"),
    "pdpa.consent.explanation.line": ("rc", "rc", "rc"),
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestAccess(PdpaCase):
    def test_table(self):
        users = (self.employee, self.user, self.officer)
        for model, columns in TABLE.items():
            for user, letters in zip(users, columns, strict=True):
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, user=user.login, op=operation):
                        self.assertEqual(
                            self.env[model].with_user(user).has_access(operation),
                            letter in letters,
                        )

    def test_every_model_is_in_the_table(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "crm_pdpa"), ("model", "=", "ir.model")]
        )
        models = self.env["ir.model"].browse(data.mapped("res_id"))
        own = models.filtered(
            lambda m: m.model.startswith("pdpa.") and not self.env[m.model]._abstract
        )
        self.assertEqual(set(own.mapped("model")), set(TABLE))

    def test_outsiders_have_no_access(self):
        outsiders = (
            self.env.ref("base.public_user"),
            self._new_user("portal", "base.group_portal"),
        )
        for user in outsiders:
            for model in TABLE:
                with self.subTest(user=user.login, model=model):
                    self.assertFalse(self.env[model].with_user(user).has_access("read"))

    def test_outsiders_see_none_of_the_contact_fields(self):
        portal = self._new_user("portal", "base.group_portal")
        names = self.env["res.partner"].with_user(portal).fields_get()
        self.assertFalse([name for name in names if name.startswith("pdpa_")])

    def test_groups(self):
        user = self.env.ref("crm_pdpa.group_pdpa_user")
        officer = self.env.ref("crm_pdpa.group_pdpa_officer")
        self.assertIn(user, officer.all_implied_ids)
        self.assertIn(self.env.ref("base.user_admin"), officer.user_ids)
        self.assertEqual(user.privilege_id, officer.privilege_id)

    def test_officer_publishes_and_user_does_not(self):
        draft = self.version.copy()
        with self.assertRaises(AccessError):
            draft.with_user(self.user).action_publish()
        draft.with_user(self.officer).action_publish()
        self.assertEqual(draft.state, "published")

    def test_menu_is_for_users(self):
        menu = self.env.ref("crm_pdpa.menu_pdpa_root")
        visible = self.env["ir.ui.menu"]
        self.assertIn(menu.id, visible.with_user(self.user)._visible_menu_ids())
        self.assertNotIn(menu.id, visible.with_user(self.employee)._visible_menu_ids())
