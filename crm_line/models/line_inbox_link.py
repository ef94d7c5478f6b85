from odoo import models


class LineInboxBinding(models.Model):
    """What LINE's account-link dialog reports."""

    _inherit = "line.inbox"  # pylint: disable=R8180

    def _handlers(self):
        return super()._handlers() | {"accountLink": "_on_account_link"}

    def _handle(self):
        """A failed account link names no person, but its nonce is used up."""
        if self.event_type == "accountLink" and not self.line_uid:
            link = self._linked(self.env["line.user"])
            link._expire()
            return "done" if link else "ignored"
        return super()._handle()

    def _linked(self, user):
        """The open ``line.link`` of the nonce; only of ``user``, if there is one."""
        content = self.payload.get("link") if self.payload else None
        nonce = content.get("nonce") if isinstance(content, dict) else None
        links = self.env["line.link"]
        if not isinstance(nonce, str):
            return links
        link = links._find(self.account_id, nonce, "account_link", at=self.event_at)
        return link if not user or link.offer_user_id == user else links

    def _on_account_link(self, user):
        """Bind the contact of the nonce; LINE vouches for the person."""
        user = user.with_context(lang=user._lang())
        link = self._linked(user)
        content = self.payload.get("link")
        succeeded = isinstance(content, dict) and content.get("result") == "ok"
        if not link:
            # used before (a replay), expired, or somebody else's: the bound stay bound
            answer = None if user.partner_id else self._link_expired(user)
        elif not succeeded:
            link._expire()
            answer = self._link_failed(user)
        else:
            answer = self._link_with(user, link)
        if answer and self.mode == "active":
            user._send_text(answer, "reply", f"event:{self.webhook_event_id}:0")
        return "done" if link else "ignored"

    def _link_with(self, user, link):
        partner = link.partner_id
        problem = user._binding_problem(partner)
        if problem:
            link._expire()
            return problem
        link._use(user)
        user._bind(partner, "account_link")
        return user._welcome(partner)

    def _link_expired(self, user):
        return user.env._(
            "Nothing was linked: the link has expired or was used before. Enter “綁定” "
            "(bind) to get a new one."
        )

    def _link_failed(self, user):
        return user.env._(
            "LINE could not link your account. Enter “綁定” (bind) to try again."
        )
