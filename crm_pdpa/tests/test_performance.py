from odoo.tests import tagged

from .common import PdpaCase


@tagged("post_install", "-at_install")
class TestPerformance(PdpaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.crowd = cls.env["res.partner"].create(
            [{"name": f"P{number}"} for number in range(200)]
        )
        cls.receipt._record(cls.crowd[::2], "marketing", "grant", ["email"])
        cls.env.flush_all()

    def _queries(self, call):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        return self.env.cr.sql_log_count - before

    def test_gate_queries_do_not_grow(self):
        for method in (self.gate._filter, self.gate._reasons):
            for purpose in ("marketing", "service"):
                method(self.crowd, purpose, "email")  # fill the caches of the registry
                counts = [
                    self._queries(
                        lambda m=method, p=purpose, c=people: m(c, p, "email")
                    )
                    for people in (self.crowd[:1], self.crowd)
                ]
                with self.subTest(method=method.__name__, purpose=purpose):
                    self.assertEqual(*counts)

    def test_gate_needs_five_queries(self):
        with self.assertQueryCount(5):
            self.env.invalidate_all()
            self.gate._filter(self.crowd, "marketing", "email")

    def test_gate_counts(self):
        self.assertEqual(
            self.gate._filter(self.crowd, "marketing", "email"), self.crowd[::2]
        )
        self.assertEqual(self.gate._filter(self.crowd, "service", "email"), self.crowd)

    def test_contact_list_queries_do_not_grow(self):
        names = [f"pdpa_marketing_{channel}" for channel in ("email", "sms", "line")]
        one = self._queries(lambda: self.crowd[:1].read(names))
        many = self._queries(lambda: self.crowd.read(names))
        self.assertEqual(one, many)

    def test_state_of_many_people_is_one_statement(self):
        self.env.flush_all()
        receipts = self.receipt.search([("partner_id", "in", self.crowd.ids)])
        few = self._queries(lambda: self.env["pdpa.consent"]._apply(receipts[:1]))
        many = self._queries(lambda: self.env["pdpa.consent"]._apply(receipts))
        self.assertEqual(few, many)
