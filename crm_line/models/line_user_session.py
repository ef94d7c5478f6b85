import datetime

from odoo import models

from . import line_session_engine

COMMENT_MINUTES = 10


class LineUserSession(models.Model):
    """A message of the customer opens a session, or goes on with it."""

    _inherit = "line.user"  # pylint: disable=consider-merging-classes-inherited

    def _routing_priority(self):
        """Above 0 for customers who are served first; extension point."""
        self.ensure_one()
        user = self.sudo()
        tags = user.partner_id.commercial_partner_id.category_id
        tags |= user.partner_id.category_id
        return int(bool(tags & user.account_id.vip_category_ids))

    def _session(self):
        """The session that is not closed (empty when there is none)."""
        self.ensure_one()
        domain = [("line_user_id", "=", self.id), ("state", "!=", "closed")]
        return self.env["line.session"].sudo().search(domain)

    def _open_session(self, event_at):
        """The current session; a new one is routed before the message is shown.

        :param event_at: when the customer wrote
        """
        self.ensure_one()
        user = self.sudo()
        channel = user._open_channel()
        session = user._session()
        if session:
            return session
        session.flush_model()
        query = line_session_engine.open_session(
            user,
            channel.id,
            {"priority": user._routing_priority(), "at": event_at},
            self.env.uid,
            self._now(),
        )
        made = self.env.execute_query(query)
        session = session.browse([row[0] for row in made])
        if not session:  # another worker was faster
            return user._session()
        channel.invalidate_recordset(["line_session_ids"])
        session._compute_durations()
        session._route()
        return session

    def _post_from_customer(self, *args, **kwargs):
        if self.env.context.get("line_no_session"):
            return super()._post_from_customer(*args, **kwargs)
        now = self._now()
        # the clock of LINE may be ahead of ours
        event_at = min(self.env.context.get("line_event_at") or now, now)
        session = self._open_session(event_at)
        message = super()._post_from_customer(*args, **kwargs)
        session._customer_wrote(event_at)
        return message

    def _session_to_comment(self, at):
        """The session whose rating the customer may still comment on at ``at``."""
        self.ensure_one()
        since = at - datetime.timedelta(minutes=COMMENT_MINUTES)
        session = self.env["line.session"].sudo()
        last = session.search([("line_user_id", "=", self.id)], limit=1)
        rated_at = last.rated_at
        fresh = rated_at and since <= rated_at and not last.rating_comment
        return last if fresh and last.state == "closed" else session
