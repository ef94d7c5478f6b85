from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests import test_js

UNIT_TESTS = "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}"


@tagged("post_install", "-at_install")
class TestClient(HttpCase):
    def test_client(self):
        # the class itself would bring its own tests along
        suite = test_js.HOOTCommon._generate_hash(self, "@crm_line")
        self.browser_js(
            UNIT_TESTS.format(suite=suite),
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )
