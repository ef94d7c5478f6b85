from odoo import http
from odoo.http import request


class ReceiptFile(http.Controller):
    """Consent receipts as files for staff; the rights of the user apply."""

    @http.route(
        "/pdpa/receipt/<string:uuid>.json", type="http", auth="user", readonly=True
    )
    def receipt_json(self, uuid, **_kwargs):
        """Download one receipt as a consent record."""
        receipt = request.env["pdpa.receipt"].search([("uuid", "=", uuid)], limit=1)
        if not receipt:
            return request.not_found()
        return json_file(receipt)


def json_file(receipt):
    """A response that saves the consent record of a receipt."""
    return request.make_response(
        receipt._json_file(),
        [
            ("Content-Type", "application/json; charset=utf-8"),
            (
                "Content-Disposition",
                http.content_disposition(f"consent-{receipt.uuid}.json"),
            ),
            ("X-Robots-Tag", "noindex"),
            ("Cache-Control", "no-store"),
        ],
    )
