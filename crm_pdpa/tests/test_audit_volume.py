from odoo.tests import tagged

from .test_audit import AuditCase


@tagged("post_install", "-at_install")
class TestAuditVolume(AuditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.crowd = cls.env["res.partner"].create(
            [{"name": f"Person {n}"} for n in range(30)]
        )
        cls.env["ir.config_parameter"].set_param("crm_pdpa.volume_threshold", "25")
        cls.volume = cls.env["pdpa.audit.volume"].with_user(cls.officer)

    def _see(self, records, user=None, operation="read", days=0):
        audit = self.audit.with_user(user or self.user)
        audit._log(operation, records._name, records.ids, ())
        if days:
            self.env.cr.execute(
                """
                ALTER TABLE pdpa_audit DISABLE TRIGGER USER;
                SELECT pdpa_audit_partition(
                    (now() AT TIME ZONE 'UTC' - make_interval(days => %(days)s))::date);
                INSERT INTO pdpa_audit (ts, uid, operation, model, ids, row_hash)
                SELECT ts - make_interval(days => %(days)s), uid, operation, model, ids,
                       row_hash
                  FROM pdpa_audit ORDER BY id DESC LIMIT 1;
                ALTER TABLE pdpa_audit ENABLE TRIGGER USER;
                """,
                {"days": days},
            )

    def _line(self, user=None):
        self.env.invalidate_all()
        return self.volume.search([("user_id", "=", (user or self.user).id)])

    def test_a_person_counts_once(self):
        lead = self.env["crm.lead"].create(
            {"name": "Roof", "partner_id": self.crowd[0].id}
        )
        self._see(self.crowd[:10])
        self._see(self.crowd[:12], operation="export")
        self._see(lead)
        line = self._line()
        self.assertEqual((line.last_hour, line.last_day), (12, 12))
        self.assertFalse(line.is_over_limit or line.is_over_usual)

    def test_over_the_limit_of_an_hour(self):
        self._see(self.crowd[:25])
        self.assertFalse(self._line().is_over_limit)
        self._see(self.crowd)
        self.assertTrue(self._line().is_over_limit)
        self.assertFalse(self._line().is_over_usual)  # there is no usual yet

    def test_three_times_the_usual(self):
        for days in (3, 4):
            self._see(self.crowd[:5], days=days)
        self._see(self.crowd[:22])
        line = self._line()
        self.assertEqual((line.last_day, line.usual_day), (22, 5))
        self.assertTrue(line.is_over_usual)
        self.assertFalse(line.is_over_limit)

    def test_refused_and_other_rows_do_not_count(self):
        self.audit.with_user(self.user)._log(
            "consent", "res.partner", self.crowd.ids, ()
        )
        self.assertFalse(self._line())

    def test_officers_are_told_once_a_day(self):
        self._see(self.crowd)
        before = self.env["mail.message"].search([])
        self.env["pdpa.audit.volume"]._cron_alert()
        message = self.env["mail.message"].search([]) - before
        self.assertEqual(message.subject, "Unusual volume of personal data")
        self.assertIn(self.user.name, message.body)
        self.assertIn("30 people", message.body)
        self.assertIn(self.officer.partner_id, message.notified_partner_ids)
        self.assertNotIn(self.auditor.partner_id, message.notified_partner_ids)

    def test_quiet_days_send_nothing(self):
        before = self.env["mail.message"].search([])
        self.env["pdpa.audit.volume"]._cron_alert()
        self.assertFalse(self.env["mail.message"].search([]) - before)

    def test_what_did_this_user_take(self):
        self._see(self.crowd)
        self._see(self.crowd, user=self.employee)
        action = self._line().action_rows()
        rows = self.audit.search([("id", ">", self.start), *action["domain"]])
        self.assertEqual(rows.uid, self.user)
