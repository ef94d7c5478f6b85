from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..tools.tax_id import plain_tax_id
from .common import MembershipCase

# sums divisible by 10: valid before and after April 2023
OLD = ("12345675", "04595257", "84149961", "22099131")
# sums divisible by 5 only: valid since April 2023; python-stdnum refuses them
NEW = ("04595252", "22099136", "10458570")
WRONG = ("12345678", "04595253", "22099132", "00000001")
# refused before the check digit is asked
UNREADABLE = ("1234567A", "A123456789", "1234567", "123456789", "", "٠٤٥٩٥٢٥٧")


@tagged("post_install", "-at_install")
class TestTaxId(MembershipCase):
    def test_digits(self):
        for text, expected in [
            ("12345675", "12345675"),
            (" 1234-5675 ", "12345675"),
            ("１２３４５６７５", "12345675"),
            *((text, None) for text in UNREADABLE),
            (None, None),
        ]:
            with self.subTest(text):
                self.assertEqual(plain_tax_id(text), expected)

    def test_numbers_of_before_and_after_april_2023(self):
        partners = self.env["res.partner"]
        for number in OLD + NEW:
            with self.subTest(number):
                self.assertEqual(partners._checked_tax_id(number), number)
                self.assertTrue(partners.check_vat_tw(number))
        for number in WRONG:
            with self.subTest(number), self.assertRaises(ValidationError):
                partners._checked_tax_id(number)
        for number in UNREADABLE:
            with (
                self.subTest(number),
                self.assertRaisesRegex(ValidationError, "not eight digits"),
            ):
                partners._checked_tax_id(number)
            self.assertFalse(partners.check_vat_tw(number))

    def test_contacts_in_taiwan_are_checked_when_saved(self):
        taiwan = {"country_id": self.env.ref("base.tw").id, "is_company": True}
        partner = self.env["res.partner"].create({"name": "Tea Ltd", **taiwan})
        for number in OLD[:1] + NEW[:1]:
            partner.vat = number
        for number in ("1234567A", "12345678"):
            # Odoo alone fails on the letter with a ValueError
            with self.subTest(number), self.assertRaises(ValidationError):
                partner.vat = number
        self.assertEqual(partner.vat, NEW[0])
