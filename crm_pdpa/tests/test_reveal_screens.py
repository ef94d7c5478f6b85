"""The button in a browser, over HTTP, and the unit tests of the client."""

import re
from pathlib import Path

from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests import test_js

from ..models.pdpa_reveal import NOTE_LENGTH, REASONS
from .canary import PARTNER, CanaryHttpCase

DIALOG = Path(__file__).parents[1] / "static/src/masked_value/reveal_dialog.js"
UNIT_TESTS = "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}"


@tagged("post_install", "-at_install")
class TestRevealScreens(CanaryHttpCase):
    def test_tour(self):
        self.start_tour(
            f"/odoo/contacts/{self.partner.id}",
            "crm_pdpa_reveal",
            login=self.users["seller"].login,
        )
        grant = self.env["pdpa.reveal"].search(
            [("user_id", "=", self.users["seller"].id)]
        )
        self.assertEqual((grant.field_names, grant.note), ("phone", "訂單 S00042"))

    def test_http(self):
        self.log_in(self.users["seller"])
        args = self.partner.ids, "phone"
        self.assertIn("Reason", self.rpc("res.partner", "pdpa_reveal", *args, ""))
        self.assertNotIn(
            PARTNER["phone"], self.rpc("res.partner", "pdpa_reveal", *args, False)
        )
        found = self.rpc("res.partner", "pdpa_reveal", *args, "delivery")
        self.assertIn(PARTNER["phone"], found)
        self.assertIn('"value"', found)

    def test_dialog_knows_the_reasons_of_the_server(self):
        source = DIALOG.read_text(encoding="utf-8")
        found = re.findall(r'\["(\w+)", _t\("([^"]+)"\)\]', source)
        self.assertEqual(found, REASONS)
        self.assertIn(f"NOTE_LENGTH = {NOTE_LENGTH};", source)


@tagged("post_install", "-at_install")
class TestRevealUnit(HttpCase):
    def test_client(self):
        # the class itself would bring its own tests along
        suite = test_js.HOOTCommon._generate_hash(self, "@crm_pdpa")
        self.browser_js(
            UNIT_TESTS.format(suite=suite),
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )
