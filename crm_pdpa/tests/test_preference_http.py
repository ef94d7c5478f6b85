import re
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import PdpaCase

NOT_MUTATING = ("/pdpa/p/", "/pdpa/u/")


@tagged("post_install", "-at_install")
class TestPreferencePages(PdpaCase, HttpCase):
    """The pages over HTTP: a GET never changes anything."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receipt._record(cls.anna, "marketing", "grant", ["email", "line"])
        cls.tokens = cls.env["pdpa.preference.token"]
        cls.token = cls.tokens._issue(cls.anna, cls.company)

    def _count(self):
        return self.receipt.search_count([("partner_id", "in", self.partners.ids)])

    def _post(self, url, data, page=None):
        html = self.url_open(page or url).text
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', html).group(1)
        return self.url_open(url, data={"csrf_token": csrf, **data})

    def test_get_shows_and_changes_nothing(self):
        before = self._count()
        for prefix in NOT_MUTATING:
            response = self.url_open(prefix + self.token)
            with self.subTest(url=prefix):
                self.assertEqual(response.status_code, 200)
                self.assertIn("Formosa Living", response.text)
                self.assertIn("Membership, marketing and order service.", response.text)
                self.assertIn("noindex", response.headers["X-Robots-Tag"])
                self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
                self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(self._count(), before)
        self.assertFalse(self.tokens._find(self.token).used_at)
        outside = re.findall(r'(?:src|href)="(https?:)?//', response.text)
        self.assertFalse(outside, "no third-party assets")

    def test_get_with_parameters_changes_nothing(self):
        before = self._count()
        self.url_open(f"/pdpa/u/{self.token}?List-Unsubscribe=One-Click")
        self.url_open(f"/pdpa/p/{self.token}?stop=1")
        self.assertEqual(self._count(), before)

    def test_post_saves(self):
        response = self._post(
            f"/pdpa/p/{self.token}",
            {"tick": ["marketing.line"], "version.marketing": str(self.version.id)},
        )
        self.assertEqual(response.status_code, 200)
        self.assertIn("takes effect at once", response.text)
        self.assertFalse(self.gate._filter(self.anna, "marketing", "email"))
        self.assertTrue(self.gate._filter(self.anna, "marketing", "line"))
        last = self.anna.pdpa_receipt_ids.sorted("id")[-1]
        self.assertEqual((last.event, last.via), ("withdraw", "link"))
        self.assertTrue(last.ip)
        self.assertTrue(last.user_agent)
        self.assertTrue(self.tokens._find(self.token).used_at)

    def test_post_needs_csrf(self):
        before = self._count()
        response = self.url_open(f"/pdpa/p/{self.token}", data={"stop": "1"})
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self._count(), before)

    def test_stop_button(self):
        self._post(f"/pdpa/p/{self.token}", {"stop": "1"})
        self.assertFalse(self.gate._filter(self.anna, "marketing", "email"))
        self.assertTrue(self.gate._filter(self.anna, "marketing", "line"))

    def test_stale_notice_is_explained(self):
        self.version.copy().action_publish()
        ticks = ["marketing.email", "marketing.line", "marketing.sms"]
        before = self._count()
        response = self._post(
            f"/pdpa/p/{self.token}",
            {"tick": ticks, "version.marketing": str(self.version.id)},
        )
        self.assertEqual(response.status_code, 409)
        self.assertIn("replaced while you were reading", response.text)
        self.assertEqual(self._count(), before)

    def test_one_click(self):
        response = self.url_open(
            f"/pdpa/u/{self.token}", data={"List-Unsubscribe": "One-Click"}
        )
        self.assertEqual(response.status_code, 200)
        self.assertFalse(self.gate._filter(self.anna, "marketing", "email"))
        self.assertTrue(self.gate._filter(self.anna, "marketing", "line"))
        count = self._count()
        self.url_open(f"/pdpa/u/{self.token}", data={"List-Unsubscribe": "One-Click"})
        self.assertEqual(self._count(), count)

    def test_one_click_needs_its_body(self):
        before = self._count()
        response = self.url_open(f"/pdpa/u/{self.token}", data={"x": "y"})
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self._count(), before)

    def test_expired_and_unknown_links(self):
        expired = self.tokens._issue(self.anna, self.company)
        self.tokens._find(expired).expires_at = fields.Datetime.now() - timedelta(1)
        before = self._count()
        one_click = {"List-Unsubscribe": "One-Click"}
        for token, status, words in (
            (expired, 410, ("已失效", "no longer valid")),
            ("A" * 22, 404, ("找不到", "do not know")),
        ):
            for response in (
                self.url_open(f"/pdpa/p/{token}"),
                self.url_open(f"/pdpa/u/{token}"),
                self.url_open(f"/pdpa/u/{token}", data=one_click),
                self.url_open(f"/pdpa/p/{token}/receipt/x.json"),
            ):
                with self.subTest(status=status, url=response.url):
                    self.assertEqual(response.status_code, status)
                    for word in words:
                        self.assertIn(word, response.text)
                    self.assertNotIn("Anna", response.text)
        self.assertEqual(self._count(), before)

    def test_foreign_receipt(self):
        own = self.anna.pdpa_receipt_ids[0]
        foreign = self.receipt._record(self.ben, "marketing", "grant", ["email"])
        url = f"/pdpa/p/{self.token}/receipt/"
        self.assertEqual(
            self.url_open(f"{url}{own.uuid}.json").json()["header"]["record_id"],
            own.uuid,
        )
        self.assertEqual(self.url_open(f"{url}{foreign.uuid}.json").status_code, 404)

    def test_portal_page(self):
        portal = self._new_user("portal", "base.group_portal")
        portal.partner_id.name = "Portal Person"
        self.authenticate(portal.login, portal.login)
        response = self._post(
            "/my/consents",
            {"tick": ["marketing.sms"], "version.marketing": str(self.version.id)},
        )
        self.assertEqual(response.status_code, 200)
        self.assertIn("takes effect at once", response.text)
        receipt = portal.partner_id.pdpa_receipt_ids
        self.assertEqual((receipt.via, receipt.channels), ("portal", "sms"))
        self.assertEqual(receipt.user_id, portal)
        file = self.url_open(f"/my/consents/receipt/{receipt.uuid}.json")
        self.assertEqual(file.json()["event"]["event_state"], "consent given")
        foreign = self.anna.pdpa_receipt_ids[0]
        other = self.url_open(f"/my/consents/receipt/{foreign.uuid}.json")
        self.assertEqual(other.status_code, 404)
        self.assertIn("/my/consents", self.url_open("/my").text)
        self._post("/my/consents", {"stop": "1"})
        self.assertFalse(self.gate._filter(portal.partner_id, "marketing", "email"))

    def test_staff_file_follows_the_rights(self):
        receipt = self.anna.pdpa_receipt_ids[0]
        url = f"/pdpa/receipt/{receipt.uuid}.json"
        self.authenticate(self.user.login, self.user.login)
        self.assertEqual(self.url_open(url).json()["header"]["record_id"], receipt.uuid)
        self.assertEqual(self.url_open("/pdpa/receipt/none.json").status_code, 404)
        self.authenticate(self.employee.login, self.employee.login)
        self.assertIn(self.url_open(url).status_code, (403, 404))
