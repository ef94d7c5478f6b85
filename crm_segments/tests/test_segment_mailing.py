from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.crm_pdpa.tests.common import publish_notice
from odoo.addons.mail.tests.common import MailCase

from .common_segment import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentMailing(SegmentCase, MailCase):
    """A mailing to a segment goes to who is in it, and agrees, when it is sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        publish_notice(cls.env)
        cls.receipt = cls.env["pdpa.receipt"]
        cls.receipt._record(cls.everybody - cls.never, "marketing", "grant")
        cls.segment = cls._segment([("nesl", "!=", "existing")], name="Win back")
        cls.mailing = cls._mailing(cls.segment)
        cls.mailing_user = cls._create_user(
            "seg_mailer",
            "mass_mailing.group_mass_mailing_user,crm_segments.group_crm_segments_user",
            email="mailer@example.com",
        )

    @classmethod
    def _mailing(cls, segment, **values):
        return cls.env["mailing.mailing"].create(
            {
                "subject": "Come back",
                "body_html": "<p>We miss you.</p>",
                "mailing_model_id": cls.env["ir.model"]._get_id("res.partner"),
                "crm_segment_id": segment.id,
                "reply_to_mode": "update",
                **values,
            }
        )

    def _recipients(self, mailing=None):
        ids = (mailing or self.mailing)._get_recipients()
        return self.env["res.partner"].browse(ids)

    def _send(self):
        """Send all that is queued, by the scheduled job; contacts that got it."""
        with self.mock_mail_gateway(), self.enter_registry_test_mode():
            self.env.ref(
                "mass_mailing.ir_cron_mass_mailing_queue"
            ).method_direct_trigger()
        addresses = {to for mail in self._mails for to in mail["email_to"]}
        return self.everybody.filtered(
            lambda partner: any(partner.email in to for to in addresses)
        )

    def test_recipients_are_segment_and_filter(self):
        self.assertEqual(self._recipients(), self.sleeping | self.lost | self.never)
        self.mailing.mailing_domain = repr([("state_id", "!=", False)])
        self.assertEqual(self._recipients(), self.sleeping)
        self.assertEqual(self.mailing.total, 1)

    def test_consent_is_asked_when_it_is_sent(self):
        self.mailing.action_put_in_queue()
        self.receipt._record(self.lost, "marketing", "withdraw")
        self.assertEqual(self._send(), self.sleeping)
        traces = {
            trace.res_id: (trace.trace_status, trace.failure_type)
            for trace in self.mailing.mailing_trace_ids
        }
        self.assertEqual(traces[self.sleeping.id], ("sent", False))
        self.assertEqual(traces[self.lost.id], ("cancel", "mail_optout"))
        self.assertEqual(traces[self.never.id], ("cancel", "mail_optout"))

    def test_who_is_in_it_is_found_out_when_it_is_sent(self):
        self.mailing.action_put_in_queue()
        self.segment.domain = repr([("id", "in", (self.existing | self.lost).ids)])
        self.assertEqual(self._send(), self.existing | self.lost)
        self.assertEqual(self.mailing.state, "done")

    def test_frozen_segment(self):
        mailing = self._mailing(self.segment._freeze())
        self.segment.domain = "[]"
        self.assertEqual(
            self._recipients(mailing), self.sleeping | self.lost | self.never
        )

    def test_consent_is_the_one_given_to_the_segments_company(self):
        """Also when the job runs in another company."""
        sister = self._create_company("Sister")
        self.env.user.company_ids |= sister
        self.everybody.company_id = False
        publish_notice(self.env(context={"allowed_company_ids": sister.ids}))
        self.receipt.with_company(sister)._record(self.never, "marketing", "grant")
        there = self._segment(company_id=sister.id, name="There")
        self.mailing.crm_segment_id = there
        self.mailing.action_put_in_queue()
        self.assertEqual(self._send(), self.never)

    def test_mailing_of_the_button_and_of_the_job_agree(self):
        """The definer's rights count, whoever sends."""
        mailer = self.mailing.with_user(self.mailing_user)
        self.assertEqual(
            mailer._get_recipients(), self.mailing.sudo()._get_recipients()
        )
        only_mailer = self._create_user(
            "seg_only_mailer", "mass_mailing.group_mass_mailing_user"
        )
        self.assertEqual(
            self.mailing.with_user(only_mailer)._get_recipients(),
            self.mailing._get_recipients(),
        )

    def test_text_messages_ask_their_channel(self):
        """Other kinds of mailings are asked for consent among the recipients."""
        self.receipt._record(self.never, "marketing", "grant", ["sms"])
        self.receipt._record(self.lost, "marketing", "withdraw", ["sms"])
        # the kind that mass_mailing_sms adds
        self.mailing.flush_recordset()
        self.env.cr.execute(
            "UPDATE mailing_mailing SET mailing_type = 'sms' WHERE id = %s",
            [self.mailing.id],
        )
        self.mailing.invalidate_recordset()
        self.assertEqual(self._recipients(), self.sleeping | self.never)

    def _break(self):
        self.env.cr.execute(
            "UPDATE crm_segment SET domain = %s WHERE id = %s",
            ["[('gone', '=', 1)]", self.segment.id],
        )
        self.env.invalidate_all()

    def test_a_broken_segment_reaches_nobody_and_says_so(self):
        self._break()
        self.assertIn("gone", self.mailing.crm_segment_problem)
        self.assertEqual(self.mailing.total, 0)
        with self.assertRaisesRegex(UserError, "gone"):
            self.mailing.action_send_mail()

    def test_a_broken_segment_does_not_hold_up_the_queue(self):
        fine = self._mailing(self._segment([("nesl", "=", "lost")]))
        (self.mailing | fine).action_put_in_queue()
        self._break()
        self.assertEqual(self._send(), self.lost)
        self.assertEqual((self.mailing.state, fine.state), ("draft", "done"))
        self.assertIn("gone", "".join(self.mailing.message_ids.mapped("body")))

    def test_recipients_are_contacts(self):
        lists = self.env["ir.model"]._get_id("mailing.list")
        with self.assertRaises(ValidationError):
            self._mailing(self.segment, mailing_model_id=lists)
        with Form(self.env["mailing.mailing"]) as form:
            form.subject = "X"
            form.crm_segment_id = self.segment
            self.assertEqual(form.mailing_model_name, "res.partner")

    def test_button_on_the_segment(self):
        action = self.segment.with_user(self.mailing_user).action_send_mailing()
        mailings = self.env["mailing.mailing"].with_context(**action["context"])
        with Form(mailings.with_user(self.mailing_user)) as form:
            form.subject = "Come back"
        mailing = form.record
        self.assertEqual(mailing.crm_segment_id, self.segment)
        self.assertEqual(
            self._recipients(mailing.sudo()), self.sleeping | self.lost | self.never
        )
        self.assertEqual(self.segment.mailing_count, 2)
        found = mailing.search(self.segment.action_open_mailings()["domain"])
        self.assertEqual(found, mailing.sudo() | self.mailing)
        with self.assertRaises(AccessError):
            self.segment.with_user(self.user).action_send_mailing()

    def test_a_segment_with_a_mailing_cannot_be_deleted(self):
        with self.assertRaisesRegex(UserError, "is used by Come back"):
            self.segment.unlink()
