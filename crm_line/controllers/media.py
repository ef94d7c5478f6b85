from werkzeug.exceptions import NotFound

from odoo.http import Controller, request, route

# shown as they are; everything else is only offered for download
SHOWN = ("image/jpeg", "image/png")


class LineMedia(Controller):
    """Files that agents sent, for LINE and for the customer's phone."""

    @route(
        "/line/media/<int:attachment_id>/<string:token>/<path:name>",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
        readonly=True,
    )
    def media(self, attachment_id, token, name):
        """The file of one address. Nothing tells a wrong address from an old one."""
        attachment = request.env["ir.attachment"]._line_find(attachment_id, token)
        if not attachment or attachment.type != "binary":
            raise NotFound
        stream = request.env["ir.binary"]._get_stream_from(attachment)
        response = stream.get_response(as_attachment=stream.mimetype not in SHOWN)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
