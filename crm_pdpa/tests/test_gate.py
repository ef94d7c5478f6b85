from odoo.fields import Domain
from odoo.tests import tagged

from .common import PdpaCase

CHANNELS = ("email", "sms", "line", "phone", "post")


@tagged("post_install", "-at_install")
class TestGate(PdpaCase):
    # events in order -> may e-mail be sent for marketing (consent), service (contract)
    SEMANTICS = [
        ((), False, True),
        (("grant",), True, True),
        (("deny",), False, False),
        (("withdraw",), False, False),
        (("grant", "withdraw"), False, False),
        (("grant", "deny"), False, False),
        (("deny", "grant"), True, True),
        (("grant", "withdraw", "grant"), True, True),
    ]

    def _ways(self, partner, purpose, channel):
        """The answers of the three ways to ask."""
        found = self.env["res.partner"].search(
            self.gate._domain(purpose, channel) & Domain("id", "=", partner.id)
        )
        return (
            bool(self.gate._filter(partner, purpose, channel)),
            bool(found),
            self.gate._explain(partner, purpose, channel)[partner.id][0],
        )

    def test_semantics(self):
        for events, marketing, service in self.SEMANTICS:
            partner = self.env["res.partner"].create({"name": "-".join(events) or "-"})
            for event in events:
                self.receipt._record(partner, "marketing", event, ["email"])
                self.receipt._record(partner, "service", event, ["email"])
            for purpose, allowed in (("marketing", marketing), ("service", service)):
                with self.subTest(events=events, purpose=purpose):
                    answers = self._ways(partner, purpose, "email")
                    self.assertEqual(answers, (allowed,) * 3)

    def test_each_channel_is_asked_for_itself(self):
        for channel in CHANNELS:
            with self.subTest(channel=channel):
                partner = self.env["res.partner"].create({"name": channel})
                self.receipt._record(partner, "marketing", "grant", [channel])
                allowed = {
                    other
                    for other in CHANNELS
                    if self.gate._filter(partner, "marketing", other)
                }
                self.assertEqual(allowed, {channel})

    def test_purposes_are_independent(self):
        self.receipt._record(self.anna, "service", "withdraw")
        self.receipt._record(self.anna, "marketing", "grant")
        allowed = {
            purpose: bool(self.gate._filter(self.anna, purpose, "email"))
            for purpose in ("membership", "marketing", "service")
        }
        self.assertEqual(
            allowed, {"membership": True, "marketing": True, "service": False}
        )

    def test_order_is_kept_and_nobody_is_nobody(self):
        people = self.chen + self.anna + self.ben
        self.assertEqual(self.gate._filter(people, "service", "email"), people)
        nobody = self.env["res.partner"]
        self.assertEqual(self.gate._filter(nobody, "marketing", "email"), nobody)

    def test_unknown_words_are_named(self):
        for method in (self.gate._filter, self.gate._reasons):
            with self.assertRaisesRegex(ValueError, "test_nothing"):
                method(self.anna, "test_nothing", "email")
            with self.assertRaisesRegex(ValueError, "fax"):
                method(self.anna, "marketing", "fax")

    def test_out_of_use_allows_nobody(self):
        purpose = self.env["pdpa.purpose"].create(
            {
                "name": "Post only",
                "code": "test_post",
                "legal_basis": "contract",
                "channel_ids": self.env.ref("crm_pdpa.channel_post").ids,
            }
        )
        self.assertEqual(self._ways(self.anna, "test_post", "post"), (True,) * 3)
        self.assertEqual(self._ways(self.anna, "test_post", "email"), (False,) * 3)
        self.assertIn(
            "does not use E-mail",
            self.gate._reasons(self.anna, "test_post", "email")[self.anna.id],
        )
        purpose.active = False
        self.assertEqual(self._ways(self.anna, "test_post", "post"), (False,) * 3)

    def test_archived_channel_allows_nobody(self):
        self.env.ref("crm_pdpa.channel_post").active = False
        self.assertEqual(self._ways(self.anna, "service", "post"), (False,) * 3)

    def test_reasons(self):
        date = r"\d\d/\d\d/\d{4}"
        cases = [
            ("marketing", (), "Not allowed: no consent recorded."),
            ("service", (), "Allowed: no refusal; legal basis: 2. Contract"),
            ("marketing", ("grant",), f"Allowed: consented on {date}"),
            ("marketing", ("deny",), f"Not allowed: refused on {date}"),
            ("service", ("withdraw",), f"Not allowed: withdrawn on {date}"),
        ]
        for purpose, events, text in cases:
            with self.subTest(purpose=purpose, events=events):
                partner = self.env["res.partner"].create({"name": "R"})
                for event in events:
                    self.receipt._record(partner, purpose, event, ["email"])
                reasons = self.gate._reasons(partner, purpose, "email")
                self.assertRegex(reasons[partner.id], text)

    def test_asked_by_someone_without_rights(self):
        """Senders ask the gate as any user, also as the public one."""
        self.receipt._record(self.anna, "marketing", "grant")
        public = self.env.ref("base.public_user")
        public.company_ids |= self.company
        for user in (self.employee, public):
            gate = self.gate.with_user(user).with_company(self.company)
            allowed = gate._filter(self.anna | self.ben, "marketing", "email")
            self.assertEqual(allowed.ids, self.anna.ids)
