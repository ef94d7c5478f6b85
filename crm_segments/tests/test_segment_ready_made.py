from odoo.tests import freeze_time, tagged

from ..models.crm_way import WAYS
from .common_segment import SegmentCase


@tagged("post_install", "-at_install")
class TestReadyMade(SegmentCase):
    """The shipped segments, one or more for each of the eight ways."""

    def _of(self, xmlid, company=None):
        """The copy of a shipped segment for the test's company."""
        shipped = self.env.ref(f"crm_segments.segment_{xmlid}").sudo()
        return self.segments.search(
            [
                ("company_id", "=", (company or self.company).id),
                ("name", "=", shipped.name),
                ("domain", "=", shipped.domain),
            ]
        )

    def test_every_company_has_all_and_every_way_is_there(self):
        shipped = self.segments._ready_made()
        self.assertEqual(set(shipped.mapped("way")), {way for way, _label in WAYS})
        mine = self.segments.search([("company_id", "=", self.company.id)])
        self.assertEqual(mine.mapped("name"), shipped.sorted().mapped("name"))
        self.assertFalse(mine.user_id)
        self.assertEqual(set(mine.definer_id.ids), {1})
        self.assertTrue(all(mine.mapped("description")))

    def test_names_are_copied_in_every_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        shipped = self.env.ref("crm_segments.segment_lost").sudo()
        shipped.with_context(lang="fr_FR").name = "Perdus"
        sister = self._create_company("Sister")
        copy = self._of("lost", sister)
        self.assertEqual(copy.with_context(lang="fr_FR").name, "Perdus")
        self.assertEqual(copy.name, "Lost Customers")

    def test_none_is_broken(self):
        self.other_user.group_ids += self.env.ref("sales_team.group_sale_salesman")
        for segment in self.segments.search([("company_id", "=", self.company.id)]):
            for user in (self.env.user, self.other_user):
                self.assertFalse(segment.with_user(user).problem, segment.name)

    def test_without_the_sales_role_orders_and_leads_are_closed(self):
        for xmlid in ("open_opportunity", "open_quotation"):
            segment = self._of(xmlid)
            self.assertIn("not allowed", segment.with_user(self.user).problem)
            self.assertFalse(segment.sudo().problem)

    def _expect(self, xmlid, expected):
        found = self._found(self._of(xmlid))
        self.assertEqual(found, expected, xmlid)

    def test_contacts_of_each(self):
        firm = self._create_customer(
            "Firm", is_company=True, company_id=self.company.id
        )
        person, payer = (
            self._create_customer(
                name, parent_id=firm.id, type=kind, email=f"{name}@seg.example.com"
            )
            for name, kind in (("Person", "contact"), ("Payer", "invoice"))
        )
        today = self.company._stats_today()
        self._create_order(firm, today)
        self.existing.country_id = self.env.ref("base.jp")
        self.env["crm.lead"].create(
            {"name": "L", "partner_id": self.never.id, "type": "opportunity"}
        )
        self._create_order(self.lost, today, confirm=False)
        trace = self.env["mailing.trace"].create(
            {
                "model": "res.partner",
                "res_id": self.lost.id,
                "links_click_datetime": self.env.cr.now(),
            }
        )
        self.assertTrue(trace)
        self.stats._refresh()
        family = firm | person | payer
        cases = {
            "companies": firm,
            "unreachable": firm,
            "taipei": self.sleeping,
            "abroad": self.existing,
            "interested": self.lost,
            "open_opportunity": self.never,
            "open_quotation": self.lost,
            "no_purchase": self.never,
            "first_purchase": family,
            "contact_persons": person,
            "payers": payer,
        }
        for xmlid, expected in cases.items():
            with self.subTest(segment=xmlid):
                self._expect(xmlid, expected.sorted("complete_name"))

    def test_states_and_amounts(self):
        cases = {
            "sleeping": self.sleeping,
            "lost": self.lost,
            "main": self.env["res.partner"],
            "important": self.env["res.partner"],
            "falling_asleep": self.env["res.partner"],
            "high_amount_asleep": self.env["res.partner"],
        }
        for xmlid, expected in cases.items():
            with self.subTest(segment=xmlid), freeze_time("2025-06-30 04:00:00"):
                self._expect(xmlid, expected)
        with freeze_time("2025-07-14 04:00:00"):  # asleep from 21 July
            self._expect("falling_asleep", self.existing)
