import base64
import io
from datetime import date

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools import import_rows as cells
from .common import MembershipCase

HEADER = ("Member No.", "Name", "Phone", "E-mail", "Birthday", "Joined On")
HEADER += ("Points", "Origin", "Expires On")


def csv(*rows, header=HEADER):
    return "\n".join("\t".join(map(str, row)) for row in (header, *rows))


def row(number="", name="", phone="", email="", birthday="", joined="", **values):
    return (
        number,
        name,
        phone,
        email,
        birthday,
        joined,
        values.get("points", ""),
        values.get("origin", ""),
        values.get("expires", ""),
    )


@tagged("post_install", "-at_install")
class TestCells(MembershipCase):
    def test_cells(self):
        for text, expected in [
            ("2027-01-31", date(2027, 1, 31)),
            ("2027/1/31", date(2027, 1, 31)),
            ("2027.01.31", date(2027, 1, 31)),
            ("20270131", date(2027, 1, 31)),
            (" ", None),
        ]:
            self.assertEqual(cells.parse_date(text), expected)
        for text in ("31.1.2027", "2027-02-30", "soon"):
            with self.assertRaises(ValueError):
                cells.parse_date(text)
        for text, expected in [("", 0), ("0", 0), ("1,234", 1234), (" 7 ", 7)]:
            self.assertEqual(cells.parse_points(text), expected)
        for text in ("-1", "1.5", "x", "٣", str(2**31)):
            with self.assertRaises(ValueError):
                cells.parse_points(text)
        for text, expected in [("", "earned"), ("Paid", "paid"), ("贈點", "bonus")]:
            self.assertEqual(cells.parse_origin(text), expected)
        with self.assertRaises(ValueError):
            cells.parse_origin("gift")


