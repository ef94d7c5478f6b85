import json
import re
from datetime import timedelta

from odoo.tests import HttpCase, new_test_user, tagged

from .common import MembershipCase

CARD = "/my/membership"
POINTS = "/my/membership/points"
PDF = "/my/membership/card.pdf"
CODE = "/my/membership/qr"


@tagged("post_install", "-at_install")
class TestPortalPoints(MembershipCase, HttpCase):
    """The pages of the card: points that come and go, ledger, code, print."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here = {
            "company_id": cls.company.id,
            "company_ids": [(6, 0, cls.company.ids)],
            "groups": "base.group_portal",
            "lang": "en_US",
        }
        cls.user = new_test_user(cls.env, "points_wang", name="Wang", **cls.here)
        cls.other = new_test_user(cls.env, "points_chen", name="Chen", **cls.here)
        cls.guest = new_test_user(cls.env, "points_guest", name="Guest", **cls.here)
        cls.member, cls.other_member = cls.Member._enroll(
            cls.user.partner_id | cls.other.partner_id
        )
        cls.today = cls.program._today()
        cls.soon = (cls.today.replace(day=1) + timedelta(days=62)).replace(day=15)

    def _page(self, path, login="points_wang"):
        self.authenticate(login, login)
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        return response.text

    def _text(self, path, login="points_wang"):
        """The words of the page, blanks collapsed."""
        return " ".join(re.sub(r"<[^>]+>", " ", self._page(path, login)).split())

    def _code(self, login="points_wang"):
        self.authenticate(login, login)
        return self.make_jsonrpc_request(CODE, {})

    # -- card -----------------------------------------------------------------
    def test_points_by_expiry_month(self):
        self.member._post_points("earn", 1200, "a", expire_on=self.soon)
        self.member._post_points("earn", 34, "b", expire_on=self.soon.replace(day=20))
        self.member._post_points("earn", 5, "c", expire_on=None)
        text = self._text(CARD)
        self.assertIn(f"{self.soon:%B %Y} The first ones", text)
        self.assertIn(f"through {self.soon:%m/%d/%Y} 1,234", text)

    def test_pending_points_and_their_day(self):
        self.assertNotIn("Pending points", self._text(CARD))
        self.member._post_points("earn", 88, "p", available_on=self.soon)
        self.assertIn(f"Usable from {self.soon:%m/%d/%Y} + 88", self._text(CARD))

    def test_keep_part_is_shown_when_there_is_one(self):
        self.assertNotIn("o_member_keep", self._page(CARD))
        self.patch(
            type(self.member),
            "_keep_progress",
            lambda self: {"percent": 40, "text": "Spend NT$600 more to stay"},
        )
        page = self._page(CARD)
        self.assertIn("Spend NT$600 more to stay", page)
        self.assertIn('aria-valuenow="40"', page)

    def test_tile_on_the_home_page(self):
        self.member._post_points("earn", 1234, "a")
        self.assertIn("General · 1,234 Points", self._text("/my"))
        self.assertIn(
            "Your member card, tier and points", self._text("/my", "points_guest")
        )

    # -- ledger ---------------------------------------------------------------
    def test_filters(self):
        self.member._post_points("earn", 111, "a")
        self.member._post_points("burn", 22, "b")
        self.member._post_points("expire", 3, "c")
        self.member._post_points("earn", 44, "d", available_on=self.soon)
        wanted = {
            "all": ("+111", "-22", "-3"),
            "earned": ("+111",),
            "redeemed": ("-22",),
            "expired": ("-3",),
            "nonsense": ("+111", "-22", "-3"),
        }
        for choice, shown in wanted.items():
            with self.subTest(choice):
                text = self._text(f"{POINTS}?filterby={choice}")
                found = re.findall(r"(?<= )[+-][\d,]+(?= )", text)
                self.assertEqual(sorted(found), sorted(shown))

    def test_pages(self):
        self.Member._post_points_batch(
            [
                {
                    "member": self.member,
                    "kind": "earn",
                    "points": 1000 + number,
                    "key": f"k{number}",
                }
                for number in range(45)
            ]
        )
        self.assertIn("+1,044", self._page(POINTS))
        self.assertIn("+1,000", self._page(f"{POINTS}/page/3?filterby=earned"))
        self.assertIn("+1,004", self._page(f"{POINTS}/page/99"))
        self.assertIn("filterby=earned", self._page(f"{POINTS}?filterby=earned"))

    def test_nothing_in_a_filter(self):
        self.assertIn("There is nothing here", self._page(f"{POINTS}?filterby=expired"))

    def test_links_to_own_orders_only(self):
        order = self._order(self.user.partner_id, 500)
        stranger = self._order(self.partner, 500)
        self.member._post_points("earn", 9, "odd", source=stranger)
        for path in (CARD, POINTS):
            page = self._page(path)
            self.assertIn(f'href="/my/orders/{order.id}"', page)
            self.assertIn(order.name, page)
            self.assertNotIn(f"/my/orders/{stranger.id}", page)
            self.assertNotIn(stranger.name, page)

    def test_nobody_sees_the_points_of_another(self):
        self.other_member._post_points(
            "earn", 98765, "o", explanation="seventy", expire_on=self.soon
        )
        for path in (CARD, POINTS, f"{POINTS}?member_id={self.other_member.id}", PDF):
            page = self._page(path)
            for text in ("Chen", self.other_member.number, "98,765", "seventy"):
                self.assertNotIn(text, page)

    def test_no_card_no_ledger_no_print(self):
        for path in (POINTS, PDF):
            self.authenticate("points_guest", "points_guest")
            response = self.url_open(path, allow_redirects=False)
            self.assertIn(response.status_code, (302, 303))
            self.assertTrue(response.headers["Location"].endswith(CARD))

    def test_signed_out(self):
        self.authenticate(None, None)
        for path in (POINTS, f"{POINTS}/page/2", PDF):
            response = self.url_open(path, allow_redirects=False)
            self.assertIn("/web/login", response.headers["Location"])
        answer = self.url_open(
            CODE, data=json.dumps({}), headers={"Content-Type": "application/json"}
        ).json()
        self.assertEqual(answer["error"]["code"], 100, "session expired")
        self.assertNotIn("svg", json.dumps(answer))

    def test_card_of_another_company(self):
        """The person is a member of one shop and looks at another one's portal."""
        other = self.env["res.company"].create({"name": "Other Shop"})
        self.env["loyalty.program"]._create_membership(other)
        self.member._post_points("earn", 777, "a")
        self.user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertIn("You are not a member yet", self._page(CARD))
        self.assertEqual(self._code(), {})

    # -- code -----------------------------------------------------------------
    def test_code_of_the_own_card(self):
        seen = []
        self.patch(
            type(self.member), "_signed_qr", lambda self: seen.append(self.id) or "X"
        )
        answer = self._code()
        self.assertEqual(answer["seconds"], 60)
        self.assertIn("<svg", answer["svg"])
        self._page(CARD)
        self._code("points_chen")
        self.assertEqual(seen, [self.member.id] * 2 + [self.other_member.id])

    def test_no_code_without_a_card_that_can_pay(self):
        self.assertEqual(self._code("points_guest"), {})
        for action in ("action_freeze", "action_close"):
            getattr(self.member, action)()
            self.assertEqual(self._code(), {})
            self.assertNotIn("o_member_code", self._page(CARD))

    def test_pages_with_a_code_are_not_kept(self):
        self.authenticate("points_wang", "points_wang")
        for path in (CARD, POINTS, PDF):
            self.assertEqual(self.url_open(path).headers["Cache-Control"], "no-store")

    # -- print ----------------------------------------------------------------
    def test_printed_card(self):
        page = self._page(PDF)
        for text in (
            "Wang",
            self.member.number,
            "General",
            "Membership Test Shop",
            "o_member_print_barcode",
            "o_member_print_qr",
        ):
            self.assertIn(text, page)
        self.assertNotIn("LM1:", page)

    def test_printed_card_as_pdf(self):
        Report = type(self.env["ir.actions.report"])
        self.patch(Report, "get_wkhtmltopdf_state", lambda self: "ok")
        calls = []

        def render(self, report_ref, res_ids=None, data=None):
            calls.append(res_ids)
            return b"%PDF-1.4", "pdf"

        self.patch(Report, "_render_qweb_pdf", render)
        self.authenticate("points_wang", "points_wang")
        response = self.url_open(f"{PDF}?member_id={self.other_member.id}")
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn(self.member.number, response.headers["Content-Disposition"])
        self.assertEqual(response.content, b"%PDF-1.4")
        self.assertEqual(calls, [self.member.ids])

    def test_closed_membership_prints_nothing(self):
        self.member.action_close()
        self.assertIn("Your membership has ended", self._page(PDF))

    # -- statements -----------------------------------------------------------
    def test_statements_do_not_grow_with_entries(self):
        def count(entries):
            self.Member._post_points_batch(
                [
                    {
                        "member": self.member,
                        "kind": "earn",
                        "points": 1,
                        "key": f"{entries}-{number}",
                        "expire_on": self.soon + timedelta(days=31 * number),
                    }
                    for number in range(entries)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.member._card_values()
            return self.env.cr.sql_log_count - before

        count(1)
        few = count(2)
        self.assertLessEqual(count(18), few)
