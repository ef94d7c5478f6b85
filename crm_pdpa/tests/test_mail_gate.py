from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from ..models import pdpa_mail_engine
from .common import PdpaCase


@tagged("post_install", "-at_install")
class TestMailGate(PdpaCase, MailCase):
    """Mass mails go to people who allow the purpose, until the moment they leave."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for partner in cls.partners:
            partner.email = f"{partner.name.lower()}@example.com"
        cls.company.phone = "02-1234-5678"
        cls.receipt._record(cls.anna | cls.ben, "marketing", "grant", ["email"])
        cls.marketing = cls.env.ref("crm_pdpa.purpose_marketing")
        cls.service = cls.env.ref("crm_pdpa.purpose_service")

    def _compose(self, records=None, **values):
        records = records or self.partners
        return self.env["mail.compose.message"].create(
            {
                "composition_mode": "mass_mail",
                "model": records._name,
                "res_ids": records.ids,
                "subject": "Offer",
                "body": "<p>Ten percent</p>",
                "auto_delete": False,
                "force_send": False,
                **values,
            }
        )

    def _queue(self, records=None, **values):
        with self.mock_mail_gateway():
            mails, _messages = self._compose(records, **values)._action_send_mail()
        return mails.with_env(self.env)

    def _send(self, mails):
        with self.mock_mail_gateway():
            mails.send()
        return self._mails

    def test_default_purpose_is_the_company_setting(self):
        self.assertEqual(self._compose().pdpa_purpose_id, self.marketing)
        self.company.pdpa_mail_purpose_id = self.service
        self.assertEqual(self._compose().pdpa_purpose_id, self.service)
        comment = self._compose(self.anna, composition_mode="comment")
        self.assertFalse(comment.pdpa_purpose_id)

    def test_left_out_with_a_trace(self):
        composer = self._compose()
        self.assertIn("1 of 3 may not be contacted", composer.pdpa_excluded_summary)
        mails = self._queue()
        by_person = {mail.pdpa_partner_id: mail for mail in mails}
        self.assertEqual(by_person[self.anna].state, "outgoing")
        self.assertEqual(by_person[self.chen].state, "cancel")
        self.assertEqual(by_person[self.chen].failure_type, "mail_optout")
        self.assertIn("Marketing", by_person[self.chen].failure_reason)
        self.assertEqual(mails.pdpa_purpose_id, self.marketing)
        self.assertEqual(mails.pdpa_company_id, self.company)

    def test_service_is_sent_unless_refused(self):
        self.receipt._record(self.ben, "service", "withdraw", ["email"])
        mails = self._queue(pdpa_purpose_id=self.service.id)
        sent = mails.filtered(lambda m: m.state == "outgoing").pdpa_partner_id
        self.assertEqual(sent, self.anna | self.chen)
        self.assertNotIn("refuse marketing", self._send(mails)[0]["body"])

    def test_lead_without_contact_follows_its_address(self):
        leads = self.env["crm.lead"].create(
            [
                {"name": "A", "email_from": "anna@example.com"},
                {"name": "X", "email_from": "nobody@example.com"},
            ]
        )
        mails = self._queue(leads)
        self.assertEqual(mails.mapped("state"), ["outgoing", "cancel"])
        self.assertEqual(mails[0].pdpa_partner_id, self.anna)

    def test_purpose_is_needed(self):
        composer = self._compose()
        composer.pdpa_purpose_id = False
        with self.assertRaisesRegex(ValidationError, "“Purpose”"):
            composer._action_send_mail()

    def test_withdrawal_cancels_what_is_queued(self):
        mails = self._queue()
        mail = mails.filtered(lambda m: m.pdpa_partner_id == self.anna)
        other = mails.filtered(lambda m: m.pdpa_partner_id == self.ben)
        self.receipt._record(self.anna, "marketing", "withdraw", ["sms"])
        self.assertEqual(mail.state, "outgoing", "another channel changes nothing")
        self.receipt._record(self.anna, "marketing", "withdraw", ["email"])
        self.assertEqual(mail.state, "cancel")
        self.assertIn("any more", mail.failure_reason)
        self.assertEqual(other.state, "outgoing")
        statuses = self.env["mail.notification"].search(
            [("mail_mail_id", "=", mail.id)]
        )
        self.assertEqual(set(statuses.mapped("notification_status")), {"canceled"})

    def test_last_check_when_the_mail_leaves(self):
        mails = self._queue().filtered(lambda m: m.state == "outgoing")
        self.receipt._record(self.anna, "marketing", "withdraw", ["email"])
        mails.write({"state": "outgoing"})  # as if it had been queued again
        sent = self._send(mails)
        self.assertEqual(
            [mail["email_to"] for mail in sent], [['"Ben" <ben@example.com>']]
        )
        self.assertEqual(mails.mapped("state"), ["cancel", "sent"])

    def test_last_check_of_many_recipients(self):
        mail = self.env["mail.mail"].create(
            {
                "subject": "Offer",
                "body_html": "<p>Hello</p>",
                "recipient_ids": self.partners.ids,
                "pdpa_purpose_id": self.marketing.id,
                "pdpa_company_id": self.company.id,
            }
        )
        sent = self._send(mail)
        self.assertEqual(len(sent), 2)
        self.assertEqual(mail.recipient_ids, self.anna | self.ben)

    def test_address_of_several_contacts(self):
        twin = self.anna.copy({"email": "anna@example.com"})
        vals = {
            "subject": "Offer",
            "body_html": "<p>Hello</p>",
            "email_to": "anna@example.com",
            "pdpa_purpose_id": self.marketing.id,
            "pdpa_company_id": self.company.id,
        }
        self.assertEqual(len(self._send(self.env["mail.mail"].create(vals))), 1)
        self.receipt._record(twin, "marketing", "deny", ["email"])
        mail = self.env["mail.mail"].create(vals)
        self.assertFalse(self._send(mail))
        self.assertEqual(mail.state, "cancel")
        unknown = self.env["mail.mail"].create(
            {**vals, "email_to": "stranger@example.com"}
        )
        self.assertFalse(self._send(unknown))

    def test_archived_purpose_sends_nothing(self):
        mails = self._queue()
        self.marketing.active = False
        self.assertFalse(self._send(mails))

    def test_mail_without_purpose_is_left_alone(self):
        mail = self.env["mail.mail"].create(
            {"subject": "Invoice", "body_html": "<p/>", "email_to": "chen@example.com"}
        )
        self.assertEqual(len(self._send(mail)), 1)

    def test_footer_and_headers(self):
        self.anna.pdpa_source = "partner_company"
        self.anna.pdpa_source_detail = "Taipei Tea <Fair>"
        sent = self._send(self._queue(self.anna))[0]
        for text in (
            "Formosa Living",
            "02-1234-5678",
            "Taipei Tea &lt;Fair&gt;",
            "/pdpa/p/",
            "free of charge",
        ):
            self.assertIn(text, sent["body"])
        headers = sent["headers"]
        self.assertIn("/pdpa/u/", headers["List-Unsubscribe"])
        self.assertEqual(headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        token = headers["List-Unsubscribe"].split("/pdpa/u/")[1].rstrip(">")
        link = self.env["pdpa.preference.token"]._find(token)
        self.assertEqual(link.partner_id, self.anna)
        self.assertEqual(link.purpose_id, self.marketing)
        self.assertNotIn(token, link.token_hash)

    def test_links_are_personal(self):
        sent = self._send(self._queue(self.anna | self.ben))
        links = {mail["headers"]["List-Unsubscribe"] for mail in sent}
        self.assertEqual(len(links), 2)

    def test_first_marketing_is_kept(self):
        self.assertFalse(self.anna.pdpa_first_marketing_at)
        self._send(self._queue(self.anna, auto_delete=True))
        first = self.anna.pdpa_first_marketing_at
        self.assertTrue(first)
        self._send(self._queue(self.anna, subject="Second"))
        found = self.env["pdpa.marketing.first"].search(
            [("partner_id", "=", self.anna.id)]
        )
        self.assertEqual(found.mapped("sent_at"), [first])
        self._send(self._queue(self.chen, pdpa_purpose_id=self.service.id))
        self.assertFalse(self.chen.pdpa_first_marketing_at)

    def test_source_of_the_data(self):
        cases = {
            False: "yourself",
            "person": "yourself",
            "import": "a list",
            "referral": "recommended",
            "purchased": "another company",
            "partner_company": "partner company",
            "public": "public source",
        }
        for source, words in cases.items():
            self.anna.pdpa_source = source
            with self.subTest(source=source):
                self.assertIn(words, self.anna._pdpa_source_text(self.company))

    def test_locks_are_bounded(self):
        self.assertEqual(
            len(pdpa_mail_engine.buckets(range(100000))), pdpa_mail_engine.BUCKETS
        )

    def test_batches_are_set_based(self):
        crowd = self.env["res.partner"].create(
            [
                {"name": f"P{number}", "email": f"p{number}@example.com"}
                for number in range(40)
            ]
        )
        self.receipt._record(crowd, "marketing", "grant", ["email"])
        counts = []
        for people in (crowd[:2], crowd):
            composer = self._compose(people)
            values = {id_: {"recipient_ids": [(4, id_)]} for id_ in people.ids}
            info = composer._get_recipients_data(values)
            composer._pdpa_refused(values, info)
            self.env.invalidate_all()
            composer.pdpa_purpose_id.code  # noqa: B018 (fetch before counting)
            before = self.env.cr.sql_log_count
            composer._pdpa_refused(values, info)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
