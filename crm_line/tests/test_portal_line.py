import re

from odoo.tests import new_test_user, tagged

from .common_binding import LOGIN, BindingHttpCase


@tagged("post_install", "-at_install")
class TestPortalLine(BindingHttpCase):
    """What customers see and do about LINE on the portal."""

    def page(self):
        self.authenticate(LOGIN, LOGIN)
        answer = self.get("/my/line")
        self.assertEqual(answer.status_code, 200)
        return answer.text

    def test_home_leads_here(self):
        self.authenticate(LOGIN, LOGIN)
        self.assertIn("/my/line", self.get("/my").text)

    def test_visitor_logs_in_first(self):
        answer = self.url_open("/my/line", allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_nothing_linked(self):
        self.account.basic_id = "@formosa"
        page = self.page()
        self.assertIn("No LINE account is linked", page)
        self.assertIn("https://line.me/R/ti/p/%40formosa", page)
        self.assertIn("綁定", page)

    def test_linked_account_and_unlinking(self):
        user = self.bind()
        page = self.page()
        self.assertIn("王小明", page)
        self.assertIn("does not change", page, "consents stay, it says")
        answer = self.post(
            "/my/line/unlink", {"line_user": str(user.id)}, page="/my/line"
        )
        self.assertEqual(answer.status_code, 303)
        self.assertFalse(user.partner_id)
        self.assertNotIn("王小明", self.page())
        history = " ".join(str(m.body) for m in self.partner.message_ids)
        self.assertIn("on the portal", history)
        row = self.env["pdpa.audit"].search(
            [("operation", "=", "line_unbind")], order="id DESC", limit=1
        )
        self.assertEqual(row.uid, self.portal)

    def test_nobody_unlinks_the_account_of_another(self):
        user = self.bind()
        new_test_user(
            self.env,
            "line_other",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.authenticate("line_other", "line_other")
        self.assertNotIn("王小明", self.get("/my/line").text)
        for wanted in (str(user.id), "x", ""):
            self.post("/my/line/unlink", {"line_user": wanted}, page="/my/line")
        self.assertEqual(user.partner_id, self.partner)

    def test_get_and_missing_csrf_change_nothing(self):
        user = self.bind()
        self.authenticate(LOGIN, LOGIN)
        self.get(f"/my/line/unlink?line_user={user.id}")
        answer = self.post("/my/line/unlink", {"line_user": str(user.id)}, csrf="no")
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(user.partner_id, self.partner)

    def test_consents_for_line_only(self):
        self.env["pdpa.receipt"]._record(
            self.partner, "marketing", "grant", ["email", "line"]
        )
        page = self.page()
        names = re.findall(r'name="tick"[^>]*value="([^"]+)"', page)
        self.assertIn("marketing.line", names)
        self.assertFalse([name for name in names if not name.endswith(".line")])
        shown = {"version.marketing": str(self.version.id)}
        self.post("/my/line", shown)
        last = self.receipts()[-1]
        self.assertEqual(
            (last.event, last.channels, last.via), ("withdraw", "line", "portal")
        )
        self.post("/my/line", {"tick": ["marketing.line"], **shown})
        last = self.receipts()[-1]
        self.assertEqual((last.event, last.channels), ("grant", "line"))
        gate = self.env["pdpa.gate"]
        self.assertTrue(gate._filter(self.partner, "marketing", "email"))

    def test_notice_replaced_meanwhile(self):
        self.authenticate(LOGIN, LOGIN)
        old = str(self.version.id)
        self.version.copy().action_publish()
        answer = self.post(
            "/my/line", {"tick": ["marketing.line"], "version.marketing": old}
        )
        self.assertIn("notice was replaced", answer.text)
        self.assertFalse(self.receipts())
