import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import loyalty_door
from .common import MembershipCase

LEDGER = (
    "loyalty.point.entry",
    "loyalty.point.lot",
    "loyalty.point.allocation",
    "loyalty.tier.move",
)


@tagged("post_install", "-at_install")
class TestAppendOnly(MembershipCase):
    def setUp(self):
        super().setUp()
        self.member = self.Member._enroll(self.partner)
        self.member._post_points("earn", 10, "e")
        self.member._post_points("burn", 4, "b")

    def test_orm_is_closed_even_for_the_superuser(self):
        for model in LEDGER:
            record = self.env[model].sudo().search([], limit=1)
            self.assertTrue(record, model)
            for operation in (
                lambda r: r.create({}),
                lambda r: r.copy(),
                lambda r: r.write({"member_id": self.member.id}),
                lambda r: r.unlink(),
            ):
                with self.subTest(model), self.assertRaises(UserError):
                    operation(record)

    def test_ledger_cannot_be_written_through_the_member(self):
        for name, model in [
            ("entry_ids", "loyalty.point.entry"),
            ("lot_ids", "loyalty.point.lot"),
            ("move_ids", "loyalty.tier.move"),
        ]:
            record = self.env[model].search(
                [("member_id", "=", self.member.id)], limit=1
            )
            with self.subTest(name), self.assertRaises(UserError):
                self.member.sudo().write({name: [(2, record.id)]})

    @mute_logger("odoo.sql_db")
    def test_postgresql_refuses_changes_of_what_was_posted(self):
        for table in ("loyalty_point_entry", "loyalty_tier_move"):
            for statement in (
                f"UPDATE {table} SET user_id = NULL",
                f"DELETE FROM {table}",
                f"TRUNCATE {table} CASCADE",
            ):
                with (
                    self.subTest(statement),
                    self.assertRaises(psycopg2.errors.RestrictViolation),
                ):
                    self.env.cr.execute(statement)

    @mute_logger("odoo.sql_db")
    def test_database_checks(self):
        for statement in (
            "UPDATE loyalty_member SET balance = -1 WHERE id = %(id)s",
            "UPDATE loyalty_member SET debt = -1 WHERE id = %(id)s",
            "UPDATE loyalty_member SET debt = 5 WHERE id = %(id)s",
            "UPDATE loyalty_member SET pending = -1 WHERE id = %(id)s",
            "UPDATE loyalty_point_lot SET idle_expiry = TRUE, expire_on = '2030-01-01'"
            " WHERE member_id = %(id)s",
            "UPDATE loyalty_point_lot SET remaining = 11 WHERE member_id = %(id)s",
            "UPDATE loyalty_point_lot SET remaining = -1 WHERE member_id = %(id)s",
            "UPDATE loyalty_point_lot SET origin = 'paid', expire_on = '2030-01-01'"
            " WHERE member_id = %(id)s",
            "UPDATE loyalty_point_allocation SET returned = 5 WHERE member_id = %(id)s",
            "UPDATE loyalty_point_allocation SET points = 0 WHERE member_id = %(id)s",
        ):
            with (
                self.subTest(statement),
                self.assertRaises(psycopg2.errors.CheckViolation),
            ):
                self.env.cr.execute(statement, {"id": self.member.id})

    @mute_logger("odoo.sql_db")
    def test_database_checks_of_entries(self):
        columns = """program_id, company_id, member_id, kind, points, key, event_date,
                     posted_at, qualifying_amount, state"""
        for kind, points, amount in [
            ("earn", -1, 0),
            ("burn", 1, 0),
            ("reverse", 1, 0),
            ("reinstate", 0, 5),
            ("adjust", 0, 5),
            ("earn", 0, 0),
            ("expire", 1, 0),
            ("gift", -1, 0),
            ("transfer_in", -1, 0),
            ("transfer_out", 1, 0),
        ]:
            with (
                self.subTest(kind=kind, points=points),
                self.assertRaises(psycopg2.errors.CheckViolation),
            ):
                self.env.cr.execute(
                    f"""INSERT INTO loyalty_point_entry ({columns})
                        VALUES (%s, %s, %s, %s, %s, 'x', now(), now(), %s,
                                'posted')""",
                    [
                        self.program.id,
                        self.company.id,
                        self.member.id,
                        kind,
                        points,
                        amount,
                    ],
                )
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            self.env.cr.execute(
                f"""INSERT INTO loyalty_point_entry ({columns})
                    VALUES (%s, %s, %s, 'earn', 1, 'e', now(), now(), 0, 'posted')""",
                [self.program.id, self.company.id, self.member.id],
            )

    def test_member_fields_are_kept_by_the_ledger(self):
        values = {
            "balance": 9999,
            "debt": 0,
            "pending": 9,
            "last_activity": "2020-01-01",
            "number": "0",
            "state": "closed",
            "tier_id": self.gold.id,
            "partner_id": self.env.user.partner_id.id,
            "card_id": self.member.card_id.id,
            "joined_on": "2020-01-01",
        }
        for name, value in values.items():
            with self.subTest(name), self.assertRaisesRegex(UserError, "by hand"):
                self.member.write({name: value})
        with self.assertRaisesRegex(UserError, "Enrol"):
            self.Member.sudo().create({"partner_id": self.partner.id})
        with self.assertRaisesRegex(UserError, "Enrol"):
            self.member.copy()
        with self.assertRaisesRegex(UserError, "not deleted"):
            self.member.sudo().unlink()
        with self.assertRaises(UserError):
            self.partner.write({"member_ids": [(1, self.member.id, {"balance": 9})]})
        with self.assertRaises(UserError):
            self.partner.write({"member_ids": [(5,)]})

    def test_a_client_cannot_forge_the_door(self):
        key = loyalty_door._KEYS[loyalty_door.LEDGER]
        for forged in (True, "ledger", "x" * 32):
            client = self.member.with_context(**{key: forged})
            with self.assertRaises(UserError):
                client.write({"balance": 9999})

    def test_doors_are_private_for_rpc(self):
        from odoo.service.model import get_public_method

        for name in (
            "_post_points",
            "_post_points_batch",
            "_enroll",
            "_reconcile",
            "_prove",
            "_void_pending",
            "_release_due",
            "_upgrade_tiers",
            "_card_values",
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                get_public_method(self.Member, name)
