import re
import urllib.parse

import requests

from odoo import fields
from odoo.tests import HttpCase, freeze_time, new_test_user

from ..controllers import page
from .common import LineMixin, publish_notice

LOGIN = "line_portal"
SECONDS = 10


class BindingHttpCase(LineMixin, HttpCase):
    """A portal customer with a phone: our pages and LINE's over real HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_line()
        cls.portal = new_test_user(
            cls.env,
            LOGIN,
            groups="base.group_portal",
            name="Wang Xiaoming",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
            lang="en_US",
        )
        cls.partner = cls.portal.partner_id
        cls.login = cls.simulator.platform.login
        cls.account.login_channel_ident = cls.login.channel_id
        cls.account.liff_ident = cls.login.add_app(cls.account.liff_endpoint)
        cls.version = publish_notice(cls.env)

    def setUp(self):
        super().setUp()
        page.limit.clear()
        self.simulator.platform.delivered.clear()
        self.simulator.faults.clear()
        self.simulator.sender.unsent.clear()
        self.writes("hi")

    def later(self, **delta):
        """Later for everybody: the simulator is in this process, its clock follows."""
        return freeze_time(fields.Datetime.add(fields.Datetime.now(), **delta))

    def foreigner(self):
        """Signs a portal user of another company in; its contact."""
        company = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env,
            "line_foreigner",
            groups="base.group_portal",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
            lang="en_US",
        )
        user.partner_id.company_id = company
        self.authenticate("line_foreigner", "line_foreigner")
        return user.partner_id

    # -- our pages ------------------------------------------------------------
    def get(self, path, **options):
        answer = self.url_open(path, **options)
        self.env.invalidate_all()
        return answer

    def post(self, path, data, page=None, csrf=None):
        """Post a form of ``page``, without following the answer to LINE."""
        if csrf is None:
            csrf = self.csrf(self.get(page or path).text)
        answer = self.url_open(
            path, data={"csrf_token": csrf, **data}, allow_redirects=False
        )
        self.env.invalidate_all()
        return answer

    def csrf(self, html):
        found = re.search(r'name="csrf_token" value="([^"]+)"', html)
        return found and found.group(1)

    def receipts(self, partner=None):
        return self.env["pdpa.receipt"].search(
            [("partner_id", "=", (partner or self.partner).id)], order="id"
        )

    # -- LINE -----------------------------------------------------------------
    def deliver(self):
        """LINE calls our webhook with what has happened; the inbox is worked on."""
        path = f"/line/webhook/{self.account.webhook_token}"
        for webhook in self.simulator.sender.unsent:
            answer = self.url_open(
                path,
                data=webhook.body,
                headers={"x-line-signature": webhook.signature},
            )
            self.assertEqual(answer.status_code, 200)
        self.simulator.sender.unsent.clear()
        self.env.invalidate_all()
        self.work()

    def confirm_dialog(self, url, customer=None):
        """The person agrees in LINE's account-link dialog; the last page."""
        who = {"line_user": (customer or self.customer).id}
        dialog = requests.get(url, cookies=who, timeout=SECONDS)
        if dialog.status_code != 200:
            return dialog
        pattern = r'name="(linkToken|nonce)" value="([^"]*)"'
        form = dict(re.findall(pattern, dialog.text))
        return requests.post(
            url.partition("?")[0], data=form, cookies=who, timeout=SECONDS
        )

    def nonce_in(self, url):
        return urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["nonce"][0]

    def button(self, index=-1, customer=None):
        """Addresses of the buttons of a message on the phone."""
        log = self.simulator.delivered((customer or self.customer).id)
        actions = log[index]["message"]["template"]["actions"]
        return [action["uri"] for action in actions]
