import datetime

from odoo import models

from .line_account_routing import AWAY_HOURS

POSTBACK_HANDLERS = {"rate": "_on_rate"}
RATINGS = ("1", "3", "5")
LATE_MINUTES = 10  # an answer to an older event would only puzzle the customer
SHOWN_CHARACTERS = 100


class LineInboxSession(models.Model):
    """Events that concern the session: messages, buttons, business hours."""

    _inherit = "line.inbox"  # pylint: disable=consider-merging-classes-inherited

    def _handlers(self):
        return super()._handlers() | {"postback": "_on_postback"}

    # -- messages -------------------------------------------------------------
    def _on_message(self, user):
        content = self.payload.get("message") or {}
        text = content.get("text") if content.get("type") == "text" else None
        user = user.with_context(line_event_at=self.event_at)
        rated = user._session_to_comment(self.event_at) if text else None
        if rated:
            user = user.with_context(line_no_session=True)
        state = super()._on_message(user)
        if state != "done" or not self.payload:
            return state
        if rated:
            rated._comment(text, self.line_message_id)
            self._reply_once(user, "comment", lambda env: env._("Thank you!"))
        else:
            self._answer_away(user)
        return state

    def _on_unsend(self, user):
        state = super()._on_unsend(user)
        identifier = (self.payload.get("unsend") or {}).get("messageId")
        if state == "done":
            self.env["line.session"]._forget_comment(user, identifier)
        return state

    def _answer_away(self, user):
        """Outside business hours: say so, once in a while.

        Not when something else answered already: a second answer is not free.
        """
        session, now = user._session(), self._now()
        account = self.account_id
        again = now - datetime.timedelta(hours=AWAY_HOURS)
        told = session.away_at and session.away_at > again
        late = self.event_at < now - datetime.timedelta(minutes=LATE_MINUTES)
        if not session or told or late or account._is_open_at(now):
            return
        outbox = self.env["line.outbox"].sudo()
        if outbox._find(user, f"event:{self.webhook_event_id}:0"):
            return
        text = account.with_context(lang=user._lang()).away_text
        if text and text.strip() and self.mode == "active":
            session.away_at = now
            key = f"event:{self.webhook_event_id}:away"
            user._send_text(text.strip(), "reply", key)

    def _reply_once(self, user, name, text):
        """Answer this event in the customer's language."""
        if self.mode == "active":
            env = user.with_context(lang=user._lang()).env
            key = f"event:{self.webhook_event_id}:{name}"
            user._send_text(text(env), "reply", key)

    # -- buttons --------------------------------------------------------------
    def _postback_handlers(self):
        """Map of verb to method name; extension point.

        The data of a button is "verb:argument:argument". A method gets the
        ``line.user`` and the list of arguments; it returns false when it cannot
        make sense of them.
        """
        return POSTBACK_HANDLERS

    def _on_postback(self, user):
        """The customer pressed a button."""
        data = (self.payload.get("postback") or {}).get("data")
        if not isinstance(data, str):
            return "ignored"
        verb, *arguments = data.split(":")
        method = self._postback_handlers().get(verb)
        if not method or not getattr(self, method)(user, arguments):
            shown = data[:SHOWN_CHARACTERS]
            staff = user._for_staff()
            staff._post_notification(
                staff.env._("The customer pressed a button: %(data)s", data=shown)
            )
        return "done"

    def _on_rate(self, user, arguments):
        """Button of a rating request: session and value."""
        if len(arguments) != 2:
            return False
        number, value = arguments
        sessions = self.env["line.session"].sudo()
        session = sessions.search([("line_user_id", "=", user.id)]).filtered(
            lambda session: str(session.id) == number
        )
        if not session or value not in RATINGS:
            return False
        if session._rate(int(value), self.event_at):
            self._reply_once(
                user,
                "rated",
                lambda env: env._(
                    "Thank you! If you like, tell us more in your next message."
                ),
            )
        return True
