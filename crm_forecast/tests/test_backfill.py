from odoo.tests import tagged
from odoo.tools import SQL
from odoo.tools.sql import column_exists

from ..hooks import post_init_hook, pre_init_hook
from .common import ForecastCase

DAY = 86400


@tagged("post_install", "-at_install")
class TestBackfill(ForecastCase):
    """The log of leads that were there before the module."""

    def old_lead(self, **values):
        lead = self.new_lead(**values)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = '2040-01-01 02:00:00', "
            "date_closed = NULL WHERE id = %s",
            [lead.id],
        )
        self.env.invalidate_all()
        return lead

    def tracked(self, lead, moment, field, old, new, kind="integer"):
        """A tracking value of the chatter, as written at `moment`."""
        message = self.env["mail.message"].create(
            {"model": "crm.lead", "res_id": lead.id, "message_type": "notification"}
        )
        value = self.env["mail.tracking.value"].create(
            {
                "mail_message_id": message.id,
                "field_id": self.env["ir.model.fields"]._get("crm.lead", field).id,
                f"old_value_{kind}": old,
                f"new_value_{kind}": new,
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_tracking_value SET create_date = %s WHERE id = %s",
            [moment, value.id],
        )

    def forget(self, leads):
        """Drop the log, as if the module had not been there."""
        self.env.flush_all()
        cr = self.env.cr
        cr.execute("ALTER TABLE crm_stage_log DISABLE TRIGGER USER")
        cr.execute(SQL("DELETE FROM crm_stage_log WHERE lead_key = ANY(%s)", leads.ids))
        cr.execute("ALTER TABLE crm_stage_log ENABLE TRIGGER USER")
        self.StageLog.invalidate_model()

    def test_stages_from_the_chatter(self):
        lead = self.old_lead(stage_id=self.stage_won.id, probability=100)
        new, offer, won = self.stage_new.id, self.stage_offer.id, self.stage_won.id
        self.tracked(lead, "2040-01-05 02:00:00", "stage_id", new, offer)
        self.tracked(lead, "2040-02-04 02:00:00", "stage_id", offer, won)
        self.forget(lead)
        self.StageLog._backfill()
        self.assertEqual(
            self.stays(lead),
            [
                ("F New", "open", 4 * DAY),
                ("F Offer", "open", 30 * DAY),
                ("F Won", "won", None),
            ],
        )
        logs = lead.stage_log_ids
        self.assertEqual(logs.mapped("is_backfilled"), [True] * 3)

    def test_values_are_those_of_the_time(self):
        lead = self.old_lead(stage_id=self.stage_offer.id, expected_revenue=300)
        self.tracked(
            lead,
            "2040-01-05 02:00:00",
            "stage_id",
            self.stage_new.id,
            self.stage_offer.id,
        )
        self.tracked(lead, "2040-01-03 02:00:00", "expected_revenue", 100, 200, "float")
        self.tracked(lead, "2040-01-09 02:00:00", "expected_revenue", 200, 300, "float")
        self.tracked(
            lead,
            "2040-01-05 02:00:00",
            "user_id",
            self.seller_south.id,
            self.seller_north.id,
        )
        self.forget(lead)
        self.StageLog._backfill()
        logs = lead.stage_log_ids.sorted("enter")
        self.assertEqual(logs.mapped("amount"), [100, 200])
        self.assertEqual(logs.mapped("user_id"), self.seller_south + self.seller_north)
        self.assertEqual(logs.team_id, self.team_north)

    def test_lead_without_tracking_has_one_stay_from_its_creation(self):
        lead = self.old_lead()
        self.forget(lead)
        self.StageLog._backfill()
        self.assertEqual(self.stays(lead), [("F New", "open", None)])
        self.assertEqual(str(lead.stage_log_ids.enter), "2040-01-01 02:00:00")

    def test_lost_lead_ends_at_its_closing(self):
        lead = self.old_lead()
        with self.at("2040-02-10"):
            lead.action_set_lost()
        self.forget(lead)
        self.StageLog._backfill()
        self.assertEqual(
            self.stays(lead), [("F New", "open", 40 * DAY), ("F New", "lost", None)]
        )

    def test_stage_changed_without_tracking_is_logged_from_now_on(self):
        lead = self.old_lead(stage_id=self.stage_won.id, probability=100)
        self.tracked(
            lead,
            "2040-01-05 02:00:00",
            "stage_id",
            self.stage_new.id,
            self.stage_offer.id,
        )
        self.forget(lead)
        self.StageLog._backfill()
        self.assertEqual(
            [stage for stage, _status, _seconds in self.stays(lead)],
            ["F New", "F Offer", "F Won"],
        )
        running = lead.stage_log_ids.filtered(lambda log: not log.leave)
        self.assertEqual(running.enter, self.env.cr.now())
        self.assertFalse(running.is_backfilled)

    def test_deleted_stage_leaves_an_empty_name(self):
        gone = self.env["crm.stage"].create({"name": "Gone"})
        lead = self.old_lead()
        self.tracked(
            lead, "2040-01-05 02:00:00", "stage_id", gone.id, self.stage_new.id
        )
        gone.unlink()
        self.forget(lead)
        self.StageLog._backfill()
        self.assertEqual(
            self.stays(lead), [(False, "open", 4 * DAY), ("F New", "open", None)]
        )

    def test_leads_with_a_log_are_left_alone(self):
        lead = self.old_lead()
        before = self.stays(lead)
        self.tracked(
            lead,
            "2040-01-05 02:00:00",
            "stage_id",
            self.stage_offer.id,
            self.stage_new.id,
        )
        self.StageLog._backfill()
        self.StageLog._backfill()
        self.assertEqual(self.stays(lead), before)

    def test_real_tracking_of_the_chatter(self):
        """What the chatter writes today is what the back-fill understands."""
        lead = self.old_lead().with_context(tracking_disable=False)
        self.env.cr.flush()  # new records are not tracked until the commit
        lead.stage_id = self.stage_offer
        self.env.cr.flush()
        self.forget(lead)
        self.StageLog._backfill()
        self.assertEqual(
            [stage for stage, _status, _seconds in self.stays(lead)],
            ["F New", "F Offer"],
        )

    def test_install_starts_with_what_is_there(self):
        lead = self.old_lead()
        self.forget(lead)
        post_init_hook(self.env)
        self.assertEqual(self.stays(lead), [("F New", "open", None)])
        self.assertTrue(self.snapshots(lead))
        run = self.Run.search(
            [("period_id", "=", self.period().id), ("date", "=", "2040-03-07")]
        )
        self.assertEqual(run.amount_total, 40000)
        self.assertEqual(run.line_ids.lead_id, lead)

    def test_category_column_is_filled_without_compute(self):
        cr = self.env.cr
        self.env.flush_all()
        cr.execute("ALTER TABLE crm_lead RENAME COLUMN forecast_category TO x_kept")
        lead_count = (
            self.env["crm.lead"].with_context(active_test=False).search_count([])
        )
        pre_init_hook(self.env)
        self.assertTrue(column_exists(cr, "crm_lead", "forecast_category"))
        cr.execute("SELECT count(*) FROM crm_lead WHERE forecast_category = 'pipeline'")
        self.assertEqual(cr.fetchone()[0], lead_count)
        pre_init_hook(self.env)  # a second call finds the column
        cr.execute("ALTER TABLE crm_lead DROP COLUMN forecast_category")
        cr.execute("ALTER TABLE crm_lead RENAME COLUMN x_kept TO forecast_category")
