from datetime import date

from odoo.tests import tagged

from .common import SegmentsCase

TODAY = date(2025, 6, 30)


@tagged("post_install", "-at_install")
class TestCustomerRecords(SegmentsCase):
    """Who has a row before the first purchase."""

    def _refresh_both(self):
        """The incremental refresh, after which a full one must find nothing."""
        self.stats._refresh(today=TODAY)
        self.assertFalse(self.stats._refresh(full=True, today=TODAY))

    def test_plain_contact_is_new_without_a_row(self):
        contact = self._create_customer()
        self._refresh_both()
        self.assertFalse(self._row(contact))
        self.assertEqual(contact.nesl, "new")

    def test_customer_quotation_and_lead_make_a_row(self):
        ranked = self._create_customer("Ranked", customer_rank=1)
        quoted = self._create_customer("Quoted")
        self._create_order(quoted, date(2025, 6, 1), confirm=False)
        led = self._create_customer("Led")
        self.env["crm.lead"].create({"name": "Interest", "partner_id": led.id})
        later = self._create_customer("Ranked later")
        later.customer_rank = 1
        self._refresh_both()
        for customer in (ranked, quoted, led, later):
            with self.subTest(customer=customer.name):
                self.assertEqual(self._row(customer).nesl, "new")
                self.assertFalse(self._row(customer).last_order_date)

    def test_row_is_of_the_commercial_entity(self):
        firm = self._create_customer("Da An Trading", is_company=True)
        buyer = self._create_customer("Lin", parent_id=firm.id)
        self._create_order(buyer, date(2025, 6, 1), confirm=False)
        self._refresh_both()
        self.assertTrue(self._row(firm))
        self.assertFalse(self._row(buyer))

    def test_row_goes_when_its_reason_goes(self):
        quoted = self._create_customer("Quoted")
        order = self._create_order(quoted, date(2025, 6, 1), confirm=False)
        led = self._create_customer("Led")
        lead = self.env["crm.lead"].create({"name": "L", "partner_id": led.id})
        self._refresh_both()
        order.unlink()
        lead.partner_id = self._create_customer("Somebody else")
        self._refresh_both()
        self.assertFalse(self._row(quoted))
        self.assertFalse(self._row(led))
        self.assertTrue(self._row(lead.partner_id))

    def test_archived_prospect_has_no_row_but_a_buyer_keeps_it(self):
        prospect = self._create_customer("Prospect", customer_rank=1)
        buyer = self._create_customer("Buyer")
        self._create_order(buyer, date(2025, 6, 1))
        (prospect | buyer).active = False
        self._refresh_both()
        self.assertFalse(self._row(prospect))
        self.assertEqual(self._row(buyer).nesl, "existing")
        prospect.active = True
        self._refresh_both()
        self.assertTrue(self._row(prospect))

    def test_shared_customer_of_a_sister_company(self):
        """A customer without a company is new everywhere until it buys somewhere."""
        other = self._create_company("Sister")
        self.env.user.company_ids |= other
        customer = self._create_customer(customer_rank=1)
        own = self._create_customer("Own", customer_rank=1, company_id=self.company.id)
        self._refresh_both()
        self.assertEqual(self._row(customer).nesl, "new")
        self.assertEqual(self._row(customer, other).nesl, "new")
        self.assertTrue(self._row(own))
        self.assertFalse(self._row(own, other))
        self._create_order(customer, date(2025, 6, 1))
        self._refresh_both()
        self.assertEqual(self._row(customer).nesl, "existing")
        self.assertFalse(self._row(customer, other))
        self.assertEqual(customer.with_company(other).nesl, "new")
        self._create_order(
            customer, date(2025, 6, 1), confirm=False, company_id=other.id
        )
        self._refresh_both()
        self.assertEqual(self._row(customer, other).nesl, "new")
