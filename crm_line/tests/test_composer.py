import base64
import io
import json
from unittest.mock import patch

from PIL import Image

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.mail.tools.discuss import Store

from .common import LineCase, publish_notice

PREPARED = "odoo.addons.crm_pdpa.models.pdpa_field.PdpaField._masking_on"


@tagged("post_install", "-at_install")
class TestComposer(LineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        publish_notice(cls.env)
        cls.env.ref("base.user_admin").company_ids |= cls.company
        for group in (
            "base.group_partner_manager",
            "sales_team.group_sale_salesman_all_leads",
        ):
            cls.agent.group_ids |= cls.env.ref(group)
        cls.stranger = cls._new_user("stranger", "crm_line.group_line_agent")

    def setUp(self):
        super().setUp()
        self.writes("hi")
        self.bind()
        self.simulator.platform.delivered.clear()

    def consent(self, event="grant", purpose="marketing", partner=None):
        self.env["pdpa.receipt"]._record(
            partner or self.partner, purpose, event, ["line"]
        )

    def composer(self, records=None, user=None, **values):
        records = self.partner if records is None else records
        return (
            self.env["line.composer"]
            .with_user(user or self.agent)
            .with_context(active_model=records._name, active_ids=records.ids)
            .create(
                {"body": "Hello {{ object.name }}", "account_id": self.account.id}
                | values
            )
        )

    def lines(self, record):
        return record.message_ids.filtered(
            lambda m: "LINE message to" in (m.body or "")
        )

    def people(self, count):
        """More contacts who are bound."""
        partners = self.env["res.partner"].create(
            [{"name": f"Person {number}", "lang": "en_US"} for number in range(count)]
        )
        for partner in partners:
            customer = self.new_customer(partner.name)
            self.writes("hi", customer)
            self.bind(partner, customer)
        return partners

    # -- sending --------------------------------------------------------------
    def test_one_contact(self):
        wizard = self.composer()
        self.assertEqual(wizard.account_id, self.account)
        self.assertEqual(wizard.preview, "Hello Wang Xiaoming")
        wizard.action_send()
        row = self.rows()
        self.assertEqual((row.lane, row.state), ("service", "queued"))
        self.work()
        self.assertEqual(self.shown(), ["Hello Wang Xiaoming"])
        conversation = self.line_user.channel_id.message_ids
        self.assertIn(row.mail_message_id, conversation)
        self.assertEqual(
            row.mail_message_id.author_id, self.env.ref("base.partner_root")
        )
        line = self.lines(self.partner)
        self.assertEqual(row.record_message_id, line)
        self.assertEqual(line.author_id, self.agent.partner_id)
        self.assertEqual(line.line_state, "sent")
        self.assertIn("Hello Wang Xiaoming", line.body)

    def test_pressing_twice_sends_once(self):
        wizard = self.composer()
        wizard.action_send()
        wizard.action_send()
        self.work()
        self.assertEqual(len(self.shown()), 1)
        self.assertEqual(len(self.lines(self.partner)), 1)
        self.composer().action_send()
        self.work()
        self.assertEqual(len(self.shown()), 2, "another composer is another message")

    def test_batch(self):
        people = self.people(3)
        nobody = self.env["res.partner"].create({"name": "Not Bound"})
        wizard = self.composer(people | nobody | self.partner)
        self.assertEqual((wizard.send_count, wizard.unbound_count), (4, 1))
        self.assertIn("Not Bound: Not bound to LINE.", wizard.problems)
        wizard.action_send()
        self.assertEqual(len(self.rows()), 4)
        self.work()
        self.assertEqual(self.shown(), ["Hello Wang Xiaoming"])
        for person in people:
            self.assertEqual(len(self.lines(person)), 1)
        self.assertFalse(self.lines(nobody))

    def test_equal_texts_go_together_and_in_chunks(self):
        people = self.people(4)
        path = "odoo.addons.crm_line.wizard.line_composer_batch.CHUNK"
        Outbox = type(self.env["line.outbox"])
        calls = []
        enqueue = Outbox._enqueue

        def counted(outbox, users, *arguments, **options):
            calls.append(len(users))
            return enqueue(outbox, users, *arguments, **options)

        with patch(path, 3), patch.object(Outbox, "_enqueue", counted):
            self.composer(people, body="We are closed on Monday.").action_send()
        self.assertEqual(calls, [3, 1])
        self.assertEqual(len(self.rows()), 4)

    def test_preview_of_each_record(self):
        people = self.people(2)
        wizard = self.composer(people | self.partner)
        seen = {wizard.preview_name}
        for _press in range(2):
            wizard.action_preview_next()
            seen.add(wizard.preview_name)
        self.assertEqual(len(seen), 3)
        last = wizard.preview_name
        wizard.action_preview_next()
        wizard.action_preview_previous()
        self.assertEqual(wizard.preview_name, last)

    def test_form(self):
        env = self.env["line.composer"].with_user(self.agent)
        context = {"active_model": "res.partner", "active_ids": self.partner.ids}
        with Form(env.with_context(**context)) as form:
            form.body = "Hi {{ object.name }}"
            self.assertEqual(form.preview, "Hi Wang Xiaoming")
            self.assertEqual(form.send_count, 1)
            form.lane = "marketing"
            self.assertEqual(form.send_count, 0)
            self.assertIn("consent", form.problems)

    def test_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        country = self.env.ref("base.jp")
        country.with_context(lang="zh_TW").name = "日本國"
        self.partner.write({"lang": "zh_TW", "country_id": country.id})
        admin = self.env.ref("base.user_admin")
        self.composer(body="{{ object.country_id.name }}", user=admin).action_send()
        self.work()
        self.assertEqual(self.shown(), ["日本國"])

    # -- leads and orders -----------------------------------------------------
    def test_lead_with_and_without_a_contact(self):
        lead = self.env["crm.lead"].create(
            {"name": "Tea", "company_id": self.company.id, "user_id": self.agent.id}
        )
        with self.assertRaises(UserError) as caught:
            lead.with_user(self.agent).action_line_compose()
        self.assertIn("Contact", str(caught.exception))
        wizard = self.composer(lead)
        self.assertIn("Choose a “Contact” first", wizard.problems)
        with self.assertRaises(UserError):
            wizard.action_send()
        lead.partner_id = self.partner
        action = lead.with_user(self.agent).action_line_compose()
        self.assertEqual(action["res_model"], "line.composer")
        self.composer(lead, body="About {{ object.name }}").action_send()
        self.work()
        self.assertEqual(self.shown(), ["About Tea"])
        self.assertEqual(len(self.lines(lead)), 1)

    def test_two_orders_of_one_customer(self):
        orders = self.env["sale.order"].create(
            [{"partner_id": self.partner.id, "company_id": self.company.id}] * 2
        )
        wizard = self.composer(orders, body="{{ object.name }} is ready")
        wizard.action_send()
        wizard.action_send()
        self.work()
        expected = [f"{order.name} is ready" for order in orders.sorted("id")]
        self.assertEqual(sorted(self.shown()), sorted(expected))
        for order in orders:
            self.assertEqual(len(self.lines(order)), 1)
            self.assertIn(order.name, self.lines(order).body)

    def test_record_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.partner.company_id = False
        lead = self.env["crm.lead"].create(
            {"name": "Far", "partner_id": self.partner.id}
        )
        lead.company_id = other
        manager = self._new_user(
            "manager", "crm_line.group_line_manager,sales_team.group_sale_manager"
        )
        manager.company_ids |= other
        wizard = self.composer(lead, user=manager)
        wizard = wizard.with_context(allowed_company_ids=manager.company_ids.ids)
        wizard.invalidate_recordset()
        self.assertEqual(wizard.send_count, 0)
        self.assertIn("another company", wizard.problems)

    # -- consent --------------------------------------------------------------
    def test_marketing_asks_the_gate_now_and_when_sent(self):
        wizard = self.composer(lane="marketing")
        self.assertEqual((wizard.send_count, wizard.refused_count), (0, 1))
        with self.assertRaises(UserError) as caught:
            wizard.action_send()
        self.assertIn("consent", str(caught.exception))
        self.assertFalse(self.rows())
        self.consent()
        self.composer(lane="marketing").action_send()
        row = self.rows()
        self.assertEqual((row.lane, row.state), ("marketing", "queued"))
        self.consent("withdraw")
        self.work()
        self.assertEqual(row.state, "cancelled")
        self.assertFalse(self.shown())
        line = self.lines(self.partner)
        line.invalidate_recordset(["line_state"])
        self.assertEqual(line.line_state, "cancelled", "seen on the record")

    def test_service_does_not_ask_for_consent(self):
        """What a contract needs to be said is no marketing."""
        self.consent("deny", "service")
        wizard = self.composer()
        self.assertEqual(wizard.refused_count, 0)
        wizard.action_send()
        self.assertEqual(self.rows(lane="service").state, "queued")

    def test_context_of_a_request_does_not_open_the_gate(self):
        outbox = self.env["line.outbox"].with_context(line_known_refusals={})
        text = [{"type": "text", "text": "x"}]
        row = outbox._enqueue(self.line_user, text, "marketing", "m:1")
        self.assertEqual(row.state, "cancelled")

    def test_blocked(self):
        self.line_user.friend_state = "blocked"
        wizard = self.composer()
        self.assertIn("blocked", wizard.problems)
        with self.assertRaises(UserError):
            wizard.action_send()

    # -- who may --------------------------------------------------------------
    def test_only_own_accounts(self):
        foreign = self.composer(user=self.stranger)
        self.assertFalse(
            self.env["line.composer"].with_user(self.stranger)._allowed_accounts()
        )
        with self.assertRaises(AccessError):
            foreign.action_send()
        supervisor = self._new_user("boss", "crm_line.group_line_supervisor")
        self.composer(user=supervisor).action_send()
        self.assertEqual(len(self.rows()), 1)
        employee = self._new_user("employee", "base.group_user")
        with self.assertRaises(AccessError):
            self.composer(user=employee)

    def test_only_records_that_one_may_read(self):
        hidden = self.env["sale.order"].create(
            {"partner_id": self.partner.id, "company_id": self.company.id}
        )
        reader = self._new_user("reader", "crm_line.group_line_agent")
        self.account.agent_ids |= reader
        with self.assertRaises(AccessError):
            self.composer(hidden, user=reader).action_send()

    def test_other_models_are_refused(self):
        wizard = self.composer()
        wizard.write({"res_model": "res.users", "res_ids": json.dumps(self.agent.ids)})
        with self.assertRaises(UserError):
            wizard.action_send()

    def test_code_in_a_placeholder(self):
        with self.assertRaises(AccessError):
            self.composer(body="{{ env['res.users'].search([]) }}").action_send()
        self.assertFalse(self.rows())

    def test_masked_field_is_no_placeholder(self):
        self.partner.phone = "0912345678"
        editor = self.env.ref("mail.group_mail_template_editor")
        self.agent.group_ids |= editor
        with patch(PREPARED, return_value=True):
            masked = self.partner.with_user(self.agent)._pdpa_masked(["phone"])
            self.assertTrue(masked, "the agent sees a mask")
            wizard = self.composer(body="Call {{ object.phone }}")
            self.assertNotIn("0912345678", wizard.preview)
            with self.assertRaises(UserError) as caught:
                wizard.action_send()
            self.assertIn("only as a mask", str(caught.exception))
        self.assertFalse(self.rows())

    # -- texts ----------------------------------------------------------------
    def test_too_long_or_empty(self):
        for body in ("長" * 25_001, " ", "{{ object.parent_name }}"):
            admin = self.env.ref("base.user_admin")
            with self.assertRaises(ValidationError) as caught:
                self.composer(body=body, user=admin).action_send()
            self.assertIn("Wang Xiaoming", str(caught.exception))
        self.assertFalse(self.rows())

    def test_links_are_counted_and_shown_as_written(self):
        address = "https://shop.example.com/tea"
        self.composer(body=f"See {address}").action_send()
        self.work()
        (text,) = self.shown()
        self.assertIn("/line/r/", text)
        self.assertNotIn(address, text)
        self.assertIn(address, self.rows().mail_message_id.body)
        link = self.env["line.click"].search([("line_user_id", "=", self.line_user.id)])
        self.assertEqual(link.url, address)

    # -- pictures -------------------------------------------------------------
    def picture(self, size=(3000, 1500)):
        data = io.BytesIO()
        Image.new("RGBA", size, (255, 0, 0, 128)).save(data, "PNG")
        return base64.b64encode(data.getvalue())

    def test_picture_and_text(self):
        people = self.people(1) | self.partner
        wizard = self.composer(people, picture=self.picture())
        wizard.action_send()
        wizard.action_send()
        self.work()
        sent = [
            entry["message"] for entry in self.simulator.delivered(self.customer.id)
        ]
        self.assertEqual([message["type"] for message in sent], ["image", "text"])
        picture, preview = wizard.picture_ids.sudo().sorted("id")
        for attachment, name, width in (
            (picture, "originalContentUrl", 1920),
            (preview, "previewImageUrl", 1024),
        ):
            address = attachment._line_url(self.account)
            self.assertEqual(sent[0][name], address, "it expires like every other file")
            with Image.open(io.BytesIO(attachment.raw)) as image:
                self.assertEqual((image.format, image.width), ("PNG", width))
        shown = self.rows()[-1].mail_message_id
        self.assertEqual(shown.attachment_ids, picture)

    def test_picture_without_a_text(self):
        self.composer(picture=self.picture((10, 10)), body=False).action_send()
        self.work()
        (entry,) = self.simulator.delivered(self.customer.id)
        self.assertEqual(entry["message"]["type"], "image")

    def test_picture_needs_a_public_address(self):
        self.account.api_url = "https://api.line.me"
        self.env["ir.config_parameter"].set_param("web.base.url", "http://localhost")
        with self.assertRaises(ValidationError) as caught:
            self.composer(picture=self.picture((10, 10))).action_send()
        self.assertIn("https", str(caught.exception))

    # -- failures -------------------------------------------------------------
    def test_failure_is_seen_on_the_record_and_can_be_repeated(self):
        self.simulator.fail("push", kind="quota", count=99)
        self.composer().action_send()
        row = self.rows()
        row.write({"state": "failed", "reason": "LINE refused it."})
        line = self.lines(self.partner)
        line.invalidate_recordset(["line_state"])
        data = Store().add(line.with_user(self.agent)).get_result()
        (shown,) = data["mail.message"]
        self.assertEqual(shown["line_state"], "failed")
        self.simulator.faults.clear()
        manager = self._new_user("manager", "crm_line.group_line_manager")
        line.with_user(manager).action_line_retry()
        self.assertEqual(row.state, "queued")
        with self.assertRaises(AccessError):
            line.with_user(self.agent).action_line_retry()
