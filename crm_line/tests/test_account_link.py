import urllib.parse

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..controllers.page import CALLS_PER_MINUTE
from .common_binding import LOGIN, BindingHttpCase


@tagged("post_install", "-at_install")
class TestAccountLink(BindingHttpCase):
    """Chat, log-in, our page, LINE's dialog, and the event that binds."""

    def setUp(self):
        super().setUp()
        self.path = self.offer()

    def offer(self, customer=None):
        """Path of the page for a LINE user."""
        url = self.account._offer_url(self.line_user_of(customer or self.customer))
        return url.removeprefix(self.account.get_base_url())

    def submit(self, **values):
        """The person presses Link accounts."""
        self.authenticate(LOGIN, LOGIN)
        query = urllib.parse.urlsplit(self.path).query
        offer = urllib.parse.parse_qs(query)["offer"][0]
        html = self.get(self.path).text
        data = {"offer": offer, **values}
        return self.post("/line/link", data, csrf=self.csrf(html))

    def link(self, **values):
        """The whole way; the page on which LINE's dialog ends."""
        answer = self.submit(**values)
        self.assertEqual(answer.status_code, 303, answer.text[:500])
        return self.confirm_dialog(answer.headers["Location"])

    # -- the whole way --------------------------------------------------------
    def test_keyword_to_bound(self):
        self.writes("綁定")
        first, second = self.button()
        self.path = first.removeprefix(self.account.get_base_url())
        self.assertTrue(self.path.startswith("/line/link?offer="))
        self.assertEqual(second, self.account.liff_url)
        self.assertIn("end this at any time", self.shown()[-1])
        self.assertEqual(self.link().status_code, 200)
        self.assertFalse(self.line_user.partner_id, "LINE's event binds, not our page")
        self.deliver()
        self.assertEqual(self.line_user.partner_id, self.partner)
        self.assertEqual(self.line_user.bound_via, "account_link")
        self.assertIn("Welcome, Wang Xiaoming", self.shown()[-1])
        self.assertIn("解除綁定", self.shown()[-1])
        link = self.env["line.link"].search([("partner_id", "=", self.partner.id)])
        self.assertEqual(link.line_user_id, self.line_user)
        self.writes("bind")
        self.assertIn("already linked", self.shown()[-1])

    def test_log_in_comes_first_and_returns(self):
        answer = self.url_open(self.path, allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        login = urllib.parse.urlsplit(answer.headers["Location"])
        self.assertEqual(login.path, "/web/login")
        back = urllib.parse.parse_qs(login.query)["redirect"][0]
        self.assertIn(self.path, urllib.parse.unquote(back))

    def test_page_shows_whom_what_and_how_to_end_it(self):
        self.authenticate(LOGIN, LOGIN)
        answer = self.get(self.path)
        self.assertEqual(answer.status_code, 200)
        for text in (
            "王小明",
            "Wang Xiaoming",
            "Formosa Living",
            "Read the notice",
            "Membership, marketing and order service.",
            "unlink at any time",
            "Log in as somebody else",
        ):
            self.assertIn(text, answer.text)
        self.assertNotIn("marketing.email", answer.text, "choices for LINE only")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        self.assertFalse(self.receipts(), "looking changes nothing")
        self.assertFalse(self.env["line.link"].search([]).filtered("offer_user_id"))

    def test_only_a_hash_of_the_nonce_is_stored(self):
        nonce = self.nonce_in(self.submit().headers["Location"])
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT count(*) FROM line_link t WHERE t::text LIKE %s", [f"%{nonce}%"]
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.assertGreaterEqual(len(nonce) * 6, 128)

    # -- consents -------------------------------------------------------------
    def test_ticked_consent_is_recorded_for_line_only(self):
        self.link(
            tick=["marketing.line"], **{"version.marketing": str(self.version.id)}
        )
        receipt = self.receipts()
        self.assertEqual(
            (receipt.purpose_id.code, receipt.event, receipt.channels, receipt.via),
            ("marketing", "grant", "line", "line"),
        )
        self.assertEqual(receipt.notice_version_id, self.version)
        self.assertTrue(receipt.wording)
        self.assertTrue(receipt.ip)
        self.assertTrue(receipt.user_agent)

    def test_no_tick_no_receipt(self):
        self.link()
        self.assertFalse(self.receipts())

    def test_earlier_consent_is_shown_and_can_be_withdrawn(self):
        self.env["pdpa.receipt"]._record(
            self.partner, "marketing", "grant", ["line", "email"]
        )
        self.link()
        self.assertEqual(self.receipts()[-1].event, "withdraw")
        gate = self.env["pdpa.gate"]
        self.assertFalse(gate._filter(self.partner, "marketing", "line"))
        self.assertTrue(
            gate._filter(self.partner, "marketing", "email"), "not asked here"
        )

    def test_notice_replaced_meanwhile(self):
        old = str(self.version.id)
        self.version.copy().action_publish()
        answer = self.submit(tick=["marketing.line"], **{"version.marketing": old})
        self.assertEqual(answer.status_code, 409)
        self.assertIn("notice was replaced", answer.text)
        self.assertFalse(self.receipts())

    def test_no_published_notice(self):
        self.version.action_retire()
        self.authenticate(LOGIN, LOGIN)
        self.assertIn("not published yet", self.get(self.path).text)
        answer = self.submit(tick=["marketing.line"])
        self.assertEqual(answer.status_code, 409)
        self.assertFalse(self.receipts())

    # -- bad input ------------------------------------------------------------
    def test_offers_that_are_not_valid(self):
        self.authenticate(LOGIN, LOGIN)
        half = self.path[:-5]
        for path in (
            "/line/link",
            "/line/link?offer=",
            "/line/link?offer=%C3%A4",
            half,
        ):
            with self.subTest(path=path):
                answer = self.get(path)
                self.assertEqual(answer.status_code, 410)
                self.assertIn("no longer valid", answer.text)
        with self.later(hours=25):
            self.assertEqual(self.get(self.path).status_code, 410)

    def test_offer_of_an_archived_account(self):
        self.account.active = False
        self.authenticate(LOGIN, LOGIN)
        self.assertEqual(self.get(self.path).status_code, 410)

    def test_post_needs_csrf(self):
        self.authenticate(LOGIN, LOGIN)
        answer = self.post("/line/link", {"offer": "x"}, csrf="wrong")
        self.assertEqual(answer.status_code, 400)

    def test_line_does_not_answer(self):
        for kind in ("500", "dropped", "rate"):
            with self.subTest(kind=kind):
                self.simulator.fail("link_token", kind=kind)
                answer = self.submit(
                    tick=["marketing.line"],
                    **{"version.marketing": str(self.version.id)},
                )
                self.assertEqual(answer.status_code, 502)
                self.assertIn("Nothing was linked", answer.text)
                self.assertFalse(self.receipts(), "nothing was written")

    def test_nonce_expires_after_ten_minutes(self):
        url = self.submit().headers["Location"]
        nonce = self.nonce_in(url)
        with self.later(minutes=11):
            event = self.simulator.events.account_link(self.customer, nonce)
            self.receive(event)
            self.work()
        self.assertFalse(self.line_user.partner_id)
        self.assertIn("expired", self.shown()[-1])

    def test_event_that_was_delayed_still_binds(self):
        nonce = self.nonce_in(self.submit().headers["Location"])
        event = self.simulator.events.account_link(self.customer, nonce)
        with self.later(minutes=30):
            self.receive(event)
            self.work()
        self.assertEqual(self.line_user.partner_id, self.partner)

    def test_link_token_expired_in_the_dialog(self):
        url = self.submit().headers["Location"]
        with self.later(minutes=11):
            self.assertEqual(self.confirm_dialog(url).status_code, 400)
        self.deliver()
        self.assertFalse(self.line_user.partner_id)

    def test_replayed_event_binds_once(self):
        url = self.submit().headers["Location"]
        self.confirm_dialog(url)
        self.deliver()
        nonce = self.nonce_in(url)
        self.writes("解除綁定")
        replay = self.simulator.events.account_link(self.customer, nonce)
        self.receive(replay)
        self.work()
        self.assertFalse(self.line_user.partner_id)
        self.assertIn("used before", self.shown()[-1])
        self.assertEqual(self.events()[-1].state, "ignored")

    def test_redelivered_event_changes_nothing(self):
        nonce = self.nonce_in(self.submit().headers["Location"])
        event = self.simulator.events.account_link(self.customer, nonce)
        for _time in range(2):
            self.receive(event)
            self.work()
        self.assertEqual(self.line_user.partner_id, self.partner)
        self.assertEqual(len([t for t in self.shown() if "Welcome" in t]), 1)

    def test_nonce_of_somebody_else(self):
        nonce = self.nonce_in(self.submit().headers["Location"])
        thief = self.new_customer("小偷")
        self.receive(self.simulator.events.account_link(thief, nonce))
        self.work()
        self.assertFalse(self.line_user_of(thief).partner_id)
        self.assertIn("Nothing was linked", self.shown(thief)[-1])
        self.receive(self.simulator.events.account_link(self.customer, nonce))
        self.work()
        self.assertEqual(self.line_user.partner_id, self.partner, "still usable")

    def test_nonce_of_another_account(self):
        second = self._new_account(name="Second")
        nonce = self.nonce_in(self.submit().headers["Location"])
        event = self.simulator.events.account_link(self.customer, nonce)
        self.receive(event, account=second)
        self.work()
        self.assertFalse(self.line_user_of(self.customer, second).partner_id)

    def test_invented_nonces(self):
        for nonce in ("x" * 40, "", None, 7, {"a": 1}):
            with self.subTest(nonce=nonce):
                event = self.simulator.events.account_link(self.customer, "x" * 20)
                event["link"]["nonce"] = nonce
                self.receive(event)
                self.work()
                self.assertEqual(self.events()[-1].state, "ignored")
        event["link"] = "nonsense"
        event["webhookEventId"] = event["webhookEventId"][:-1] + "0"
        self.receive(event)
        self.work()
        self.assertEqual(self.events()[-1].state, "ignored")
        self.assertFalse(self.line_user.partner_id)

    def test_dialog_opened_by_another_line_user(self):
        other = self.new_customer("李小華")
        self.confirm_dialog(self.submit().headers["Location"], other)
        self.deliver()
        self.assertFalse(self.line_user.partner_id)
        self.assertFalse(self.line_user_of(other).partner_id)

    def test_failed_event_ends_the_nonce(self):
        nonce = self.nonce_in(self.submit().headers["Location"])
        failed = self.simulator.events.account_link(self.customer, nonce, ok=False)
        failed.pop("source", None)
        failed.pop("replyToken", None)
        self.receive(failed)
        self.work()
        self.receive(self.simulator.events.account_link(self.customer, nonce))
        self.work()
        self.assertFalse(self.line_user.partner_id)

    def test_failed_event_with_a_person(self):
        nonce = self.nonce_in(self.submit().headers["Location"])
        failed = self.simulator.events.account_link(self.customer, nonce, ok=True)
        failed["link"]["result"] = "failed"
        self.receive(failed)
        self.work()
        self.assertFalse(self.line_user.partner_id)
        self.assertIn("could not link", self.shown()[-1])

    def test_bound_to_somebody_else(self):
        self.bind(self.env["res.partner"].create({"name": "Somebody Else"}))
        self.authenticate(LOGIN, LOGIN)
        answer = self.get(self.path)
        self.assertEqual(answer.status_code, 409)
        self.assertIn("another customer record", answer.text)
        self.assertNotIn("Somebody Else", answer.text)

    def test_bound_to_somebody_else_meanwhile(self):
        nonce = self.nonce_in(self.submit().headers["Location"])
        other = self.env["res.partner"].create({"name": "Somebody Else"})
        self.bind(other)
        self.receive(self.simulator.events.account_link(self.customer, nonce))
        self.work()
        self.assertEqual(self.line_user.partner_id, other)
        self.assertIn("already linked", self.shown()[-1])

    def test_bound_already_to_this_contact(self):
        self.bind()
        self.authenticate(LOGIN, LOGIN)
        answer = self.get(self.path)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("is linked", answer.text)

    def test_contact_is_bound_to_another_line_user(self):
        other = self.new_customer("舊手機")
        self.writes("hi", other)
        self.bind(customer=other)
        self.authenticate(LOGIN, LOGIN)
        self.assertIn("It will be unlinked", self.get(self.path).text)
        self.link()
        self.deliver()
        self.assertEqual(self.line_user.partner_id, self.partner)
        self.assertFalse(self.line_user_of(other).partner_id)

    def test_contact_of_another_company(self):
        self.foreigner()
        answer = self.get(self.path)
        self.assertEqual(answer.status_code, 409)
        self.assertIn("another company", answer.text)

    def test_too_many_calls(self):
        for _call in range(CALLS_PER_MINUTE):
            self.submit()
        answer = self.submit()
        self.assertEqual(answer.status_code, 429)
        self.assertIn("Wait a minute", answer.text)

    # -- staff ----------------------------------------------------------------
    def test_agent_sends_the_button(self):
        for _time in range(2):
            self.line_user.with_user(self.agent).action_send_offer()
            self.work()
        self.assertEqual(len(self.shown()), 2, "each press sends one")
        self.assertIn("/line/link?offer=", self.button()[0])
        self.bind()
        with self.assertRaises(UserError):
            self.line_user.with_user(self.agent).action_send_offer()
        stranger = self._new_user("stranger", "crm_line.group_line_agent")
        with self.assertRaises(AccessError):
            self.line_user.with_user(stranger).action_send_offer()

    def test_addresses(self):
        account = self.account
        account.basic_id = "@formosa"
        self.assertEqual(account.follow_url, "https://line.me/R/ti/p/%40formosa")
        self.assertEqual(
            account._chat_url("AB12 綁定"),
            "https://line.me/R/oaMessage/%40formosa/?AB12%20%E7%B6%81%E5%AE%9A",
        )
        account.api_url = "https://api.line.me"
        account.invalidate_recordset()
        self.assertEqual(account.liff_url, f"https://liff.line.me/{account.liff_ident}")
        self.assertEqual(
            account._liff_sdk_url(), "https://static.line-scdn.net/liff/edge/2/sdk.js"
        )
        account.basic_id = account.liff_ident = False
        self.assertFalse(account.follow_url or account.liff_url)
        self.assertEqual(account._chat_url("x"), "")
