import datetime
import mimetypes
import time
import urllib.parse

from odoo import api, fields, models
from odoo.tools import consteq, hmac, human_size

from ..tools import line_message, line_picture

SCOPE = "crm_line.media"
# marks the pictures that were made for LINE; they are deleted with their links
DERIVED = "crm_line.derived"
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp")
DAY_SECONDS = 24 * 3600


class IrAttachment(models.Model):
    """Files that LINE and its users fetch from us, by an address that expires.

    An address names one attachment; its token is a keyed hash over the attachment, its
    checksum and the time of expiry, so no other file can be reached with it.
    """

    _inherit = "ir.attachment"

    # -- addresses ------------------------------------------------------------
    def _line_url(self, account):
        """A public address of this file for as long as the account says."""
        self.ensure_one()
        # whole days: the same file keeps its address for a while
        expires = int(time.time()) // DAY_SECONDS + account.media_days + 1
        name = urllib.parse.quote(self._line_safe_name())
        token = self._line_token(expires)
        return f"{account.get_base_url()}/line/media/{self.id}/{token}/{name}"

    def _line_safe_name(self):
        """Part of an address: short, with the extension of its type."""
        if self.mimetype in ("image/jpeg", "image/png"):
            return f"picture{mimetypes.guess_extension(self.mimetype)}"
        return (self.name or "file").replace("/", "_")[-100:]

    def _line_token(self, expires):
        """:param int expires: day number since 1970"""
        env = self.sudo().env
        signed = hmac(env, SCOPE, (self.id, self.sudo().checksum, expires))
        return f"{expires}-{signed}"

    @api.model
    def _line_find(self, attachment_id, token):
        """The attachment of an address; empty when the address is not valid (any more).

        :return: a record in superuser mode
        """
        expires, _dash, _signed = token.partition("-")
        attachment = self.sudo().browse(attachment_id).exists()
        if not attachment or not expires.isascii() or not expires.isdigit():
            return self.sudo().browse()
        if len(expires) > 6 or int(expires) * DAY_SECONDS < time.time():
            return self.sudo().browse()
        known = consteq(token, attachment._line_token(int(expires)))
        return attachment if known else self.sudo().browse()

    # -- bubbles --------------------------------------------------------------
    def _line_bubble(self, account, message):
        """The LINE message object for this file: a picture, or a card with a link."""
        self.ensure_one()
        picture = self.mimetype in PICTURES and self._line_picture(account, message)
        return picture or line_message.link_card(
            self.name,
            human_size(self.file_size) or "",
            self.with_context(lang=self._line_lang(message)).env._("Open"),
            self.url if self.type == "url" else self._line_url(account),
        )

    def _line_lang(self, message):
        channel = self.env["discuss.channel"].sudo().browse(message.res_id)
        return channel.line_user_id._lang()

    def _line_picture(self, account, message):
        """A picture bubble; nothing when it is not the picture its name says."""
        try:
            raw, mimetype = line_picture.encode(self.raw or b"")
        except ValueError:
            return None
        original = self._line_derive(message, raw, mimetype)
        small = original
        if len(raw) > line_picture.PREVIEW_BYTES:
            small = self._line_derive(message, *line_picture.preview(raw))
        return line_message.image(original._line_url(account), small._line_url(account))

    def _line_derive(self, record, raw, mimetype):
        """A file made for LINE, which belongs to ``record``."""
        return (
            self.env["ir.attachment"]
            .sudo()
            .with_context(image_no_postprocess=True)
            .create(
                {
                    "name": f"LINE {self.name or record.display_name}"[:200],
                    "raw": raw,
                    "mimetype": mimetype,
                    "res_model": record._name,
                    "res_id": record.id,
                    "description": DERIVED,
                }
            )
        )

    @api.autovacuum
    def _gc_line_derived(self):
        """Pictures made for LINE whose addresses have expired."""
        accounts = self.env["line.account"].sudo().with_context(active_test=False)
        ((longest,),) = accounts._read_group([], aggregates=["media_days:max"])
        days = (longest or 0) + 2
        before = fields.Datetime.now() - datetime.timedelta(days=days)
        batch = 1000
        rows = self.sudo().search(
            [("description", "=", DERIVED), ("create_date", "<", before)], limit=batch
        )
        rows.unlink()
        return len(rows), int(len(rows) == batch)
