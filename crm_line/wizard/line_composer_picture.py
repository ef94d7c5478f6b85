import base64

from odoo import fields, models
from odoo.tools.image import image_process

from ..tools import line_message

PICTURE_PIXELS, PREVIEW_PIXELS = 1920, 720


class LineComposerPicture(models.TransientModel):
    """A picture before the text. LINE fetches it, so it gets a public address."""

    _inherit = "line.composer"  # pylint: disable=consider-merging-classes-inherited

    picture = fields.Image(max_width=PICTURE_PIXELS, max_height=PICTURE_PIXELS)
    picture_ids = fields.Many2many(
        "ir.attachment", string="Picture and Preview", readonly=True
    )

    def _messages(self, text):
        if not self.picture:
            return super()._messages(text)
        picture, preview = self._pictures()
        message = line_message.image(
            self._picture_address(picture), self._picture_address(preview)
        )
        return [message, *(super()._messages(text) if text else [])]

    def _pictures(self):
        """The picture and its preview as JPEG, made once for all recipients."""
        self.ensure_one()
        if not self.picture_ids:
            source = base64.b64decode(self.picture)
            self.picture_ids = (
                self.env["ir.attachment"]
                .sudo()
                .create(
                    [
                        {
                            "name": name,
                            "raw": self._as_jpeg(source, pixels),
                            "mimetype": "image/jpeg",
                            "res_model": "line.account",
                            "res_id": self.account_id.id,
                        }
                        for name, pixels in (
                            ("picture.jpg", PICTURE_PIXELS),
                            ("preview.jpg", PREVIEW_PIXELS),
                        )
                    ]
                )
            )
            self.picture_ids.sudo().generate_access_token()
        return self.picture_ids.sudo().sorted("id")

    def _as_jpeg(self, source, pixels):
        """LINE takes JPEG and PNG; a JPEG is below its limit of bytes."""
        return image_process(
            source, size=(pixels, pixels), quality=80, output_format="JPEG"
        )

    def _picture_address(self, attachment):
        base = self.account_id.get_base_url()
        token = attachment.access_token
        return f"{base}/web/image/{attachment.id}?access_token={token}"

    def _shown_attachments(self):
        return self._pictures()[:1] if self.picture else super()._shown_attachments()
