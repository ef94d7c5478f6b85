from odoo.tests import TransactionCase, tagged

from .canary import CanaryMixin, switch_masking

NAMES = ["name", "phone", "email", "street", "vat"]


@tagged("post_install", "-at_install")
class TestMaskPerformance(CanaryMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_users()
        cls.crowd = cls.env["res.partner"].create(
            [
                {"name": f"P{n}", "phone": f"091200{n:04}", "email": f"p{n}@x.example"}
                for n in range(200)
            ]
        )
        cls.env.flush_all()

    def _queries(self, user, records):
        records = records.with_user(user)
        records.read(NAMES)  # fill the caches of the registry
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        records.read(NAMES)
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow_with_the_rows(self):
        rule = self.env.ref("crm_pdpa.mask_rule_own_customers")
        for on in (False, True):
            switch_masking(self.env, on)
            for own in (False, True):
                rule.active = own
                for user in (self.users["seller"], self.env.user):
                    one, many = (
                        self._queries(user, records)
                        for records in (self.crowd[:1], self.crowd)
                    )
                    with self.subTest(on=on, own=own, user=user.login):
                        self.assertEqual(one, many)

    def test_masking_adds_two_queries(self):
        """One for colleagues among the rows, one for grants."""
        seller = self.users["seller"]
        switch_masking(self.env, on=False)
        clear = self._queries(seller, self.crowd)
        switch_masking(self.env)
        self.assertLessEqual(self._queries(seller, self.crowd), clear + 2)

    def test_other_models_pay_nothing(self):
        switch_masking(self.env)
        tags = self.env["crm.tag"].create([{"name": f"T{n}"} for n in range(20)])
        seller = self.users["seller"]
        tags.with_user(seller).read(["name"])
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            tags.with_user(seller).read(["name"])
