from odoo import api, models

from ..tools.line_body import as_text

# Event types that do something; every other type is stored and ignored, because
# LINE adds types without notice.
HANDLERS = {
    "message": "_on_message",
    "messageEdited": "_on_message_edited",
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

    # -- messages: what they look like is in line_inbox_message.py -------------
    def _on_message(self, user):
        content = self._content()
        Message = self.env["line.message"]
        known = Message._find(self.account_id, self.line_message_id)
        if known.unsent_at:
            self._purge_payload()  # unsent before it was worked on
            return "done"
        if known:
            return "ignored"  # the same message under another event id
        kind = content.get("type")
        quoted = as_text(content.get("quotedMessageId"))
        posted = user._post_from_customer(
            self._body(content), parent_id=self._quoted(user, quoted).id
        )
        link = Message._link(
            posted,
            user,
            self.line_message_id,
            "in",
            quote_token=as_text(content.get("quoteToken")),
            kind=as_text(kind),
            quoted_line_message_id=quoted,
            mark_as_read_token=as_text(content.get("markAsReadToken")),
        )
        link._connect_quotes()
        self._fetch_later(user, posted, content)
        self._apply_edits(link)
        user.last_message_at = self.event_at
        text = content.get("text") if kind == "text" else None
        if isinstance(text, str) and text and self.mode == "active":
            self._answer(user, text)
        return "done"

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
