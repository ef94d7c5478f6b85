from datetime import date, timedelta

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import SegmentsCase

TODAY = date(2025, 6, 30)
OWN = {
    "mode": "own",
    **{f"own_recency_{n}": days for n, days in enumerate((180, 90, 30, 7), start=1)},
    **{f"own_frequency_{n}": n for n in range(1, 5)},
    **{f"own_monetary_{n}": 1000 * n for n in range(1, 5)},
}


@tagged("post_install", "-at_install")
class TestRfmOwnCuts(SegmentsCase):
    """A company may set its cut-points itself, and what applied when is kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"]
        for n, days_ago in enumerate((200, 100, 40, 10, 1)):
            customer = cls._create_customer(f"C{n}")
            for _order in range(n + 1):
                cls._create_order(customer, TODAY - timedelta(days=days_ago), 1000)
            cls.customers |= customer
        cls.stats._refresh(today=TODAY)
        cls.cut = cls.env["crm.rfm.cut"].search([("company_id", "=", cls.company.id)])
        cls.manager = new_test_user(
            cls.env,
            "seg_cutter",
            groups="crm_segments.group_crm_segments_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _cells(self):
        return [self._row(customer).rfm_cell for customer in self.customers]

    def _history(self):
        rows = self.env["crm.rfm.cut.history"].search(
            [("company_id", "=", self.company.id)], order="id"
        )
        return [(row.date, row.mode, row.recency_4, row.monetary_4) for row in rows]

    def test_own_values_score_from_the_next_refresh(self):
        self.cut.with_user(self.manager).write(OWN)
        self.assertEqual(self.cut.recency_4, TODAY - timedelta(days=10))
        self.stats._refresh(today=TODAY)
        self.assertEqual(self._cells(), ["111", "222", "333", "444", "555"])
        self.assertEqual(self.cut.recency_1, TODAY - timedelta(days=180))
        self.assertEqual(
            [self.cut[f"frequency_{n}"] for n in range(1, 5)], [1, 2, 3, 4]
        )
        self.cut.write({f"own_monetary_{n}": 4000 + 1000 * n for n in range(1, 5)})
        self.stats._refresh(today=TODAY)
        self.assertEqual(self._cells(), ["111", "221", "331", "441", "551"])

    def test_exactly_on_a_cut_point_is_the_lower_score(self):
        """Seven days ago is not fewer than seven days ago."""
        customer = self._create_customer()
        self._create_order(customer, TODAY - timedelta(days=7), 4000)
        self.cut.write(OWN)
        self.stats._refresh(today=TODAY)
        self.assertEqual(self._row(customer).rfm_cell, "414")

    def test_scores_age_when_nothing_is_bought(self):
        """Own recency counts from today: an incremental run equals a full one."""
        self.cut.write(OWN)
        self.stats._refresh(today=TODAY)
        later = TODAY + timedelta(days=8)
        self.stats._refresh(today=later)
        self.assertEqual([cell[0] for cell in self._cells()], ["1", "2", "3", "4", "4"])
        self.assertFalse(self.stats._refresh(full=True, today=later))

    def test_back_to_quintiles(self):
        before = self._cells()
        self.cut.write(OWN)
        self.stats._refresh(today=TODAY)
        self.cut.mode = "auto"
        self.stats._refresh(today=TODAY)
        self.assertEqual(self._cells(), before)

    def test_another_company_keeps_its_quintiles(self):
        other = self._create_company("Sister")
        self.env.user.company_ids |= other
        for n, customer in enumerate(self.customers):
            self._create_order(
                customer, TODAY - timedelta(days=n), 7, company_id=other.id
            )
        self.stats._refresh(today=TODAY)
        before = [self._row(customer, other).rfm_cell for customer in self.customers]
        self.cut.write(OWN)
        self.stats._refresh(today=TODAY)
        self.assertEqual(
            [self._row(customer, other).rfm_cell for customer in self.customers], before
        )

    def test_values_out_of_order_are_refused(self):
        for values, message in (
            ({"own_recency_2": 180}, "recency cut-points must fall"),
            ({"own_recency_1": 5}, "recency cut-points must fall"),
            ({"own_recency_4": -1}, "recency cut-points must fall"),
            ({"own_frequency_4": 3}, "must rise"),
            ({"own_frequency_1": -1}, "must rise"),
            ({"own_monetary_3": 500}, "must rise"),
        ):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(ValidationError, message),
            ):
                self.cut.write(OWN | values)

    def test_form_starts_from_the_values_that_apply(self):
        with Form(self.cut.with_user(self.manager)) as form:
            form.mode = "own"
            self.assertEqual(form.own_frequency_1, self.cut.frequency_1)
            self.assertEqual(form.own_monetary_4, self.cut.monetary_4)
            self.assertEqual(
                form.own_recency_4,
                (self.company._stats_today() - self.cut.recency_4).days,
            )

    def test_values_that_apply_are_not_edited(self):
        for values in ({"frequency_1": 9}, {"customers": 1}):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(UserError, "written by the refresh"),
            ):
                self.cut.with_user(self.manager).write(values)

    def test_users_do_not_choose(self):
        self.manager.group_ids = self.env.ref("crm_segments.group_crm_segments_user")
        with self.assertRaises(AccessError):
            self.cut.with_user(self.manager).write(OWN)

    def test_the_decision_is_in_the_chatter(self):
        """Outside the test mode of SegmentsCase, which switches tracking off."""
        cut = self.cut.with_context(tracking_disable=False)
        cut.write(OWN)
        self.env.flush_all()
        self.env.cr.precommit.run()
        tracked = cut.message_ids.sudo().tracking_value_ids.field_id.mapped("name")
        self.assertIn("mode", tracked)
        self.assertIn("own_monetary_4", tracked)

    def test_history_of_quintiles_once_a_day(self):
        first = (TODAY, "auto", TODAY - timedelta(days=10), 4000)
        self.assertEqual(self._history(), [first])
        for _order in range(2):
            for customer in self.customers:
                self._create_order(customer, TODAY, 500)
            self.stats._refresh(today=TODAY)
        self.assertEqual(self._history(), [first])
        last_of_day = (TODAY, "auto", self.cut.recency_4, self.cut.monetary_4)
        tomorrow = TODAY + timedelta(days=1)
        self._create_order(self.customers[4], tomorrow, 500)
        self._create_order(self.customers[3], tomorrow, 500)
        self.stats._refresh(today=tomorrow)
        now = (tomorrow, "auto", self.cut.recency_4, self.cut.monetary_4)
        self.assertEqual(self._history(), [first, last_of_day, now])
        self.stats._refresh(full=True, today=tomorrow + timedelta(days=1))
        self.assertEqual(len(self._history()), 3, "nothing changed")

    def test_history_of_every_own_decision(self):
        self.cut.write(OWN)
        self.assertEqual(len(self._history()), 1, "applies with the refresh")
        self.stats._refresh(today=TODAY)
        self.cut.own_monetary_4 = 9000
        self.stats._refresh(today=TODAY)
        self.assertEqual(
            self._history()[1:],
            [
                (TODAY, "own", TODAY - timedelta(days=7), 4000),
                (TODAY, "own", TODAY - timedelta(days=7), 9000),
            ],
        )
        action = self.cut.action_open_history()
        self.assertEqual(
            self.env[action["res_model"]].search_count(action["domain"]), 3
        )

    def test_history_is_append_only(self):
        row = self.env["crm.rfm.cut.history"].search(
            [("company_id", "=", self.company.id)]
        )
        with self.assertRaisesRegex(UserError, "recorded by the refresh"):
            row.create({"company_id": self.company.id, "date": TODAY, "mode": "own"})
        with self.assertRaisesRegex(UserError, "cannot be modified"):
            row.customers = 3
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            row.unlink()
        for statement in (
            "UPDATE crm_rfm_cut_history SET customers = 3",
            "DELETE FROM crm_rfm_cut_history",
            "TRUNCATE crm_rfm_cut_history",
        ):
            with (
                self.subTest(statement=statement),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(psycopg2.Error, "append-only"),
                self.env.cr.savepoint(flush=False),
            ):
                self.env.cr.execute(statement)
