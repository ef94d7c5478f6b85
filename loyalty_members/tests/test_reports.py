from datetime import timedelta

from odoo.tests import tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestReports(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.program._today()
        cls.one, cls.two = cls._enroll("One", "Two")

    def _count(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        return self.env.cr.sql_log_count - before

    # -- expiry calendar ------------------------------------------------------
    def _days(self):
        self.env.invalidate_all()
        return self.env["loyalty.expiry.day"].search(
            [("program_id", "=", self.program.id)]
        )

    def test_expiry_days(self):
        self.program.point_value = 2
        tomorrow = self.today + timedelta(days=1)
        self.one._post_points("earn", 10, "a", expire_on=tomorrow)
        self.one._post_points("earn", 20, "b", expire_on=tomorrow)
        self.two._post_points("earn", 5, "c", expire_on=tomorrow)
        self.two._post_points("earn", 7, "d", expire_on=self.today)
        self.two._post_points("earn", 99, "e", expire_on=None)
        first, second = self._days()
        self.assertEqual((first.expire_on, first.points), (self.today, 7))
        self.assertEqual((second.members, second.points, second.value), (2, 35, 70))
        self.assertEqual(second.display_name, "35 points")
        self.two._post_points("burn", 7, "f")
        self.assertEqual(self._days().expire_on, tomorrow)

    def test_a_day_opens_its_lots(self):
        tomorrow = self.today + timedelta(days=1)
        self.one._post_points("earn", 10, "a", expire_on=tomorrow)
        self.one._post_points("earn", 10, "b", expire_on=self.today)
        day = self._days().filtered(lambda d: d.expire_on == tomorrow)
        action = day.action_open_lots()
        lots = self.env["loyalty.point.lot"].search(action["domain"])
        self.assertEqual(lots.expire_on, tomorrow)
        self.assertEqual(
            day.action_export_xlsx()["url"], "/loyalty_members/expiry.xlsx"
        )

    # -- dashboard ------------------------------------------------------------
    @property
    def board(self):
        self.env.invalidate_all()
        return self.env["loyalty.dashboard"].search(
            [("program_id", "=", self.program.id)]
        )

    def _tell_a_month(self):
        last_month = self.today.replace(day=1) - timedelta(days=1)
        soon = self.today + timedelta(days=30)
        self.one._post_points("earn", 500, "old", event_date=last_month)
        self.one._post_points("earn", 100, "new", expire_on=soon)
        self.one._post_points("gift", 30, "gift")
        self.one._post_points("reverse", 20, "back")
        self.one._post_points("burn", 50, "spent")
        self.two._post_points("earn", 10, "gone")
        self.two._post_points("expire", 10, "expired")
        self.two._post_points("reverse", 7, "debt")
        self.two._post_points(
            "earn", 9, "wait", available_on=self.today + timedelta(days=3)
        )

    def test_figures(self):
        self._tell_a_month()
        board = self.board
        self.assertEqual(board.day, self.today)
        expected = {
            "active_members": 2,
            "joined": 2,
            "granted": 100 + 30 - 20 + 10 - 7,
            "redeemed": 50,
            "expired": 10,
            "outstanding": 560,
            "pending": 9,
            "owed": 7,
            "expiring": 30,
        }
        self.assertEqual({name: board[name] for name in expected}, expected)

    def test_each_figure_opens_what_it_counts(self):
        self._tell_a_month()
        board = self.board
        sums = {
            "active": ("active_members", None),
            "joined": ("joined", None),
            "granted": ("granted", "points"),
            "redeemed": ("redeemed", "points"),
            "expired": ("expired", "points"),
            "outstanding": ("outstanding", "balance"),
            "pending": ("pending", "pending"),
            "owed": ("owed", "debt"),
            "expiring": ("expiring", "remaining"),
        }
        for name, (figure, column) in sums.items():
            with self.subTest(name):
                action = getattr(board, f"action_open_{name}")()
                records = self.env[action["res_model"]].search(action["domain"])
                total = sum(records.mapped(column)) if column else len(records)
                self.assertEqual(abs(total), board[figure])

    def test_members_by_tier(self):
        self._order(self.one.partner_id, 12000)
        tiers = {
            tier["name"]: (tier["count"], tier["share"]) for tier in self.board.tiers
        }
        self.assertEqual(tiers, {"General": (1, 50), "Silver": (1, 50), "Gold": (0, 0)})
        self.assertEqual(
            self.board.action_open_tiers()["context"], {"group_by": "tier_id"}
        )

    def test_an_empty_or_archived_membership(self):
        company = self.env["res.company"].create({"name": "Empty Shop"})
        program = self.env["loyalty.program"]._create_membership(company)
        board = self.env["loyalty.dashboard"].browse(program.id)
        self.assertEqual((board.active_members, board.granted), (0, 0))
        self.assertEqual([tier["share"] for tier in board.tiers], [0, 0, 0])
        self.program.active = False
        self.assertFalse(self.board)

    # -- statements -----------------------------------------------------------
    def test_reading_takes_the_same_statements_however_many_members(self):
        models = ("loyalty.dashboard", "loyalty.point.liability", "loyalty.expiry.day")
        self._tell_a_month()

        def read(model):
            specification = dict.fromkeys(self.env[model]._fields, {})
            specification.pop("__last_update", None)
            self.env[model].web_search_read(
                [("program_id", "=", self.program.id)], specification
            )

        few = [self._count(lambda m=model: read(m)) for model in models]
        members = self._enroll(*(f"M{number}" for number in range(40)))
        self.Member._post_points_batch(
            [
                {
                    "member": member,
                    "kind": "earn",
                    "points": 5,
                    "key": f"m{index}",
                    "expire_on": self.today + timedelta(days=40 * index),
                }
                for index, member in enumerate(members)
            ]
        )
        for model, count in zip(models, few, strict=True):
            with self.subTest(model):
                self.assertLessEqual(self._count(lambda m=model: read(m)), count + 1)
