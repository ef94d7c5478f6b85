import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import line_message, line_picture


class LineComposerPicture(models.TransientModel):
    """A picture before the text. LINE fetches it by an address that expires."""

    _inherit = "line.composer"  # pylint: disable=consider-merging-classes-inherited

    picture = fields.Image(max_width=1920, max_height=1920)
    picture_ids = fields.Many2many(
        "ir.attachment", string="Picture and Preview", readonly=True
    )

    def _messages(self, text):
        if not self.picture:
            return super()._messages(text)
        addresses = [file._line_url(self.account_id) for file in self._pictures()]
        message = line_message.image(*addresses)
        return [message, *(super()._messages(text) if text else [])]

    def _pictures(self):
        """The picture and its preview as LINE takes them, made once for all."""
        self.ensure_one()
        if not self.picture_ids:
            try:
                drawn = line_picture.encode(base64.b64decode(self.picture))
            except ValueError:
                raise UserError(
                    self.env._("“Picture” cannot be read. Choose a JPEG or PNG file.")
                ) from None
            files = self.env["ir.attachment"].sudo()
            self.picture_ids = files.with_context(image_no_postprocess=True).create(
                [
                    {
                        "name": name,
                        "raw": raw,
                        "mimetype": mimetype,
                        "res_model": "line.account",
                        "res_id": self.account_id.id,
                    }
                    for name, (raw, mimetype) in (
                        ("picture", drawn),
                        ("preview", line_picture.preview(drawn[0])),
                    )
                ]
            )
        return self.picture_ids.sudo().sorted("id")

    def _shown_attachments(self):
        return self._pictures()[:1] if self.picture else super()._shown_attachments()
