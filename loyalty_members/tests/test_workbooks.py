import io

from openpyxl import load_workbook

from odoo.tests import HttpCase, new_test_user, tagged

from ..tools.xlsx import workbook
from .common import MembershipCase

URLS = ("/loyalty_members/liability.xlsx", "/loyalty_members/expiry.xlsx")


@tagged("post_install", "-at_install")
class TestWorkbooks(MembershipCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here = {
            "company_id": cls.company.id,
            "company_ids": [(6, 0, cls.company.ids)],
            "lang": "en_US",
        }
        cls.viewer = new_test_user(
            cls.env, "book_viewer", groups="loyalty_members.group_viewer", **cls.here
        )
        cls.member = cls._enroll("Wang")
        cls.today = cls.program._today()
        cls.member._post_points("earn", 120, "a", expire_on=cls.today)
        cls.member._post_points("gift", 30, "b", expire_on=None)

    def _sheet(self, url, login="book_viewer"):
        self.authenticate(login, login)
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        self.assertIn("spreadsheetml", response.headers["Content-Type"])
        self.assertIn("attachment", response.headers["Content-Disposition"])
        return load_workbook(io.BytesIO(response.content)).active

    def test_liability(self):
        self.program.breakage_ratio = 0.1
        sheet = self._sheet(URLS[0])
        heading, *lines, total = sheet.iter_rows(values_only=True)
        self.assertEqual(sheet.title, "Points Liability")
        self.assertIn("Expected Breakage", heading)
        column = heading.index("Liability")
        self.assertEqual(sorted(line[column] for line in lines), [27, 108])
        self.assertEqual(total[column], 135)
        self.assertEqual({line[0] for line in lines}, {"Membership Test Shop"})
        self.assertEqual(
            {line[heading.index("Status")] for line in lines}, {"Available"}
        )

    def test_expiry(self):
        heading, line, total = self._sheet(URLS[1]).iter_rows(values_only=True)
        self.assertEqual(line[heading.index("Points")], 120)
        self.assertEqual(line[heading.index("Last Day")].date(), self.today)
        self.assertEqual(total[heading.index("Points")], 120)

    def test_other_companies_are_not_in_the_file(self):
        other = self.env["res.company"].create({"name": "Other Shop"})
        values = {"company_id": other.id, "company_ids": [(6, 0, other.ids)]}
        new_test_user(
            self.env,
            "book_stranger",
            groups="loyalty_members.group_manager",
            **{**self.here, **values},
        )
        for url in URLS:
            with self.subTest(url):
                rows = list(self._sheet(url, "book_stranger").iter_rows())
                self.assertEqual(len(rows), 1, "only the heading")

    def test_no_name_of_a_member_in_the_files(self):
        self.member.partner_id.name = "Canary Person"
        for url in URLS:
            for row in self._sheet(url).iter_rows(values_only=True):
                self.assertNotIn("Canary", str(row))

    def test_no_right_no_file(self):
        new_test_user(self.env, "book_clerk", groups="base.group_user", **self.here)
        new_test_user(self.env, "book_portal", groups="base.group_portal", **self.here)
        for login in ("book_clerk", "book_portal"):
            self.authenticate(login, login)
            for url in URLS:
                with self.subTest(url, login=login):
                    self.assertEqual(self.url_open(url).status_code, 403)

    def test_signed_out(self):
        self.authenticate(None, None)
        for url in URLS:
            response = self.url_open(url, allow_redirects=False)
            self.assertIn("/web/login", response.headers["Location"])

    def test_texts_are_no_formulas_and_titles_are_valid(self):
        data = workbook("A/B: [" + "x" * 40, [("=1+1", "text")], [["=2+2"], [None]])
        sheet = load_workbook(io.BytesIO(data)).active
        self.assertEqual([cell.value for cell in sheet["A"]], ["=1+1", "=2+2", None])
        self.assertEqual({cell.data_type for cell in sheet["A"]} - {"n"}, {"s"})
        self.assertEqual(len(sheet.title), 31)