@tagged("post_install", "-at_install")
class TestImport(MembershipCase):
    """Members of an old system come with numbers, points and expiry."""

    def _wizard(self, *rows, key="old.csv", header=HEADER, **values):
        return self.env["loyalty.member.import"].create(
            {"pasted": csv(*rows, header=header), "file_key": key, **values}
        )

    def _import(self, *rows, **values):
        wizard = self._wizard(*rows, **values)
        wizard.action_import()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(self.Member._prove())
        return wizard

    def _member(self, number):
        return self.Member.search(
            [("program_id", "=", self.program.id), ("number", "=", number)]
        )

    def _errors(self, *rows, **values):
        wizard = self._wizard(*rows, **values)
        wizard.action_check()
        return wizard.error_text or ""

    def test_new_member_with_lots(self):
        wizard = self._import(
            row(
                "OLD-1",
                "Lin",
                "0912 345 678",
                "lin@example.com",
                "1990/5/17",
                "2020-01-02",
                points="1,000",
                expires="2999-12-31",
            ),
            row("OLD-1", points=50, origin="bonus", expires="2998-06-30"),
            row("OLD-1", points=7, origin="paid"),
        )
        self.assertEqual((wizard.new_count, wizard.point_count), (1, 1057))
        member = self._member("OLD-1")
        self.assertPoints(member, 1057)
        self.assertEqual((member.channel, member.card_id.code), ("import", "OLD-1"))
        self.assertEqual(member.joined_on, date(2020, 1, 2))
        self.assertEqual(member.loyalty_birthdate, date(1990, 5, 17))
        self.assertEqual(member.phone_sanitized, "+886912345678")
        self.assertEqual(member.partner_id.email, "lin@example.com")
        self.assertEqual(
            {(lot.granted, lot.origin, lot.expire_on) for lot in member.lot_ids},
            {
                (1000, "earned", date(2999, 12, 31)),
                (50, "bonus", date(2998, 6, 30)),
                (7, "paid", False),
            },
        )
        self.assertEqual(set(member.entry_ids.mapped("kind")), {"import"})

    def test_same_file_again_changes_nothing(self):
        rows = [
            row("OLD-1", "Lin", "0912345678", points=10, expires="2999-12-31"),
            row("", "Wu", "0912345679", points=20),
            row("OLD-3", "Ho", points=0),
        ]
        self._import(*rows)
        partners = self.env["res.partner"].search_count([])
        members = self.Member.search([("company_id", "=", self.company.id)])
        wizard = self._import(*rows)
        self.assertEqual((wizard.done_count, wizard.point_count), (2, 0))
        self.assertEqual(wizard.new_count, 0)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        after = self.Member.search([("company_id", "=", self.company.id)])
        self.assertEqual(after, members)
        self.assertEqual(sum(after.mapped("balance")), 30)

    def test_changed_line_of_the_same_file(self):
        self._import(row("OLD-1", "Lin", points=10))
        for changed in (
            row("OLD-1", "Lin", points=11),
            row("OLD-1", "Lin", points=10, origin="bonus"),
            row("OLD-1", "Lin", points=10, expires="2999-12-31"),
            row("OLD-2", "Lin", points=10),
        ):
            with self.subTest(changed):
                self.assertIn("imported with other values", self._errors(changed))
        self._import(row("OLD-1", "Lin", points=11), key="second.csv")
        self.assertPoints(self._member("OLD-1"), 21)

    def test_existing_contacts_are_found_exactly(self):
        self.partner.write({"phone": "+886912345678", "email": "wang@example.com"})
        self._import(row("OLD-1", "", "0912-345-678", points=5))
        self.assertEqual(self._member("OLD-1").partner_id, self.partner)
        other = self.env["res.partner"].create({"name": "B", "email": "b@example.com"})
        self._import(row("OLD-2", "", "", "B@Example.com"), key="2")
        self.assertEqual(self._member("OLD-2").partner_id, other)
        self.assertNotIn("b@example.comm", self._errors(row("X", "N", "", "b@x.com")))

    def test_member_without_a_number_gets_one(self):
        self._import(row("", "Lin", "0912345678", points=5))
        member = self.Member.search([("phone_sanitized", "=", "+886912345678")])
        self.assertRegex(member.number, r"^044\d{7}$")
        self.assertPoints(member, 5)

    def test_points_for_members_that_exist(self):
        member = self.Member._enroll(self.partner)
        self._import(row(member.number, points=5))
        self.assertPoints(member, 5)

    def test_merged_number_leads_to_the_remaining_member(self):
        keep, gone = self._enroll("Keep", "Gone")
        number = gone.number
        gone.sudo()._merge_into(keep)
        self._import(row(number, points=5))
        self.assertPoints(keep, 5)

    def test_every_error_names_line_and_field(self):
        self.partner.write({"phone": "+886912345678", "email": "wang@example.com"})
        member = self.Member._enroll(self.partner)
        closed = self._enroll("Closed")
        closed.action_close()
        twins = [{"name": f"T{i}", "email": "twin@example.com"} for i in (1, 2)]
        self.env["res.partner"].create(
            [*twins, {"name": "C", "email": "c@example.com"}]
        )
        other = self.env["res.company"].create({"name": "Other"})
        self.env["loyalty.program"]._create_membership(other)
        foreign = self.Member.with_company(other)._enroll(
            self.env["res.partner"].create({"name": "F"})
        )
        for bad, message in [
            (row(name="Nobody", points=5), "Fill in “Member No.”"),
            (row("N1"), "Fill in “Name”"),
            (row("N1", "A", "12"), "“Phone”: 12"),
            (row("N1", "A", "", "nonsense"), "“E-mail”: nonsense"),
            (row("N1", "A", birthday="yesterday"), "“Birthday”: yesterday"),
            (row("N1", "A", birthday="2999-01-01"), "“Birthday” is not possible"),
            (row("N1", "A", joined="x"), "“Joined On”: x"),
            (row("N1", "A", points="1.5"), "“Points”: 1.5"),
            (row("N1", "A", points="-3"), "“Points”: -3"),
            (row("N1", "A", origin="gift"), "“Origin”: gift"),
            (row("N1", "A", points=1, expires="32.1."), "“Expires On”: 32.1."),
            (row("N1", "A", points=1, expires="2020-01-01"), "is past"),
            (row("N1", "A", origin="paid", expires="2999-01-01"), "may not expire"),
            (row("N1", "A", "0912345678"), "is member"),
            (row("N1", "", "", "twin@example.com"), "several contacts"),
            (row("N1", "", "0988111222", "twin@example.com"), "several contacts"),
            (row(closed.number, points=1), "is closed"),
            (row(foreign.number, "A"), "this number is taken"),
            (row(member.number, "", "", "c@example.com"), "another contact"),
        ]:
            with self.subTest(bad):
                text = self._errors(bad)
                self.assertIn(message, text)
                self.assertTrue(text.startswith("Line 2:"))

    def test_two_members_with_one_phone_in_the_file(self):
        text = self._errors(
            row("N1", "A", "0988111222"), row("N2", "B", "+886988111222")
        )
        self.assertIn("Line 3: “Phone”: line 2", text)

    def test_all_or_nothing(self):
        good, bad = row("G1", "Good", points=5), row("B1", "Bad", points="x")
        wizard = self._wizard(good, bad)
        with self.assertRaisesRegex(UserError, "1 lines have errors(?s:.)*Line 3"):
            wizard.action_import()
        self.assertFalse(self._member("G1"))

    def test_valid_lines_only_then_the_corrected_file(self):
        rows = [
            row("G1", "Good", points=5),
            row("B1", "Bad", points="x"),
            row("B1", points=9),
        ]
        wizard = self._import(*rows, policy="valid")
        self.assertEqual((wizard.member_count, wizard.error_count), (1, 1))
        self.assertPoints(self._member("G1"), 5)
        self.assertFalse(self._member("B1"), "left out with all its lines")
        rows[1] = row("B1", "Bad", points=3)
        self._import(*rows, policy="valid")
        self.assertPoints(self._member("G1"), 5)
        self.assertPoints(self._member("B1"), 12)

    def test_report(self):
        wizard = self._wizard(
            row("G1", "Good", points=5),
            row("=1+1", "Bad", points="x"),
            row("=1+1", "Bad", points="2"),
        )
        wizard.action_check()
        self.assertIn("/report/", wizard.action_report()["url"])
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(wizard.report)))
        lines = list(book.active.iter_rows(values_only=True))
        self.assertEqual(lines[0], ("Line", "Member No.", "Result", "Error"))
        self.assertEqual(lines[1][:3], (2, "G1", "Ready"))
        self.assertEqual(lines[2][:3], (3, "=1+1", "Error"))
        self.assertIn("“Points”", lines[2][3])
        self.assertIn("another line", lines[3][2])
        self.assertEqual(book.active["B3"].data_type, "s", "no formula")
        self.assertFalse(self._member("G1"), "a dry run")

    def test_template_can_be_imported(self):
        for lang, number in (("en_US", "Member no."), ("zh_TW", "會員編號")):
            self.env["res.lang"]._activate_lang(lang)
            wizard = self._wizard().with_context(lang=lang)
            wizard.action_template()
            content = base64.b64decode(wizard.report)
            book = openpyxl.load_workbook(io.BytesIO(content))
            self.assertEqual(book.active["A1"].value, number)
            self.assertEqual(book.active.max_column, 9)
            book.active.append(row(f"T-{lang}", "Template", points=5))
            stream = io.BytesIO()
            book.save(stream)
            imported = self.env["loyalty.member.import"].create(
                {
                    "file": base64.b64encode(stream.getvalue()),
                    "file_name": f"members-{lang}.xlsx",
                }
            )
            self.assertEqual(imported.file_key, f"members-{lang}.xlsx")
            imported.action_import()
            self.assertPoints(self._member(f"T-{lang}"), 5)

    def test_without_the_expiry_column_the_program_decides(self):
        self.program.write({"expiry_model": "rolling", "expiry_months": 12})
        header = ("Member No.", "Name", "Points", "Origin")
        self._import(("A1", "A", 5, ""), ("A1", "A", 7, "paid"), header=header, key="a")
        self.assertEqual(
            set(self._member("A1").lot_ids.mapped(lambda lot: bool(lot.expire_on))),
            {True, False},
        )
        self._import(row("B1", "B", points=5), key="b")
        self.assertFalse(self._member("B1").lot_ids.expire_on)

    def test_welcome_gift_is_not_for_them(self):
        self.env["loyalty.benefit"].create(
            {"name": "W", "program_id": self.program.id, "kind": "welcome"}
        )
        self._import(row("A1", "A", points=5))
        self.assertPoints(self._member("A1"), 5)

    def test_numbers_are_not_drawn_again(self):
        member = self._enroll("Now")
        following = f"{int(member.number) + 1:010d}"
        self._import(row(following, "Old"))
        self.assertEqual(self._enroll("Next").number, f"{int(following) + 1:010d}")

    def test_no_file_no_key_no_right(self):
        with self.assertRaisesRegex(UserError, "Choose"):
            self.env["loyalty.member.import"].create({"file_key": "x"}).action_check()
        with self.assertRaisesRegex(UserError, "File Key"):
            self._wizard(row("A", "A"), key=" ").action_check()
        clerk = self._user("import_clerk", "clerk")
        wizard = self._wizard(row("A", "A"))
        with self.assertRaises(AccessError):
            wizard.with_user(clerk).action_import()

    def test_too_many_lines(self):
        self.patch(type(self.env["loyalty.member.import"]), "_max_rows", 2)
        rows = [row(f"A{i}", "A") for i in range(3)]
        with self.assertRaisesRegex(UserError, "more than 2 rows"):
            self._wizard(*rows).action_check()

    def test_statements_per_chunk_do_not_grow(self):
        def count(number, key):
            rows = [
                row(f"{key}{i}", f"N{i}", f"09{ord(key)}{i:06d}", points=i + 1)
                for i in range(number)
            ]
            wizard = self._wizard(*rows, key=key)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard.action_import()
            self.env.flush_all()
            spent = self.env.cr.sql_log_count - before
            self.assertTrue(self._member(f"{key}{number - 1}"))
            return spent

        count(2, "W")
        self.assertLessEqual(count(60, "M"), count(2, "S") + 10)
