import datetime
import re

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..models.base_masked_search import EXACT_VALUES, exact_values
from ..models.pdpa_field import KINDS
from ..tools.masking import TOKEN, is_masked, mask, same_entry


@tagged("post_install", "-at_install")
class TestMaskingTools(BaseCase):
    def test_looks(self):
        for kind, value, shown in (
            ("phone", "0912-345-678", "0912•••678"),
            ("phone", "+886 912 345 678", "+8869•••678"),
            ("phone", "02-2345", TOKEN),
            ("email", "amy.lin@example.com", "a•••@•••.com"),
            ("email", "Amy Lin <amy.lin@example.com.tw>", "Amy Lin <a•••@•••.tw>"),
            ("email", "al@example.com", "•••@•••.com"),
            ("email", "no address", TOKEN),
            ("name", "Amy Lin", "Amy Lin"),
            ("name", "amy.lin@example.com", "a•••@•••.com"),
            ("address", "臺北市大安區永康街1號", TOKEN),
            ("vat", "04595257", "•••257"),
            ("vat", "1234", TOKEN),
            ("id_number", "A123456789", "•••789"),
            ("bank", "012-345678901", "•••901"),
            ("birthdate", datetime.date(1990, 2, 28), False),
            ("other", "anything", TOKEN),
            ("phone", False, False),
            ("email", "", ""),
        ):
            with self.subTest(kind=kind, value=value):
                self.assertEqual(mask(kind, value), shown)

    @given(kind=st.sampled_from(sorted(dict(KINDS))), value=st.text(min_size=1))
    def test_a_mask_can_be_told_from_a_value_and_hides_something(self, kind, value):
        shown = mask(kind, value)
        self.assertTrue(is_masked(shown))
        if not is_masked(value):
            self.assertNotEqual(shown, value)

    @given(digits=st.text("0123456789", min_size=10, max_size=15))
    def test_a_telephone_number_hides_at_least_three_digits(self, digits):
        seen = re.sub(r"\D", "", mask("phone", digits))
        self.assertLessEqual(len(seen), len(digits) - 3)

    @given(
        local=st.text("abcdefgh0123._", min_size=3, max_size=12),
        name=st.text("abcdefgh", min_size=3, max_size=10),
    )
    def test_an_address_shows_one_letter_and_the_ending(self, local, name):
        shown = mask("email", f"{local}@{name}.com")
        self.assertEqual(shown, f"{local[0]}•••@•••.com")

    def test_same_entry(self):
        self.assertTrue(same_entry("phone", "0912345678", "+886 912 345 678"))
        self.assertFalse(same_entry("phone", "0912345678", "0912345679"))
        self.assertFalse(same_entry("phone", "5678", "0912345678"), "too short")
        self.assertTrue(same_entry("email", "Amy@x.com ", "amy@x.com"))
        self.assertFalse(same_entry("email", None, "amy@x.com"))

    def test_exact_values(self):
        for kind, operator, value, found in (
            ("email", "=", "Amy@X.com", ["amy@x.com"]),
            ("email", "ilike", "amy@x.com", ["amy@x.com"]),
            ("email", "ilike", "%amy@x.com", None),
            ("email", "ilike", "amy", None),
            ("email", "=ilike", "%@x.com", None),
            ("email", "in", ["amy@x.com", "ben@x.com"], ["amy@x.com", "ben@x.com"]),
            ("email", "in", ["amy@x.com", "ben"], None),
            ("email", "!=", "amy@x.com", None),
            ("email", "not in", ["amy@x.com"], None),
            ("email", "=", 7, None),
            ("phone", "=", "0912-345-678", ["0912-345-678"]),
            ("phone", "ilike", "0912", None),
            ("phone", "=like", "091234567_", None),
            ("phone", "=like", "%12345678", None),
            ("phone", "in", ["0912345678"] * (EXACT_VALUES + 1), None),
            ("phone", ">", "0912345678", None),
            ("street", "=", "Yongkang Street 1", None),
            ("vat", "=", "04595257", None),
        ):
            with self.subTest(kind=kind, operator=operator, value=value):
                self.assertEqual(exact_values(kind, operator, value), found)
