from odoo import api, models
from odoo.tools import plaintext2html

# Event types that do something; every other type is stored and ignored, because
# LINE adds types without notice.
HANDLERS = {
    "message": "_on_message",
    "follow": "_on_follow",
    "unfollow": "_on_unfollow",
    "unsend": "_on_unsend",
}


class LineInboxEvent(models.Model):
    """What each type of event does."""

    _inherit = "line.inbox"

    @api.model
    def _handlers(self):
        """Map of event type to method name; extension point.

        A method returns the final state of the row: ``done`` or ``ignored``.
        """
        return HANDLERS

    def _handle(self):
        """Do what the event asks for, in the caller's transaction."""
        self.ensure_one()
        method = self._handlers().get(self.event_type)
        user = self._sender()
        if not method or not user or not self.payload:
            return "ignored"
        self.line_user_id = user
        return getattr(self, method)(user)

    def _sender(self):
        """The ``line.user`` of a one-to-one event."""
        users = self.env["line.user"]
        if not self.line_uid:
            return users
        identity = [
            ("account_id", "=", self.account_id.id),
            ("line_uid", "=", self.line_uid),
        ]
        user = users.search(identity)
        if not user:  # the event came in after the pass had begun
            users._ensure_senders()
            user = users.search(identity)
        return user

    # -- messages -------------------------------------------------------------
    def _on_message(self, user):
        content = self.payload.get("message") or {}
        Message = self.env["line.message"]
        known = Message._find(self.account_id, self.line_message_id)
        if known.unsent_at:
            self._purge_payload()  # unsent before it was worked on
            return "done"
        if known:
            return "ignored"  # the same message under another event id
        text = content.get("text") if content.get("type") == "text" else None
        posted = user._post_from_customer(self._body(content, text))
        Message._link(
            posted,
            user,
            self.line_message_id,
            "in",
            quote_token=content.get("quoteToken"),
        )
        user.last_message_at = self.event_at
        if text and self.mode == "active":
            self._answer(user, text)
        return "done"

    def _body(self, content, text):
        if text:
            shown = self.account_id._hide_secrets(text)
            return plaintext2html(shown, with_paragraph=False)
        return self.env._(
            "[%(kind)s] Only text is shown here. See LINE Official Account Manager.",
            kind=self._kind_label(content.get("type")),
        )

    def _kind_label(self, kind):
        labels = {
            "image": self.env._("Image"),
            "video": self.env._("Video"),
            "audio": self.env._("Voice message"),
            "file": self.env._("File"),
            "location": self.env._("Location"),
            "sticker": self.env._("Sticker"),
        }
        return labels.get(kind, self.env._("Message"))

    def _answer(self, user, text):
        """Send the automatic replies, in the customer's language."""
        lang = user._lang()
        account = self.account_id.with_context(lang=lang)
        replies = account._bot_replies(user.with_context(lang=lang), text)
        for number, reply in enumerate(replies):
            user._send_text(reply, "reply", f"event:{self.webhook_event_id}:{number}")

    def _on_unsend(self, user):
        """The customer took a message back: hide it and delete its content."""
        content = self.payload.get("unsend") or {}
        identifier = content.get("messageId")
        if not isinstance(identifier, str):
            return "ignored"
        unsent = self.env["line.message"]._unsend(user, identifier)
        return "done" if unsent else "ignored"

    # -- friends --------------------------------------------------------------
    def _on_follow(self, user):
        if not self._is_newest_friend_event(user):
            return "ignored"
        was_blocked = user.friend_state == "blocked"
        user.write({"friend_state": "friend", "friend_event_at": self.event_at})
        if user.channel_id and was_blocked:
            user._post_notification(self.env._("The customer unblocked the account."))
        return "done"

    def _on_unfollow(self, user):
        if not self._is_newest_friend_event(user):
            return "ignored"
        user.write({"friend_state": "blocked", "friend_event_at": self.event_at})
        if user.channel_id:
            user._post_notification(self.env._("The customer blocked the account."))
        return "done"

    def _is_newest_friend_event(self, user):
        """Redelivered events come late: an old one must not undo a newer one."""
        return not user.friend_event_at or self.event_at >= user.friend_event_at
