from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..models.crm_way import WAYS
from .common import SegmentsCase


@tagged("post_install", "-at_install")
class TestTags(SegmentsCase):
    """Groups of tags, the log of changes by people, the bulk wizard and clicks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tags = cls.env["res.partner.category"]
        cls.tag, cls.other = cls.tags.create([{"name": "Tea"}, {"name": "Coffee"}])
        cls.customer = cls._create_customer()
        cls.rows = cls.env["crm.tag.assignment"]

    def _rows(self, partner=None):
        return self.rows.search(
            [("partner_id", "=", (partner or self.customer).id)], order="id"
        )

    def test_eight_groups(self):
        for way, _label in WAYS:
            with self.subTest(way=way):
                self.assertEqual(self.env.ref(f"crm_segments.tag_{way}").crm_way, way)
        self.assertEqual(len(WAYS), 8)

    def test_tags_take_the_way_of_their_group(self):
        group = self.env.ref("crm_segments.tag_behaviour")
        tag = self.tags.create({"name": "Gift Buyer", "parent_id": group.id})
        below = self.tags.create({"name": "Birthdays", "parent_id": tag.id})
        self.assertEqual((tag.crm_way, below.crm_way), ("behaviour", "behaviour"))
        tag.parent_id = self.env.ref("crm_segments.tag_need")
        self.assertEqual((tag.crm_way, below.crm_way), ("need", "need"))
        self.tag.crm_way = "role"
        self.assertEqual(self.tag.crm_way, "role")

    def test_changes_by_hand_are_logged(self):
        tagged_customer = self._create_customer("Wu", category_id=self.tag.ids)
        self.assertEqual(self._rows(tagged_customer).source, "manual")
        self.customer.category_id = self.tag | self.other
        rows = self._rows()
        self.assertEqual(rows.tag_id, self.tag | self.other)
        self.assertEqual(set(rows.mapped("source")), {"manual"})
        self.assertEqual(rows.user_id, self.env.user)
        self.customer.category_id = self.other
        self.assertEqual(
            [(row.tag_id, row.end_reason) for row in self._rows()],
            [(self.tag, "hand"), (self.other, False)],
        )
        self.customer.write({"category_id": [Command.link(self.other.id)]})
        self.assertEqual(len(self._rows()), 2)

    def test_why_on_the_contact(self):
        self.customer.category_id = self.tag
        self.assertEqual(self.customer.crm_tag_count, 1)
        action = self.customer.action_view_crm_tags()
        self.assertEqual(self.rows.search(action["domain"]), self._rows())

    def test_merge_keeps_the_log(self):
        duplicate = self._create_customer("Chen Mei ling", category_id=self.tag.ids)
        row = self._rows(duplicate)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | duplicate).ids, self.customer)
        self.assertEqual(self._rows(), row)
        self.assertEqual(self.customer.category_id, self.tag)

    def test_rows_of_hidden_contacts_are_hidden(self):
        other = self._create_company("Sister")
        theirs = self._create_customer("Ho", company_id=other.id)
        theirs.category_id = self.tag
        self.customer.category_id = self.tag
        salesman = new_test_user(
            self.env,
            "tag_salesman",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        seen = self.rows.with_user(salesman).search([("tag_id", "=", self.tag.id)])
        self.assertEqual(seen.partner_id, self.customer)

    def _wizard(self, partners, **values):
        wizard = self.env["crm.tag.bulk"].with_context(
            active_model="res.partner", active_ids=partners.ids
        )
        return wizard.create({"reason": "Spring fair", **values})

    def test_bulk(self):
        second = self._create_customer("Wu", category_id=self.other.ids)
        until = date.today() + timedelta(30)
        wizard = self._wizard(
            self.customer | second,
            add_tag_ids=self.tag.ids,
            remove_tag_ids=self.other.ids,
            expires_on=until,
        )
        self.assertEqual(wizard.partner_count, 2)
        wizard.action_apply()
        self.assertEqual((self.customer | second).category_id, self.tag)
        row = self._rows()
        self.assertEqual(row.source, "bulk")
        self.assertEqual(row.reason, "Spring fair")
        self.assertEqual(row.expires_on, until)
        self.assertEqual(self._rows(second)[0].end_reason, "hand")

    def test_bulk_form(self):
        context = {"active_model": "res.partner", "active_ids": self.customer.ids}
        with Form(self.env["crm.tag.bulk"].with_context(**context)) as form:
            form.add_tag_ids.add(self.tag)
            form.reason = "Asked for it"
        form.save().action_apply()
        self.assertEqual(self._rows().reason, "Asked for it")

    def test_bulk_refuses_nonsense(self):
        yesterday = date.today() - timedelta(2)
        for values in (
            {},
            {"add_tag_ids": self.tag.ids, "remove_tag_ids": self.tag.ids},
            {"add_tag_ids": self.tag.ids, "expires_on": yesterday},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self._wizard(self.customer, **values).action_apply()
        self.assertFalse(self.customer.category_id)

    def test_bulk_needs_the_right_to_write_contacts(self):
        user = new_test_user(
            self.env, "tag_user", groups="crm_segments.group_crm_segments_user"
        )
        wizard = (
            self.env["crm.tag.bulk"]
            .with_user(user)
            .create(
                {
                    "partner_ids": self.customer.ids,
                    "add_tag_ids": self.tag.ids,
                    "reason": "x",
                }
            )
        )
        with self.assertRaises(AccessError):
            wizard.action_apply()

    def _click(self, mailing_tag=None, link_tag=None, record=None):
        """A click on the link of a mailing that was sent to ``record``."""
        record = record or self.customer
        mailing = self.env["mailing.mailing"].create(
            {
                "subject": "Spring",
                "mailing_model_id": self.env["ir.model"]._get_id(record._name),
                "crm_click_tag_id": mailing_tag and mailing_tag.id,
            }
        )
        trace = self.env["mailing.trace"].create(
            {
                "trace_type": "mail",
                "model": record._name,
                "res_id": record.id,
                "mass_mailing_id": mailing.id,
            }
        )
        link = self.env["link.tracker"].create(
            {
                "url": f"https://example.com/tea/{trace.id}",
                "title": "Tea",
                "mass_mailing_id": mailing.id,
                "crm_tag_id": link_tag and link_tag.id,
            }
        )
        return (
            self.env["link.tracker.click"]
            .sudo()
            .add_click(link.code, ip="127.0.0.1", mailing_trace_id=trace.id)
        )

    def test_click_on_a_tagged_link(self):
        click = self._click(mailing_tag=self.other, link_tag=self.tag)
        self.assertEqual(self.customer.category_id, self.tag)
        row = self._rows()
        self.assertEqual(row.source, "click")
        self.assertEqual(row.reason, "Tea")
        click._tag_contact()
        self.assertEqual(self._rows(), row)

    def test_click_in_a_tagged_mailing(self):
        self._click(mailing_tag=self.other)
        self.assertEqual(self.customer.category_id, self.other)

    def test_click_of_a_lead(self):
        lead = self.env["crm.lead"].create(
            {"name": "Tea for all", "partner_id": self.customer.id}
        )
        self._click(link_tag=self.tag, record=lead)
        self.assertEqual(self.customer.category_id, self.tag)

    def test_clicks_that_tag_nobody(self):
        self._click()
        self.assertFalse(self.customer.category_id)
        gone = self._create_customer("Gone")
        gone_id = gone.id
        click = self._click(link_tag=self.tag, record=gone)
        self.assertEqual(gone.category_id, self.tag)
        gone.unlink()
        click._tag_contact()
        self.assertFalse(self.rows.search([("partner_id", "=", gone_id)]))
        self.assertIsNone(
            self.env["link.tracker.click"].sudo().add_click("nocode", ip="127.0.0.1")
        )
