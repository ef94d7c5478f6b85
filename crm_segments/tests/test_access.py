from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import SegmentsCase

OPERATIONS = ("read", "write", "create", "unlink")
READ, NONE = {"read"}, set()
ALL = {*OPERATIONS}
# model: {group: operations allowed}
MATRIX = {
    "crm.partner.stats": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": READ,
        "crm_segments.group_crm_segments_user": READ,
        "crm_segments.group_crm_segments_manager": READ,
    },
    "crm.nesl.move": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": READ,
        "crm_segments.group_crm_segments_user": READ,
        "crm_segments.group_crm_segments_manager": READ,
    },
    "crm.rfm.cut": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": NONE,
        "crm_segments.group_crm_segments_user": READ,
        "crm_segments.group_crm_segments_manager": {"read", "write"},
    },
    "crm.rfm.cut.history": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": NONE,
        "crm_segments.group_crm_segments_user": READ,
        "crm_segments.group_crm_segments_manager": READ,
    },
    "crm.rfm.name": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": READ,
        "crm_segments.group_crm_segments_user": READ,
        "crm_segments.group_crm_segments_manager": {"read", "write"},
    },
    "crm.segment.metric": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": NONE,
        "crm_segments.group_crm_segments_user": READ,
        "crm_segments.group_crm_segments_manager": READ,
    },
    "crm.clv.model": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": NONE,
        "crm_segments.group_crm_segments_user": READ,
        "crm_segments.group_crm_segments_manager": READ,
    },
    "crm.clv.calibration": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": NONE,
        "crm_segments.group_crm_segments_user": READ,
        "crm_segments.group_crm_segments_manager": READ,
    },
    "crm.tag.rule": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": NONE,
        "crm_segments.group_crm_segments_user": READ,
        "crm_segments.group_crm_segments_manager": ALL,
    },
    "crm.tag.assignment": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": READ,
        "crm_segments.group_crm_segments_user": READ,
        "crm_segments.group_crm_segments_manager": READ,
    },
    "crm.tag.bulk": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": NONE,
        "crm_segments.group_crm_segments_user": ALL,
        "crm_segments.group_crm_segments_manager": ALL,
    },
    "crm.stats.queue": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": NONE,
        "crm_segments.group_crm_segments_user": NONE,
        "crm_segments.group_crm_segments_manager": READ,
    },
    # record rules narrow it: tests/test_segment_rights.py
    "crm.segment": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": NONE,
        "crm_segments.group_crm_segments_user": ALL,
        "crm_segments.group_crm_segments_manager": ALL,
    },
    "crm.stats.rebuild": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": NONE,
        "crm_segments.group_crm_segments_user": NONE,
        "crm_segments.group_crm_segments_manager": READ,
    },
    "crm.segment.snapshot": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": NONE,
        "crm_segments.group_crm_segments_user": READ,
        "crm_segments.group_crm_segments_manager": READ,
    },
    "crm.segment.member": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": NONE,
        "crm_segments.group_crm_segments_user": READ,
        "crm_segments.group_crm_segments_manager": READ,
    },
    "crm.segment.count": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": NONE,
        "crm_segments.group_crm_segments_user": READ,
        "crm_segments.group_crm_segments_manager": READ,
    },
    "crm.segment.overlap": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": NONE,
        "crm_segments.group_crm_segments_user": ALL,
        "crm_segments.group_crm_segments_manager": ALL,
    },
    "crm.purchase.report": {
        "base.group_user": NONE,
        "sales_team.group_sale_salesman": NONE,
        "sales_team.group_sale_salesman_all_leads": READ,
        "crm_segments.group_crm_segments_user": READ,
        "crm_segments.group_crm_segments_manager": READ,
    },
}


@tagged("post_install", "-at_install")
class TestAccess(SegmentsCase):
    def test_matrix(self):
        groups = dict.fromkeys(group for rights in MATRIX.values() for group in rights)
        users = {
            group: new_test_user(self.env, f"seg_{group}", groups=group)
            for group in groups
        }
        for model, rights in MATRIX.items():
            for group in rights:
                user = users[group]
                for operation in OPERATIONS:
                    with self.subTest(model=model, group=group, operation=operation):
                        self.assertEqual(
                            self.env[model].with_user(user).has_access(operation),
                            operation in rights[group],
                        )

    def test_portal_and_public_see_nothing(self):
        for group in ("base.group_portal", "base.group_public"):
            user = new_test_user(self.env, f"seg_{group}", groups=group)
            for model in MATRIX:
                with self.subTest(model=model, group=group):
                    self.assertFalse(self.env[model].with_user(user).has_access("read"))

    def test_rows_of_other_companies_are_hidden(self):
        other = self._create_company("Sister")
        self.env.user.company_ids |= other
        customer = self._create_customer()
        self._create_order(customer, date(2025, 6, 1))
        self._create_order(customer, date(2025, 6, 1), company_id=other.id)
        self.stats._refresh(today=date(2025, 6, 1))
        self.stats._refresh(today=date(2025, 8, 1))
        salesman = new_test_user(
            self.env,
            "seg_here",
            groups="sales_team.group_sale_salesman,"
            "crm_segments.group_crm_segments_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        for model in (
            "crm.partner.stats",
            "crm.nesl.move",
            "crm.rfm.cut",
            "crm.rfm.cut.history",
            "crm.segment.snapshot",
            "crm.purchase.report",
        ):
            with self.subTest(model=model):
                both = [("company_id", "in", (self.company | other).ids)]
                self.assertEqual(
                    self.env[model].search(both).company_id, self.company | other
                )
                found = self.env[model].with_user(salesman).search(both)
                self.assertEqual(found.company_id, self.company)
        hidden = self._row(customer, other).with_user(salesman)
        with self.assertRaises(AccessError):
            hidden.read(["nesl"])

    def test_administrator_is_manager(self):
        self.assertTrue(
            self.env.ref("base.user_admin").has_group(
                "crm_segments.group_crm_segments_manager"
            )
        )

    def test_menu_is_for_segment_users(self):
        menu = self.env.ref("crm_segments.menu_root")
        self.assertEqual(
            menu.group_ids, self.env.ref("crm_segments.group_crm_segments_user")
        )
