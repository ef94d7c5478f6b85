from odoo.http import Controller, request, route

MAX_BODY_BYTES = 1 << 20


class LineWebhook(Controller):
    """Where the LINE Platform posts its events."""

    @route(
        "/line/webhook/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BODY_BYTES,
    )
    def receive(self, token):
        """Verify and store, nothing else: LINE waits two seconds for the answer."""
        body = request.httprequest.get_data()
        signature = request.httprequest.headers.get("X-Line-Signature")
        status = request.env["line.account"]._receive(token, body, signature)
        return request.make_response("", status=status)
