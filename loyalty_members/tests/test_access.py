import itertools

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import MembershipCase

OPERATIONS = ("read", "write", "create", "unlink")
# model: rights of viewer, clerk, manager; letters as in OPERATIONS
RIGHTS = {
    "loyalty.member": ("r", "rw", "rw"),
    "loyalty.tier": ("r", "r", "rwcu"),
    "loyalty.tier.move": ("r", "r", "r"),
    "loyalty.earn.rate": ("r", "r", "rwcu"),
    "loyalty.point.entry": ("r", "r", "r"),
    "loyalty.point.lot": ("r", "r", "r"),
    "loyalty.point.allocation": ("r", "r", "r"),
    "loyalty.point.reason": ("r", "r", "rwcu"),
    "loyalty.point.discrepancy": ("r", "r", "rw"),
    "loyalty.point.reminder": ("r", "r", "r"),
    "loyalty.program": ("r", "r", "rwc"),
    "loyalty.reward": ("r", "r", "rwcu"),
    "loyalty.rule": ("r", "r", "rwcu"),
    "loyalty.mail": ("r", "r", "rwcu"),
    "loyalty.card": ("r", "r", "r"),
    "loyalty.history": ("r", "r", "r"),
    "loyalty.point.liability": ("r", "r", "r"),
    "loyalty.expiry.day": ("r", "r", "r"),
    "loyalty.dashboard": ("r", "r", "r"),
    "loyalty.member.enroll": ("", "rwcu", "rwcu"),
    "loyalty.point.adjust": ("", "rwcu", "rwcu"),
    "loyalty.point.adjustment": ("r", "rwcu", "rwcu"),
    "loyalty.point.adjustment.line": ("r", "rwcu", "rwcu"),
    "loyalty.tier.assign": ("", "", "rwcu"),
    "loyalty.tier.job": ("", "", "r"),
    "loyalty.tier.simulation": ("", "", "rwcu"),
    "loyalty.tier.simulation.line": ("", "", "rwcu"),
    "loyalty.benefit": ("r", "r", "rwcu"),
    "loyalty.benefit.issue": ("r", "r", "r"),
    "loyalty.benefit.void": ("", "", "rwcu"),
    "loyalty.member.enroll.refused": ("", "rwcu", "rwcu"),
    "loyalty.member.import": ("", "", "rwcu"),
    "loyalty.member.join": ("", "rwcu", "rwcu"),
    "loyalty.member.birthday": ("", "", "rwcu"),
}
OURS = [
    "loyalty.member",
    "loyalty.tier",
    "loyalty.tier.move",
    "loyalty.point.entry",
    "loyalty.point.lot",
    "loyalty.point.allocation",
    "loyalty.point.reminder",
    "loyalty.point.adjustment",
    "loyalty.point.adjustment.line",
    "loyalty.point.discrepancy",
    "loyalty.tier.job",
    "loyalty.point.liability",
    "loyalty.expiry.day",
    "loyalty.dashboard",
    "loyalty.earn.rate",
]


@tagged("post_install", "-at_install")
class TestAccess(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here = {
            "company_id": cls.company.id,
            "company_ids": [(6, 0, cls.company.ids)],
        }
        cls.users = {
            name: new_test_user(
                cls.env,
                f"access_{name}",
                groups=f"loyalty_members.group_{name}",
                **cls.here,
            )
            for name in ("viewer", "clerk", "manager")
        }

    def test_rights_table(self):
        for (model, rights), (index, name) in itertools.product(
            RIGHTS.items(), enumerate(self.users)
        ):
            for operation in OPERATIONS:
                letter = "c" if operation == "create" else operation[0]
                with self.subTest(model=model, user=name, operation=operation):
                    self.assertEqual(
                        self.env[model]
                        .with_user(self.users[name])
                        .has_access(operation),
                        letter in rights[index],
                    )

    def test_others_see_nothing(self):
        for groups in ("base.group_user", "base.group_portal", "base.group_public"):
            user = new_test_user(self.env, groups, groups=groups)
            for model in OURS:
                with self.subTest(model=model, groups=groups):
                    self.assertFalse(self.env[model].with_user(user).has_access("read"))

    def test_salespeople_are_viewers_administrator_is_manager(self):
        salesman = new_test_user(
            self.env, "access_sales", groups="sales_team.group_sale_salesman"
        )
        self.assertTrue(salesman.has_group("loyalty_members.group_viewer"))
        self.assertFalse(salesman.has_group("loyalty_members.group_clerk"))
        admin = self.env.ref("base.user_admin")
        self.assertTrue(admin.has_group("loyalty_members.group_manager"))
        approver = new_test_user(
            self.env, "access_approver", groups="loyalty_members.group_approver"
        )
        self.assertTrue(approver.has_group("loyalty_members.group_manager"))
        self.assertFalse(
            self.users["manager"].has_group("loyalty_members.group_approver")
        )

    def test_companies_are_separate(self):
        member = self.Member._enroll(self.partner)
        member._post_points("earn", 10, "e", expire_on=self.program._today())
        member._post_points("burn", 1, "b")
        self.partner.email = "wang@example.com"
        self.env["loyalty.point.reminder"]._queue_messages(
            self.program, [(member.id, self.partner.id, "2090-01-01", 30, 9)]
        )
        self.env["loyalty.point.adjustment"].create(
            {
                "reason_id": self.env.ref("loyalty_members.reason_goodwill").id,
                "line_ids": [
                    (0, 0, {"member_id": member.id, "points": 5}),
                ],
            }
        )
        self.env["loyalty.point.discrepancy"]._record(member)
        self.env["loyalty.tier.job"]._start(self.program, True)
        self.env["loyalty.earn.rate"].create(
            {"name": "Double", "program_id": self.program.id}
        )
        other = self.env["res.company"].create({"name": "Other Shop"})
        stranger = new_test_user(
            self.env,
            "access_stranger",
            groups="loyalty_members.group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for model in OURS:
            records = self.env[model].search([("company_id", "=", self.company.id)])
            self.assertTrue(records, model)
            with self.subTest(model):
                elsewhere = {"allowed_company_ids": other.ids}
                foreign = self.env[model].with_user(stranger)
                foreign = foreign.with_context(**elsewhere)
                self.assertFalse(foreign.search([("id", "in", records.ids)]))
                with self.assertRaises(AccessError):
                    foreign.browse(records.ids).read(["company_id"])

    def test_contact_fields_are_for_viewers(self):
        self.Member._enroll(self.partner)
        employee = new_test_user(self.env, "access_employee", **self.here)
        for name in ("member_id", "member_tier_id", "member_points", "member_ids"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.partner.with_user(employee).read([name])
            self.partner.with_user(self.users["viewer"]).read([name])

    def test_clerk_enrols_through_the_button_only(self):
        clerk = self.users["clerk"]
        with self.assertRaises(UserError):
            self.Member.with_user(clerk).create({"partner_id": self.partner.id})
