from odoo.http import Controller, request, route

# LINE says nothing about the size of a webhook; requests to LINE end at 2 MB.
MAX_BODY_BYTES = 4 << 20


class LineWebhook(Controller):
    """Where the LINE Platform posts its events."""

    @route(
        "/line/webhook/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def receive(self, token):
        """Verify and store, nothing else: LINE waits two seconds for the answer."""
        accounts = request.env["line.account"]
        # not by the route: that would refuse before anybody could count it
        if (request.httprequest.content_length or 0) > MAX_BODY_BYTES:
            accounts._receive_too_large(token)
            return request.make_response("", status=413)
        body = request.httprequest.get_data()
        signature = request.httprequest.headers.get("X-Line-Signature")
        status = accounts._receive(token, body, signature)
        return request.make_response("", status=status)
