import datetime

from odoo import fields
from odoo.tests import HttpCase, tagged

from ..tools import placeholders, tracked_links
from .common import LineCase, LineMixin

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari Line/14.5.0"
PREVIEW = "facebookexternalhit/1.1;line-poker/1.0"
SHOP = "https://shop.example.com/sale?utm=1&x=2"


@tagged("post_install", "-at_install")
class TestClick(LineCase):
    def setUp(self):
        super().setUp()
        self.writes("hi")

    def test_links_in_a_text(self):
        table = [
            ("no link", []),
            ("see https://a.example/x.", ["https://a.example/x"]),
            ("(https://a.example/x)", ["https://a.example/x"]),
            ("到 https://a.example/x。謝謝", ["https://a.example/x"]),
            ("https://a.example/?q=1&r=2#top!", ["https://a.example/?q=1&r=2#top"]),
            (
                "HTTP://A.example http://b.example",
                ["HTTP://A.example", "http://b.example"],
            ),
            ("https://a.example https://a.example", ["https://a.example"]),
            ("javascript:alert(1) ftp://a.example", []),
            (None, []),
        ]
        for text, expected in table:
            with self.subTest(text):
                self.assertEqual(tracked_links.find(text), expected)
        self.assertEqual(
            tracked_links.replace(
                "a https://x.example/1, b", {"https://x.example/1": "S"}
            ),
            "a S, b",
        )

    def test_who_is_a_person(self):
        table = [
            ("GET", PHONE, "", True),
            ("GET", "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0", "", True),
            ("HEAD", PHONE, "", False),
            ("GET", PREVIEW, "", False),
            ("GET", "Googlebot/2.1", "", False),
            ("GET", "", "", False),
            ("GET", PHONE, " prefetch;prerender", False),
        ]
        for method, agent, purpose, expected in table:
            with self.subTest(agent=agent, method=method, purpose=purpose):
                self.assertEqual(
                    tracked_links.is_person(method, agent, purpose), expected
                )

    def test_every_person_has_a_code_of_their_own(self):
        other = self.new_customer("Other")
        self.writes("hi", other)
        users = (self.line_user, self.line_user_of(other))
        texts = {user: f"Look: {SHOP}." for user in users}
        short = self.env["line.click"]._shorten(texts, "m:1")
        links = self.env["line.click"].search([("cause", "=", "m:1")])
        self.assertEqual(len(links), 2)
        self.assertEqual(len(links.link_id), 1, "one address, one tracker")
        self.assertNotEqual(*links.mapped("code"))
        for user, text in short.items():
            link = links.filtered(lambda row, user=user: row.line_user_id == user)
            self.assertEqual(text, f"Look: {link._address()}.")
            self.assertGreaterEqual(len(link.code), 128 / 6)
            self.assertNotIn("shop.example.com", text)
        self.assertEqual(self.env["line.click"]._shorten(texts, "m:1"), short)
        self.assertNotEqual(self.env["line.click"]._shorten(texts, "m:2"), short)

    def test_number_of_queries_does_not_grow(self):
        users = [self.line_user]
        for number in range(4):
            customer = self.new_customer(f"Customer {number}")
            self.writes("hi", customer)
            users.append(self.line_user_of(customer))
        clicks = self.env["line.click"]
        clicks._shorten({users[0]: SHOP}, "warm")

        def count(cause, texts):
            self.env.flush_all()
            before = self.cr.sql_log_count
            clicks._shorten(texts, cause)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        one = count("one", {users[0]: SHOP})
        self.assertLessEqual(count("five", dict.fromkeys(users, SHOP)), one + 2)

    def test_the_code_is_for_system_administrators(self):
        manager = self._new_user("manager", "crm_line.group_line_manager")
        names = self.env["line.click"].with_user(manager).fields_get()
        self.assertNotIn("code", names)

    def test_placeholders(self):
        table = [
            ("Hello {{ object.name }}", ["name"]),
            (
                "{{object.partner_id.phone or object.name}}",
                ["partner_id.phone", "name"],
            ),
            ("object.name {{ user.name }}", []),
            (None, []),
        ]
        for text, expected in table:
            self.assertEqual(placeholders.paths(text), expected)


@tagged("post_install", "-at_install")
class TestClickPage(LineMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_line()

    def setUp(self):
        super().setUp()
        self.writes("hi")
        texts = {self.line_user: SHOP}
        self.address = self.env["line.click"]._shorten(texts, "m:1")[self.line_user]
        self.link = self.env["line.click"].search([("cause", "=", "m:1")])

    def follow(self, agent=PHONE, path=None, method="GET", **headers):
        path = path or "/line/r/" + self.address.rsplit("/", 1)[1]
        response = self.url_open(
            path,
            method=method,
            headers={"User-Agent": agent, **headers},
            allow_redirects=False,
        )
        self.link.invalidate_recordset()
        return response

    def test_a_person_is_counted_and_led_on(self):
        response = self.follow()
        self.assertEqual(response.status_code, 302)
        self.assertEqual(response.headers["Location"], SHOP)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(self.link.click_count, 1)
        first = self.link.first_click_at
        self.follow()
        self.assertEqual(self.link.click_count, 2)
        self.assertEqual(self.link.first_click_at, first)
        self.assertTrue(self.link.last_click_at)
        self.assertEqual(self.link.link_id.count, 2)
        self.assertFalse(self.link.link_id.link_click_ids.filtered("ip"))

    def test_machines_are_led_on_and_not_counted(self):
        for options in (
            {"agent": PREVIEW},
            {"method": "HEAD"},
            {"Purpose": "prefetch"},
            {"Sec-Purpose": "prefetch;prerender"},
        ):
            with self.subTest(options):
                response = self.follow(**options)
                self.assertEqual(response.status_code, 302)
                self.assertEqual(self.link.click_count, 0)

    def test_unknown_and_expired(self):
        self.assertEqual(self.follow(path="/line/r/unknown").status_code, 404)
        self.link.sudo().expires_at = fields.Datetime.now() - datetime.timedelta(1)
        self.env.flush_all()
        self.assertEqual(self.follow().status_code, 404)
        self.assertEqual(self.link.click_count, 0)
