from odoo.tests import tagged

from .common import LineCase

# model: letters of what (employee, agent, supervisor, administrator) may do
TABLE = {
    "line.account": ("", "r", "r", "rwcu"),
    "line.user": ("", "r", "r", "r"),
    "line.inbox": ("", "", "", "r"),
    "line.outbox": ("", "r", "r", "r"),
    "line.message": ("", "", "", "r"),
    "line.content": ("", "r", "r", "r"),
    "line.link": ("", "", "", "r"),
    "line.bucket": ("", "", "", "r"),
    "line.binding.wizard": ("", "rwcu", "rwcu", "rwcu"),
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestAccess(LineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls._new_user("employee", "base.group_user")
        cls.supervisor = cls._new_user("supervisor", "crm_line.group_line_supervisor")
        cls.manager = cls._new_user("manager", "crm_line.group_line_manager")

    def test_table(self):
        users = (self.employee, self.agent, self.supervisor, self.manager)
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
            [("module", "=", "crm_line"), ("model", "=", "ir.model")]
        )
        models = self.env["ir.model"].browse(data.mapped("res_id"))
        own = models.filtered(
            lambda m: m.model.startswith("line.") and not self.env[m.model]._abstract
        )
        self.assertEqual(set(own.mapped("model")), set(TABLE))

    def test_outsiders_have_no_access(self):
        portal = self._new_user("portal", "base.group_portal")
        for user in (self.env.ref("base.public_user"), portal):
            for model in TABLE:
                with self.subTest(user=user.login, model=model):
                    self.assertFalse(self.env[model].with_user(user).has_access("read"))

    def test_agents_see_their_accounts_only(self):
        self.account.send_read = False
        self.writes("hi")
        self.agent_posts("answer")
        stranger = self._new_user("stranger", "crm_line.group_line_agent")
        for model in ("line.user", "line.outbox"):
            domain = [("account_id", "=", self.account.id)]
            counts = {
                user.login: self.env[model].with_user(user).search_count(domain)
                for user in (self.agent, stranger, self.supervisor, self.manager)
            }
            with self.subTest(model=model):
                self.assertEqual(
                    counts,
                    {
                        "line_agent": 1,
                        "line_stranger": 0,
                        "line_supervisor": 1,
                        "line_manager": 1,
                    },
                )

    def test_companies_are_apart(self):
        self.writes("hi")
        self.sends(self.simulator.events.image(self.customer))
        self.agent_posts("answer")
        self.work()
        self.env["line.link"]._create_code(self.account, self.partner)
        other = self.env["res.company"].create({"name": "Other"})
        foreigner = self._new_user(
            "foreigner", "crm_line.group_line_manager", company=other
        )
        for model in TABLE:
            if model == "line.binding.wizard":
                continue
            domain = [("company_id", "=", self.company.id)]
            own = self.env[model].with_user(self.manager)
            foreign = self.env[model].with_user(foreigner).with_company(other)
            foreign = foreign.with_context(allowed_company_ids=other.ids)
            with self.subTest(model=model):
                self.assertTrue(own.search_count(domain))
                self.assertFalse(foreign.search_count(domain))
        channel = self.line_user.channel_id.with_user(foreigner)
        channel = channel.with_context(allowed_company_ids=other.ids)
        self.assertFalse(channel.has_access("read"))

    def test_raw_events_are_for_system_administrators(self):
        self.writes("hi")
        row = self.events().with_user(self.manager)
        names = row.fields_get()
        self.assertNotIn("payload", names)
        self.assertNotIn("reply_token", names)

    def test_outsiders_see_none_of_the_contact_fields(self):
        portal = self._new_user("portal", "base.group_portal")
        names = self.env["res.partner"].with_user(portal).fields_get()
        self.assertFalse([name for name in names if name.startswith("line_")])

    def test_groups_and_menu(self):
        agent = self.env.ref("crm_line.group_line_agent")
        manager = self.env.ref("crm_line.group_line_manager")
        self.assertIn(agent, manager.all_implied_ids)
        self.assertIn(self.env.ref("base.user_admin"), manager.user_ids)
        self.assertEqual(agent.privilege_id, manager.privilege_id)
        menu = self.env.ref("crm_line.menu_line_root").id
        visible = self.env["ir.ui.menu"]
        self.assertIn(menu, visible.with_user(self.agent)._visible_menu_ids())
        self.assertNotIn(menu, visible.with_user(self.employee)._visible_menu_ids())
