from markupsafe import Markup, escape

from odoo import models
from odoo.tools import plaintext2html

from ..tools import line_body
from ..tools.line_body import as_text

# kinds whose content is fetched from LINE afterwards
MEDIA = ("image", "video", "audio", "file")
MARKS = {
    "emoji": '<span class="o-line-emoji">{}</span>',
    "mention": '<span class="o-line-mention fw-bold">{}</span>',
}


class LineInboxMessage(models.Model):
    """What each kind of message becomes in the conversation."""

    _inherit = "line.inbox"  # pylint: disable=consider-merging-classes-inherited

    def _content(self):
        """The message object of the event, whatever was sent as one."""
        content = self.payload.get("message")
        return content if isinstance(content, dict) else {}

    def _quoted(self, user, identifier):
        """The Discuss message that the customer quotes."""
        known = self.env["line.message"]._find(self.account_id, identifier)
        return known.filtered(lambda row: row.line_user_id == user).mail_message_id

    # -- bodies ---------------------------------------------------------------
    def _body(self, content):
        kind = content.get("type")
        if kind == "text":
            return self._body_text(content)
        if kind == "location":
            return self._body_location(content)
        if kind == "sticker" or kind in MEDIA:
            return self._body_media(content)
        return self._body_unknown()

    def _body_unknown(self):
        return self.env._(
            "[Message] This kind of message cannot be shown here. See LINE Official "
            "Account Manager."
        )

    def _body_text(self, content):
        text = content.get("text")
        if not isinstance(text, str) or not text:
            return self._body_unknown()
        shown = self.account_id._hide_secrets(text)
        if shown != text:
            return plaintext2html(shown, with_paragraph=False)
        return Markup().join(
            Markup(MARKS.get(kind, "{}")).format(  # noqa: S704 - ours
                plaintext2html(piece, with_paragraph=False)
            )
            for kind, piece in line_body.segments(text, content)
        )

    def _body_location(self, content):
        """Title, address and a link to a map."""
        lines = [
            words
            for name in ("title", "address")
            if (words := line_body.words(content.get(name)))
        ]
        body = Markup("<br/>").join(lines or [self.env._("[Location]")])
        url = line_body.map_url(content)
        if url:
            body += Markup('<br/><a href="{}" target="_blank">{}</a>').format(
                url, self.env._("Open the map")
            )
        return body

    def _body_media(self, content):
        """What stands there until the file itself is fetched."""
        kind = content.get("type")
        label = self.env._("[%(kind)s]", kind=self._kind_label(kind))
        detail = {
            "file": lambda: line_body.file_name(content.get("fileName")),
            "sticker": lambda: line_body.sticker_words(content),
            "image": lambda: self._place_in_set(content),
        }.get(kind, str)()
        body = escape(f"{label} {detail}".strip())
        address = self._external_address(content)
        if address:
            body += Markup('<br/><a href="{0}" target="_blank">{0}</a>').format(address)
        return body

    def _place_in_set(self, content):
        """Several pictures sent at once: which of them this is."""
        images = content.get("imageSet")
        if not isinstance(images, dict):
            return ""
        index, total = images.get("index"), images.get("total")
        if not isinstance(index, int) or not isinstance(total, int):
            return ""
        return self.env._("%(index)s of %(total)s", index=index, total=total)

    @staticmethod
    def _external_address(content):
        """A file that somebody else keeps (sent by a LIFF app): never fetched."""
        provider = content.get("contentProvider")
        if not isinstance(provider, dict) or provider.get("type") != "external":
            return None
        address = as_text(provider.get("originalContentUrl"))
        return address if address and address.startswith("https://") else None

    def _kind_label(self, kind):
        return {
            "image": self.env._("Image"),
            "video": self.env._("Video"),
            "audio": self.env._("Voice message"),
            "file": self.env._("File"),
            "sticker": self.env._("Sticker"),
        }[kind]

    def _fetch_later(self, user, message, content):
        """Queue the picture or file; a worker fetches it after this transaction."""
        kind = content.get("type")
        values = {}
        if kind == "sticker":
            values["sticker_ident"] = as_text(content.get("stickerId"))
            values["file_name"] = line_body.sticker_words(content)
        elif kind not in MEDIA or self._is_external(content):
            return
        if kind == "file":
            size = content.get("fileSize")
            values["file_name"] = line_body.file_name(content.get("fileName"))
            values["file_size"] = size if isinstance(size, int) else 0
        if self.line_message_id and (kind != "sticker" or values["sticker_ident"]):
            self.env["line.content"]._queue(
                user, message, self.line_message_id, kind, **values
            )

    @staticmethod
    def _is_external(content):
        provider = content.get("contentProvider")
        return isinstance(provider, dict) and provider.get("type") == "external"

    # -- afterwards -----------------------------------------------------------
    def _answer(self, user, text):
        """Send the automatic replies, in the customer's language."""
        lang = user._lang()
        account = self.account_id.with_context(lang=lang)
        replies = account._bot_replies(user.with_context(lang=lang), text)
        for number, reply in enumerate(replies):
            user._send_text(reply, "reply", f"event:{self.webhook_event_id}:{number}")

    def _on_message_edited(self, user):
        """The newest edit counts; an edit may come in before its message."""
        known = self.env["line.message"]._find(self.account_id, self.line_message_id)
        if known.unsent_at:
            self._purge_payload()
            return "done"
        if known and known.line_user_id != user:
            return "ignored"
        if known:
            self._apply_edit(known)
        return "done"

    def _apply_edits(self, link):
        """Edits of a message that were here before the message itself."""
        edits = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("line_message_id", "=", self.line_message_id),
                ("line_uid", "=", self.line_uid),
                ("event_type", "=", "messageEdited"),
                ("state", "=", "done"),
            ],
            order="event_at, id",
        )
        for edit in edits.filtered("payload"):
            edit._apply_edit(link)

    def _apply_edit(self, link):
        content = self._content()
        late = link.edited_at and self.event_at < link.edited_at
        message = link.mail_message_id
        if late or content.get("type") != "text" or not message:
            return
        link.edited_at = self.event_at
        channel = self.env["discuss.channel"].sudo().browse(message.res_id)
        channel._message_update_content(
            message, body=self._body_text(content), strict=False
        )
