from odoo.tests import tagged

from ..controllers.page import CALLS_PER_MINUTE
from .common_binding import LOGIN, BindingHttpCase

PHONE = "0912-345-678"


@tagged("post_install", "-at_install")
class TestLiff(BindingHttpCase):
    """The page inside LINE: who LINE says it is, and nobody else."""

    def setUp(self):
        super().setUp()
        self.path = f"/line/liff/{self.account.liff_token}"
        self.guest = self.new_customer("陳小姐")  # has never written

    def token(self, customer=None, **claims):
        return self.login.id_token(customer or self.guest, **claims)

    def verify(self, token, **values):
        return self.post(self.path, {"id_token": token, **values})

    def verified(self, customer=None):
        answer = self.verify(self.token(customer))
        self.assertEqual(answer.status_code, 303, answer.text[:300])
        self.assertEqual(answer.headers["Location"], f"{self.path}/bind")

    def bind_page(self):
        return self.get(f"{self.path}/bind", allow_redirects=False)

    def submit(self, **data):
        csrf = self.csrf(self.bind_page().text)
        return self.post(f"{self.path}/bind", data, csrf=csrf or "none")

    def code(self, partner=None, **values):
        return self.env["line.link"]._create_code(
            self.account, partner or self.partner, **values
        )[1]

    # -- signed in ------------------------------------------------------------
    def test_signed_in_person_is_bound(self):
        self.authenticate(LOGIN, LOGIN)
        self.verified()
        page = self.bind_page()
        for text in ("陳小姐", "Wang Xiaoming", "unlink at any time"):
            self.assertIn(text, page.text)
        answer = self.submit(
            tick=["marketing.line"], **{"version.marketing": str(self.version.id)}
        )
        self.assertEqual(answer.status_code, 200)
        self.assertIn("is linked", answer.text)
        user = self.line_user_of(self.guest)
        self.assertEqual(user.partner_id, self.partner)
        self.assertEqual((user.bound_via, user.name), ("liff", "陳小姐"))
        receipt = self.receipts()
        self.assertEqual(
            (receipt.purpose_id.code, receipt.channels, receipt.via),
            ("marketing", "line", "line"),
        )
        self.assertIn("is linked", self.bind_page().text, "seen again")

    def test_log_in_after_line_said_who_it_is(self):
        self.verified()
        login = f"/web/login?redirect={self.path}/bind"
        self.assertIn(login, self.bind_page().text)
        csrf = self.csrf(self.url_open(login).text)
        answer = self.url_open(
            login,
            data={
                "login": LOGIN,
                "password": LOGIN,
                "redirect": f"{self.path}/bind",
                "csrf_token": csrf,
            },
        )
        self.assertTrue(answer.url.endswith(f"{self.path}/bind"), answer.url)
        self.assertIn("Wang Xiaoming", answer.text)
        self.assertEqual(self.submit().status_code, 200)
        self.assertEqual(self.line_user_of(self.guest).partner_id, self.partner)

    def test_who_wrote_before_is_the_same_line_user(self):
        self.authenticate(LOGIN, LOGIN)
        self.verified(self.customer)
        self.submit()
        self.assertEqual(self.line_user.partner_id, self.partner)

    def test_nobody_signed_in_and_no_code(self):
        self.verified()
        answer = self.submit()
        self.assertEqual(answer.status_code, 409)
        self.assertIn("Log in first", answer.text)

    # -- telephone and code ---------------------------------------------------
    def test_phone_and_code(self):
        self.partner.phone = PHONE
        self.verified()
        page = self.bind_page().text
        self.assertNotIn("Wang", page, "nobody is named before the code is right")
        answer = self.submit(
            phone="+886912345678",
            code=self.code().lower(),
            tick=["marketing.line"],
            **{"version.marketing": str(self.version.id)},
        )
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Wang Xiaoming", answer.text)
        self.assertEqual(self.line_user_of(self.guest).partner_id, self.partner)
        self.assertEqual(self.receipts().event, "grant")

    def test_never_by_phone_alone(self):
        self.partner.phone = PHONE
        self.verified()
        for code in ("", "AB12-CD34", "nonsense"):
            with self.subTest(code=code):
                answer = self.submit(phone=PHONE, code=code)
                self.assertEqual(answer.status_code, 409)
                self.assertNotIn("Wang", answer.text)
        self.assertFalse(self.line_user_of(self.guest).partner_id)

    def test_phone_of_somebody_else(self):
        self.partner.phone = PHONE
        code = self.code()
        self.verified()
        answer = self.submit(phone="0987654321", code=code)
        self.assertEqual(answer.status_code, 409)
        self.assertIn("do not fit", answer.text)
        self.assertIn('value="0987654321"', answer.text, "typed once")
        self.assertIn("Fill in", self.submit(phone=" ", code=code).text)
        self.assertEqual(self.submit(phone=PHONE, code=code).status_code, 200)

    def test_contact_without_phone_needs_the_code(self):
        self.verified()
        self.assertEqual(
            self.submit(phone="0987654321", code=self.code()).status_code, 200
        )

    def test_guesses_are_limited(self):
        self.partner.phone = PHONE
        self.verified()
        for _guess in range(5):
            self.submit(phone=PHONE, code="AB23-CD45")
        answer = self.submit(phone=PHONE, code=self.code())
        self.assertEqual(answer.status_code, 409)
        self.assertIn("Too many codes", answer.text)
        self.assertFalse(self.line_user_of(self.guest).partner_id)

    def test_unticked_box_withdraws_nothing_here(self):
        self.env["pdpa.receipt"]._record(self.partner, "marketing", "grant", ["line"])
        self.verified()
        self.submit(phone=PHONE, code=self.code())
        self.assertEqual(self.receipts().mapped("event"), ["grant"])

    def test_notice_replaced_meanwhile_binds_nothing(self):
        old = str(self.version.id)
        self.version.copy().action_publish()
        self.verified()
        answer = self.submit(
            phone=PHONE,
            code=self.code(),
            tick=["marketing.line"],
            **{"version.marketing": old},
        )
        self.assertEqual(answer.status_code, 409)
        self.assertIn("notice was replaced", answer.text)
        self.assertFalse(self.line_user_of(self.guest).partner_id)

    # -- ID tokens ------------------------------------------------------------
    def refused(self, token, **values):
        answer = self.verify(token, **values)
        self.assertEqual(answer.status_code, 403, answer.text[:200])
        self.assertIn("could not confirm", answer.text)
        self.assertEqual(self.bind_page().headers["Location"], self.path)

    def test_token_of_another_channel(self):
        self.refused(self.token(client_id="2000000099"))

    def test_expired_token(self):
        self.refused(self.token(lifetime=-1))

    def test_forged_tokens(self):
        right = self.token()
        head, _body, signature = right.split(".")
        body = self.token(self.customer).split(".")[1]
        for token in (
            f"{head}.{body}.{signature}",
            right[:-2],
            "a.b.c",
            "",
            "x" * 9000,
        ):
            with self.subTest(token=token[-20:]):
                self.refused(token)

    def test_wrong_issuer(self):
        self.refused(self.token(iss="https://evil.example.com"))

    def test_subject_that_is_no_line_user(self):
        self.refused(self.token(sub="somebody"))

    def test_user_id_from_the_client_is_not_looked_at(self):
        self.refused("", user_id=self.customer.id, line_uid=self.customer.id)
        self.authenticate(LOGIN, LOGIN)
        self.verified()
        self.submit(uid=self.customer.id, line_uid=self.customer.id)
        self.assertFalse(self.line_user.partner_id)
        self.assertEqual(self.line_user_of(self.guest).partner_id, self.partner)

    def test_line_does_not_answer(self):
        for kind in ("500", "dropped", "rate"):
            with self.subTest(kind=kind):
                self.simulator.fail("verify_id_token", kind=kind)
                answer = self.verify(self.token())
                self.assertEqual(answer.status_code, 502)
                self.assertIn("Nothing was linked", answer.text)

    def test_nothing_is_written_while_line_is_asked(self):
        before = self.env["line.user"].search_count([])
        self.verified()
        self.assertEqual(self.env["line.user"].search_count([]), before)

    def test_what_line_said_is_forgotten_after_15_minutes(self):
        self.authenticate(LOGIN, LOGIN)
        self.verified()
        csrf = self.csrf(self.bind_page().text)
        with self.later(minutes=16):
            answer = self.post(f"{self.path}/bind", {}, csrf=csrf)
            self.assertEqual(answer.headers["Location"], self.path)
        self.assertFalse(self.line_user_of(self.guest))

    def test_what_line_said_is_for_one_account(self):
        second = self._new_account(
            name="Second", login_channel_ident="1", liff_ident="1-second"
        )
        self.verified()
        other = f"/line/liff/{second.liff_token}"
        answer = self.get(f"{other}/bind", allow_redirects=False)
        self.assertEqual(answer.headers["Location"], other)

    # -- other bad input ------------------------------------------------------
    def test_unknown_address_and_incomplete_settings(self):
        self.assertEqual(self.get("/line/liff/unknown").status_code, 404)
        for name in ("liff_ident", "login_channel_ident"):
            self.account[name] = False
            self.assertEqual(self.get(self.path).status_code, 404)
        self.assertEqual(self.bind_page().status_code, 404)

    def test_post_needs_csrf(self):
        answer = self.post(self.path, {"id_token": self.token()}, csrf="wrong")
        self.assertEqual(answer.status_code, 400)
        self.verified()
        answer = self.post(f"{self.path}/bind", {}, csrf="wrong")
        self.assertEqual(answer.status_code, 400)

    def test_bound_to_somebody_else(self):
        other = self.env["res.partner"].create({"name": "Somebody Else"})
        self.bind(other)
        self.authenticate(LOGIN, LOGIN)
        self.verified(self.customer)
        page = self.bind_page().text
        self.assertIn("is linked to a customer record", page)
        self.assertNotIn("Somebody Else", page)
        self.assertEqual(self.line_user.partner_id, other)

    def test_contact_of_another_company(self):
        self.foreigner()
        self.verified(self.customer)
        page = self.bind_page()
        self.assertIn("another company", page.text)
        self.assertFalse(self.csrf(page.text), "no form")

    def test_too_many_calls(self):
        csrf = self.csrf(self.get(self.path).text)
        for _call in range(CALLS_PER_MINUTE):
            self.post(self.path, {"id_token": "a.b.c"}, csrf=csrf)
        self.assertEqual(self.verify(self.token()).status_code, 429)

    # -- in a browser ---------------------------------------------------------
    def test_in_a_browser(self):
        """The SDK hands the token over, and our page shows whose it is."""
        script = """
            if (document.querySelector("[name=phone]")
                && document.body.innerText.includes("陳小姐")) {
                console.log("test successful");
            }
        """
        self.assertEqual(
            self.get(self.path).text.count(f"{self.simulator.url}/liff/sdk.js"), 1
        )
        ready = "!!document.querySelector('[name=phone]')"
        token = self.token()
        self.browser_js(
            f"{self.path}#liff_id={self.account.liff_ident}&id_token={token}",
            script,
            ready,
        )

    def test_in_a_browser_without_a_token(self):
        """A visitor whom LINE does not know is sent to LINE's log-in."""
        html = self.get(self.path).text
        self.assertIn('data-when="no-token"', html)
        self.assertIn('data-when="no-sdk"', html)
        self.simulator.fail("liff_sdk")
        script = """
            if (document.querySelector("[data-when='no-sdk']").offsetHeight) {
                console.log("test successful");
            }
        """
        ready = "document.querySelector(\"[data-when='connecting']\").hidden"
        self.browser_js(self.path, script, ready, error_checker=lambda _text: False)
