from datetime import date

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SegmentsCase

D = date


@tagged("post_install", "-at_install")
class TestNeslMove(SegmentsCase):
    """The log of state changes: what it records, and that nothing rewrites it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer()
        cls.stats._refresh(today=D(2025, 1, 10))
        cls.order = cls._create_order(cls.customer, D(2025, 1, 15))

    def test_life_of_a_customer(self):
        for today in (D(2025, 1, 15), D(2025, 2, 20), D(2025, 3, 1), D(2025, 9, 1)):
            self.stats._refresh(today=today)
        self._create_order(self.customer, D(2025, 9, 3))
        self.stats._refresh(today=D(2025, 9, 4))
        self.assertEqual(
            self._moves(self.customer),
            [
                (D(2025, 1, 15), "new", "existing"),
                (D(2025, 2, 16), "existing", "sleeping"),
                (D(2025, 7, 16), "sleeping", "lost"),
                (D(2025, 9, 3), "lost", "existing"),
            ],
        )

    def test_last_move_ends_in_the_present_state(self):
        self.stats._refresh(today=D(2025, 1, 15))
        self.order.action_cancel()
        self.stats._refresh(today=D(2025, 1, 20))
        self.order.action_draft()
        self.order.action_confirm()
        self.order.date_order = "2024-01-01 04:00:00"
        self.stats._refresh(today=D(2025, 1, 20))
        moves = self._moves(self.customer)
        self.assertEqual(
            moves,
            [
                (D(2025, 1, 15), "new", "existing"),
                # found today: corrections are dated on the day they were found
                (D(2025, 1, 20), "existing", "new"),
                (D(2025, 1, 20), "new", "lost"),
            ],
        )
        self.assertEqual(moves[-1][2], self.customer.nesl)

    def test_row_that_goes_is_logged(self):
        self.stats._refresh(today=D(2025, 1, 15))
        self.order.action_cancel()
        self.order.unlink()
        self.stats._refresh(today=D(2025, 1, 16))
        self.assertFalse(self._row(self.customer))
        self.assertEqual(
            self._moves(self.customer)[-1], (D(2025, 1, 16), "existing", "new")
        )

    def test_first_refresh_of_a_company_logs_nothing(self):
        company = self._create_company("Fresh")
        self.env.user.company_ids |= company
        customer = self._create_customer("Old")
        self._create_order(customer, D(2024, 1, 1), company_id=company.id)
        self.stats._refresh(today=D(2025, 1, 15))
        self.assertEqual(self._row(customer, company).nesl, "lost")
        self.assertFalse(
            self.env["crm.nesl.move"].search([("partner_id", "=", customer.id)])
        )

    def test_unchanged_state_logs_nothing(self):
        self.stats._refresh(today=D(2025, 1, 15))
        self._create_order(self.customer, D(2025, 1, 16))
        self.stats._refresh(today=D(2025, 1, 16))
        self.stats._refresh(full=True, today=D(2025, 1, 16))
        self.assertEqual(len(self._moves(self.customer)), 1)

    def test_orm_refuses_changes(self):
        self.stats._refresh(today=D(2025, 1, 15))
        move = self.env["crm.nesl.move"].search([("partner_id", "=", self.customer.id)])
        with self.assertRaises(UserError):
            move.write({"nesl_to": "lost"})
        with self.assertRaises(UserError):
            move.unlink()
        with self.assertRaises(UserError):
            move.create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "date": D(2025, 1, 1),
                    "nesl_from": "new",
                    "nesl_to": "lost",
                }
            )

    def test_database_refuses_changes(self):
        self.stats._refresh(today=D(2025, 1, 15))
        other = self._create_customer("Other")
        statements = [
            "UPDATE crm_nesl_move SET nesl_to = 'lost' WHERE partner_id = %(one)s",
            "UPDATE crm_nesl_move SET date = '2020-01-01' WHERE partner_id = %(one)s",
            "UPDATE crm_nesl_move SET partner_id = %(two)s WHERE partner_id = %(one)s",
            "DELETE FROM crm_nesl_move WHERE partner_id = %(one)s",
            "TRUNCATE crm_nesl_move",
        ]
        params = {"one": self.customer.id, "two": other.id}
        for statement in statements:
            with (
                self.subTest(statement=statement),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.RestrictViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement, params)

    def test_deleted_contact_leaves_an_anonymous_move(self):
        self.stats._refresh(today=D(2025, 1, 15))
        move = self.env["crm.nesl.move"].search([("partner_id", "=", self.customer.id)])
        self.order.action_cancel()
        self.order.unlink()
        self.customer.unlink()
        move.invalidate_recordset()
        self.assertFalse(move.partner_id)
        self.assertEqual((move.nesl_from, move.nesl_to), ("new", "existing"))
